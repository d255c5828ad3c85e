"""The server over HTTP: what it answers, and each request that it refuses, in words and without a traceback."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import numpy as np
import pytest

import nn
from nn.serve import Service, Site, explain
from nn.serve.asking import MOST_BYTES, is_own
from nn.sharing import ImageInput
from tests.nn.serve.conftest import a_bundle, png, serving, strokes_of

IMAGE = png(strokes_of((4, 10, 24, 14)))
PNG = {"Content-Type": "image/png"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(a_bundle()) as running:
        yield running


def ask(site: Site, method: str, path: str, body: Any = None, headers: Any = None) -> tuple[int, Any, Any]:
    """Status, headers, and the body: of JSON what it says."""
    connection = HTTPConnection(*site.address, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        data = response.read()
        kind = response.headers["Content-Type"]
        return response.status, response.headers, json.loads(data) if data and "json" in kind else data
    finally:
        connection.close()


def raw(site: Site, *pieces: bytes, wait: float = 0.0) -> bytes:
    """What comes back for bytes."""
    with socket.create_connection(site.address, timeout=20) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(wait)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def post(site: Site, *headers: str, body: bytes = b"", path: str = "/predict") -> tuple[int, dict[str, Any]]:
    """Send just these headers and the Host."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", *headers, "", ""]
    answer = raw(site, "\r\n".join(lines).encode() + body)
    return int(answer.split()[1]), json.loads(answer.partition(b"\r\n\r\n")[2])


def test_the_page_comes_with_a_policy(site: Site) -> None:
    status, headers, text = ask(site, "GET", "/")
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "Access-Control-Allow-Origin" not in headers
    assert "Python" not in headers["Server"]
    assert re.search(rb"https?://", text) is None
    assert ask(site, "HEAD", "/")[2] == b""


def test_an_image_is_answered_with_what_the_model_says_and_why(site: Site) -> None:
    status, headers, answer = ask(site, "POST", "/predict", IMAGE, PNG)
    assert status == 200
    assert headers["Content-Type"].startswith("application/json")
    pixels = strokes_of((4, 10, 24, 14))[None]
    wanted = explain(a_bundle(), pixels)
    np.testing.assert_allclose(answer["probabilities"], wanted.numbers, rtol=1e-6)
    np.testing.assert_allclose(answer["saliency"], wanted.saliency.ravel(), rtol=1e-3)
    assert answer["seen"] == pixels.ravel().tolist()
    assert answer["classes"] == list("0123456789")
    assert (answer["chosen"], answer["score"], answer["shape"]) == (wanted.chosen, "logit", [1, 28, 28])
    other = ask(site, "POST", "/predict?class=3", IMAGE, PNG)[2]
    assert other["chosen"] == 3
    assert other["saliency"] != answer["saliency"]
    jpeg = ask(site, "POST", "/predict", png(strokes_of((4, 10, 24, 14)), "JPEG"), {"Content-Type": "image/jpeg"})[2]
    np.testing.assert_allclose(jpeg["seen"], answer["seen"], atol=60)


def test_many_at_once_get_each_their_own_answer() -> None:
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3, rng=rng), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5), nn.Flatten())
    model.append(nn.Linear(4 * 26 * 26, 10, rng=rng))
    bundle = a_bundle(model, ImageInput((1, 28, 28)))
    images = [rng.integers(0, 256, (28, 28)) for _ in range(40)]
    wanted = [explain(bundle, image[None], k % 10) for k, image in enumerate(images)]
    with serving(bundle) as site, ThreadPoolExecutor(20) as pool:
        jobs = [pool.submit(ask, site, "POST", f"/predict?class={k % 10}", png(i), PNG) for k, i in enumerate(images)]
        for job, right in zip(jobs, wanted, strict=True):
            status, _, answer = job.result()
            assert status == 200
            np.testing.assert_allclose(answer["probabilities"], right.numbers, rtol=1e-5)
            np.testing.assert_allclose(answer["saliency"], right.saliency.ravel(), rtol=1e-3, atol=1e-7)


def test_one_model_is_asked_by_one_thread_at_a_time() -> None:
    inside, most = 0, 0

    class Slow(nn.Module):
        def forward(self, x: Any) -> Any:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1
            return x[:, :2]

    service = Service(a_bundle(Slow()))
    threads = [threading.Thread(target=service.answer, args=(IMAGE,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_numbers_that_are_none_are_valid_json() -> None:
    bundle = a_bundle()
    bundle.model[2].bias.data[:] = np.nan
    with serving(bundle) as site:
        status, _, answer = ask(site, "POST", "/predict", IMAGE, PNG)
    assert (status, answer["probabilities"]) == (200, [None] * 10)


# ---------------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:80", "localhost.evil.example", "x@localhost", "", "[::1", "a b"]
)
def test_a_host_that_is_not_this_one(site: Site, name: str) -> None:
    for method, path in (("GET", "/"), ("POST", "/predict")):
        answer = raw(site, f"{method} {path} HTTP/1.1\r\nHost: {name}\r\nContent-Length: 0\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.0 403")
    assert raw(site, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.0 403")
    assert raw(site, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.0 403")


def test_names_of_this_machine() -> None:
    assert all(
        is_own(name, "127.0.0.1", "127.0.0.1") for name in ("LOCALHOST:1", "127.0.0.1:99", "[::1]:8000", "127.1.2.3")
    )
    assert is_own("box.lan:80", "Box.lan", "192.168.0.5")
    assert not is_own("192.168.0.5", "127.0.0.1", "127.0.0.1")
    assert is_own("192.168.0.5:8000", "0.0.0.0", "0.0.0.0")
    assert not is_own("evil.example", "0.0.0.0", "0.0.0.0")


@pytest.mark.parametrize(
    "header", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_page_of_another_server(site: Site, header: dict[str, str]) -> None:
    status, headers, answer = ask(site, "POST", "/predict", IMAGE, PNG | header)
    assert (status, answer) == (403, {"error": "Another page may not ask this server."})
    assert not any(name.lower().startswith("access-control") for name in headers)
    own = {"Origin": site.url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert ask(site, "POST", "/predict", IMAGE, PNG | own)[0] == 200


def test_too_much_is_refused_before_it_is_read(site: Site) -> None:
    start = time.monotonic()
    # of the body nothing is sent: who waits for it does not answer
    with socket.create_connection(site.address, timeout=1.5) as connection:
        connection.sendall(
            b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            + f"Content-Length: {MOST_BYTES + 1}\r\n\r\n".encode()
        )
        assert connection.recv(100).startswith(b"HTTP/1.0 413")
    assert time.monotonic() - start < 1.5
    status, _, answer = ask(site, "POST", "/predict", bytes(MOST_BYTES + 1), PNG)  # who sends it all, sees why
    assert (status, answer) == (413, {"error": "The file has 4.0 MiB; 4 MiB are the most."})


def test_a_length_that_is_missing_or_none(site: Site) -> None:
    kind = "Content-Type: image/png"
    assert post(site, kind)[0] == 411
    assert post(site, kind, "Transfer-Encoding: chunked")[0] == 501
    assert post(site, kind, "Transfer-Encoding: chunked", "Content-Length: 1")[0] == 501
    for length in ("-1", "1_0", "x", "", "٣", "9" * 30):
        assert post(site, kind, f"Content-Length: {length}")[0] == 400
    assert post(site, kind, "Content-Length: 1", "Content-Length: 2", body=b"xx")[0] == 400


def test_paths_and_methods(site: Site) -> None:
    for path in ("/x", "/predict/", "//evil", "/../nn", "/page.css", "/%2e%2e/"):
        assert ask(site, "GET", path)[0] == 404
    assert raw(site, b"GET http://[/ HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.0 404")
    status, headers, answer = ask(site, "GET", "/predict")
    assert (status, headers["Allow"], answer) == (405, "POST", {"error": "Use POST."})
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
        assert ask(site, method, "/")[:1] == (405,)
    assert ask(site, "BREW", "/")[0] == 501


def test_what_a_body_is_its_bytes_say(site: Site) -> None:
    for headers in ({}, {"Content-Type": "application/x-www-form-urlencoded"}, PNG):
        assert ask(site, "POST", "/predict", IMAGE, headers)[0] == 200
        assert ask(site, "POST", "/predict", b"field=value", headers)[0] == 400


@pytest.mark.parametrize(
    "query", ["class=10", "class=-1", "class=x", "class=", "class=1&class=2", "centre=2", "class=1e1", "&" * 9]
)
def test_an_option_that_is_none(site: Site, query: str) -> None:
    status, _, answer = ask(site, "POST", f"/predict?{query}", IMAGE, PNG)
    assert status == 400
    assert answer["error"] in (
        "class is a number, counted from 0; centre is 0 or 1.",
        "Class 10: there are 10, 0 to 9.",
    )


def test_what_is_no_image_and_what_is_too_large_a_one(site: Site) -> None:
    broken = (b"", b"a,b\n", IMAGE[:40], IMAGE[: len(IMAGE) // 2], png(strokes_of(), "GIF"))
    for data in broken:
        status, _, answer = ask(site, "POST", "/predict", data, PNG)
        assert status == 400
        assert answer["error"].startswith("The file is no image that can be read: ")
        assert "BytesIO" not in answer["error"]
    bomb = png(np.zeros((5000, 5000)))
    assert len(bomb) < MOST_BYTES
    status, _, answer = ask(site, "POST", "/predict", bomb, PNG)
    assert (status, answer["error"]) == (400, "The file: (5000, 5000) pixels; 16,777,216 are the most.")


def test_a_model_that_fails_shows_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(nn.Module):
        fails = False

        def forward(self, x: Any) -> Any:
            if self.fails:
                raise RuntimeError("secret")
            return x[:, :2]

    model = Broken()
    with serving(a_bundle(model)) as site:
        model.fails = True
        status, _, answer = ask(site, "POST", "/predict", IMAGE, PNG)
        assert (status, answer) == (500, {"error": "The model failed; the terminal says how."})
        model.fails = False
        assert ask(site, "POST", "/predict", IMAGE, PNG)[0] == 200
    assert "RuntimeError: secret" in capfd.readouterr().err


def test_clients_that_are_slow_or_go_away_are_left(capfd: pytest.CaptureFixture[str]) -> None:
    head = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\n"
    with serving(a_bundle(), patience=0.5) as site:
        start = time.monotonic()
        raw(site, b"GET / HT")
        raw(site, head + b"x")
        assert time.monotonic() - start < 6
        with pytest.raises(ConnectionError):  # a byte now and then does not help
            raw(site, *[b"x"] * 40, wait=0.1)
        assert time.monotonic() - start < 10
        assert raw(site, head[:-8] + b"\r\n\r\n")
        socket.create_connection(site.address).close()
        assert ask(site, "POST", "/predict", IMAGE, PNG)[0] == 200
    assert capfd.readouterr().err == ""

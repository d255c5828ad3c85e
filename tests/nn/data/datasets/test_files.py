"""Where files come from: a folder, the cache, a download that is whole or not there. The network is a stub."""

import hashlib
import http.server
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import nn
from nn.data.datasets import files
from nn.data.datasets.files import SOURCES, Source, located

CONTENT = b"anna\nbob\n"
PATH = "names/names.txt"


class Network:
    """Stands for pooch's downloader: what each address has, or the error it gives."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []

    def __call__(self, address: str, output: Any, pooch: Any, check_only: bool = False) -> None:
        self.asked.append(address)
        page = self.pages[address]
        if isinstance(page, Exception):
            Path(output).write_bytes(b"half a fi")  # as far as it came
            raise page
        Path(output).write_bytes(page)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Network:
    stub = Network()
    source = Source(PATH, len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), ("https://a.test/n", "https://b.test/n"))
    monkeypatch.setattr(files, "downloader", lambda pooch: stub)
    monkeypatch.setitem(SOURCES, PATH, source)
    monkeypatch.delenv("CHAINRULE_DATA", raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "cache" / name)
    return stub


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_file_in_the_folder_is_taken_as_it_is(network: Network, tmp_path: Path, monkeypatch: Any) -> None:
    for name in ("given", "named"):
        (tmp_path / name / "names").mkdir(parents=True)
        (tmp_path / name / PATH).write_text(f"{name}\n")
    assert located(PATH, tmp_path / "given").read_text() == "given\n"
    monkeypatch.setenv("CHAINRULE_DATA", str(tmp_path / "named"))
    assert located(PATH).read_text() == "named\n"
    assert located(PATH, str(tmp_path / "given")).read_text() == "given\n"  # the argument comes first
    assert network.asked == []


def test_a_missing_file_is_downloaded_once(network: Network, tmp_path: Path) -> None:
    network.pages = {"https://a.test/n": CONTENT}
    for folder in (tmp_path / "new", None):
        network.asked.clear()
        file = located(PATH, folder)
        assert file.read_bytes() == CONTENT
        assert located(PATH, folder) == file
        assert network.asked == ["https://a.test/n"]
        assert everything(file.parent) == ["names.txt"]
        assert file.stat().st_mode & 0o444 == 0o444  # others may read it, if the folder lets them
    assert file.is_relative_to(tmp_path / "cache")


class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *_: Any) -> None: ...


@pytest.mark.parametrize("terminal", [False, True])
def test_a_download_over_http_has_a_bar_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        address = f"http://127.0.0.1:{server.server_port}/names.txt"
        source = Source(PATH, len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), (address,))
        monkeypatch.setitem(SOURCES, PATH, source)
        try:
            assert located(PATH, tmp_path).read_bytes() == CONTENT
        finally:
            server.shutdown()
    assert ("100%" in capsys.readouterr().err) == terminal


def test_the_second_address_serves_where_the_first_fails(network: Network, tmp_path: Path) -> None:
    network.pages = {"https://a.test/n": ConnectionError("away"), "https://b.test/n": CONTENT}
    assert located(PATH, tmp_path).read_bytes() == CONTENT
    assert everything(tmp_path) == ["names", PATH]


def test_offline_the_error_says_what_to_put_where(network: Network, tmp_path: Path) -> None:
    network.pages = {"https://a.test/n": ConnectionError("no\n route"), "https://b.test/n": TimeoutError("slow")}
    folder = tmp_path / "data"
    with pytest.raises(nn.errors.MissingDataError) as caught:
        located(PATH, folder)
    assert isinstance(caught.value, FileNotFoundError)
    assert str(caught.value) == (
        f"{PATH} is not in {folder} and could not be downloaded:\n"
        f"  https://a.test/n: ConnectionError: no route\n"
        f"  https://b.test/n: TimeoutError: slow\n"
        f"Put the file at {folder}/{PATH}\n"
        f"  from https://a.test/n or https://b.test/n\n"
        f"  of 9 bytes, SHA-256 {hashlib.sha256(CONTENT).hexdigest()},\n"
        f"or name a folder that holds {PATH}, by data_dir=, --data or the environment variable CHAINRULE_DATA."
    )
    assert everything(tmp_path) == []


@pytest.mark.parametrize("page", [b"", CONTENT[:-1], CONTENT + b"x", b"<html>not found</html>"])
def test_a_corrupted_download_keeps_nothing(network: Network, tmp_path: Path, page: bytes) -> None:
    network.pages = {"https://a.test/n": page, "https://b.test/n": page}
    with pytest.raises(nn.errors.MissingDataError, match=r"ValueError: SHA256 hash of downloaded file"):
        located(PATH, tmp_path)
    assert everything(tmp_path) == []
    network.pages = {"https://a.test/n": CONTENT}
    assert located(PATH, tmp_path).read_bytes() == CONTENT


def test_a_download_that_is_interrupted_keeps_nothing(network: Network, tmp_path: Path) -> None:
    network.pages = {"https://a.test/n": KeyboardInterrupt()}  # type: ignore[dict-item]
    network.__class__ = type("Interrupted", (Network,), {"__call__": interrupt})
    with pytest.raises(KeyboardInterrupt):
        located(PATH, tmp_path)
    assert [name for name in everything(tmp_path) if name != "names"] == []


def interrupt(self: Network, address: str, output: Any, pooch: Any, check_only: bool = False) -> None:
    Path(output).write_bytes(b"half")
    raise KeyboardInterrupt


def test_a_folder_that_cannot_be_written_is_named(network: Network, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(nn.errors.MissingDataError, match=r"(NotADirectory|FileExists)Error"):
        located(PATH, tmp_path / "file")


def test_without_pooch_the_error_names_the_extra(network: Network, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(nn.errors.MissingDependencyError, match=re.escape("chainrule[data]")):
        located(PATH, tmp_path)


def test_a_folder_is_a_path(network: Network) -> None:
    with pytest.raises(nn.errors.ArgumentError, match="data_dir is a int; write the path of a folder"):
        located(PATH, 3)  # type: ignore[arg-type]


def test_every_source_is_whole() -> None:
    for path, source in SOURCES.items():
        assert path == source.path
        assert re.fullmatch("[0-9a-f]{64}", source.sha256)
        assert source.size > 1000
        assert all(address.startswith("http") for address in source.addresses)
    assert len({source.sha256 for source in SOURCES.values()}) == len(SOURCES) == 12

"""``python -m nn serve``: what it prints, how it ends, and one line and status 2 for what cannot be served."""

import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

import nn
from nn.__main__ import main
from nn.sharing import ImageInput, TableInput

ROOT = Path(__file__).parents[3]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "m.zip"
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    nn.save_model(model, path, input=ImageInput((1, 2, 2)), card={"name": "Tiny"})
    return path


def refusal(capsys: pytest.CaptureFixture[str], *arguments: Any) -> str:
    assert main(["serve", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err.removeprefix("python -m nn serve: ").rstrip()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other signals")
def test_it_prints_where_it_is_and_ends_with_ctrl_c(model: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "nn", "serve", str(model), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment) as running:
        try:
            line = running.stdout.readline()
            name, url = line.split(" (")[0].split(": ", 1)
            assert name == "Tiny"
            host, port = url.removeprefix("http://").rstrip("/").split(":")
            assert host == "127.0.0.1"
            connection = HTTPConnection(host, int(port), timeout=20)
            connection.request("GET", "/")
            assert b"Tiny" in connection.getresponse().read()
            connection.close()
            running.send_signal(signal.SIGINT)
            assert running.communicate(timeout=20) == ("", "")
        finally:
            running.kill()
    assert running.returncode == 0


def test_a_model_that_reads_no_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nn.save_model(nn.Linear(1, 2), tmp_path / "t.zip", input=TableInput(["a"]), card={"name": "Rows"})
    assert refusal(capsys, tmp_path / "t.zip").startswith(
        "'Rows' reads rows of the columns a; this is for models of images"
    )
    nn.save_model(nn.Linear(1, 2), tmp_path / "n.zip")
    assert "does not say what it reads" in refusal(capsys, tmp_path / "n.zip")
    nn.save_model(nn.Linear(3, 2), tmp_path / "w.zip", input=ImageInput((1, 2, 2), flatten=True))
    assert "the last axis must be 3" in refusal(capsys, tmp_path / "w.zip")
    assert refusal(capsys, tmp_path / "none") == f"cannot read {tmp_path}/none: No such file or directory"


def test_an_address_that_cannot_be_listened_at(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (
            refusal(capsys, model, "--port", port) == f"cannot listen at 127.0.0.1, port {port}: Address already in use"
        )
    assert refusal(capsys, model, "--port", 65536) == "--port 65536: it must be 0 to 65535"
    assert "cannot listen at 203.0.113.1, port 0" in refusal(capsys, model, "--host", "203.0.113.1", "--port", 0)

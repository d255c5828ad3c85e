"""`nn.files`: a file is there whole or not at all, and what is no file stays what it is."""

import os
import stat
import threading
from pathlib import Path

import pytest

from nn import files


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "x"
    files.replace(path, b"old")
    files.replace(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("x", b"new")]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "x")
    files.replace(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "x").read_bytes() == b"new"


def test_errors_name_the_file_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        files.replace(tmp_path / "no" / "x", b"")
    assert str(caught.value) == f"[Errno 2] No such file or directory: '{tmp_path}/no/x'"
    with pytest.raises(IsADirectoryError) as caught_folder:
        files.replace(tmp_path, b"")
    assert caught_folder.value.filename == str(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in the file system")
def test_a_pipe_or_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    path, found = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()), daemon=True)
    reader.start()
    files.replace(path, b"data")
    assert stat.S_ISFIFO(path.stat().st_mode)
    reader.join(60)
    assert found == [b"data"]

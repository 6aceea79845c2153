"""Files written whole or not at all."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pytest

from geo.files import code_digest, file_sha256, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """Nobody sees half a file, and no temporary file stays behind."""
    path = tmp_path / "folder" / "kept"
    write_whole(path, lambda stream: stream.write(b"old"))

    def fail(stream: IO[bytes]) -> None:
        stream.write(b"half of the n")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_whole(path, fail)
    assert path.read_bytes() == b"old"
    assert list(path.parent.iterdir()) == [path]


def test_digests_name_contents(tmp_path: Path) -> None:
    """A file's digest is the SHA-256 of its bytes; that of code depends on the modules asked for."""
    (tmp_path / "a").write_bytes(b"abc")
    assert file_sha256(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert code_digest("snap") == code_digest("snap")
    assert code_digest("snap") != code_digest("snap", "matrix")

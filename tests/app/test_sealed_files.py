"""Sealed files open with their passphrase as they were, and with nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from app.security import sealed_files
from app.security.sealed_files import MARK, NotUnsealed, is_sealed, read_passphrase, seal, unseal

if TYPE_CHECKING:
    from pathlib import Path

SECRET = b"correct horse battery"


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files into pieces of ten bytes."""
    monkeypatch.setattr(sealed_files, "_CHUNK_BYTES", 10)


def sealed(content: bytes) -> bytes:
    """Seal some bytes."""
    out = io.BytesIO()
    seal(io.BytesIO(content), out, SECRET)
    return out.getvalue()


def opened(content: bytes, passphrase: bytes = SECRET) -> bytes:
    """Open sealed bytes."""
    out = io.BytesIO()
    unseal(io.BytesIO(content), out, passphrase)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 35])
def test_what_is_sealed_can_be_opened(size: int) -> None:
    """Every length comes back, at and around the bounds of chunks, and no chunk can be read from outside."""
    content = bytes(range(65, 65 + size))
    assert opened(sealed(content)) == content
    assert size < 5 or content[:5] not in sealed(content)
    assert sealed(content) != sealed(content)


def test_chunks_cannot_be_cut_moved_or_repeated() -> None:
    """Each chunk knows its place and whether it is the last one."""
    whole = sealed(b"a" * 10 + b"b" * 10 + b"c" * 5)
    head, rest = whole[: len(MARK) + 16], whole[len(MARK) + 16 :]
    one, two, three = rest[:26], rest[26:52], rest[52:]
    for wrong in (one + two, two + one + three, one + one + three, one + three, one + two + three + three, b""):
        with pytest.raises(NotUnsealed):
            opened(head + wrong)
    assert opened(head + one + two + three) == b"a" * 10 + b"b" * 10 + b"c" * 5


def test_other_passphrases_and_files_are_refused() -> None:
    """Neither a wrong passphrase nor a file that was never sealed opens."""
    with pytest.raises(NotUnsealed, match="passphrase"):
        opened(sealed(b"content"), b"another passphrase")
    with pytest.raises(NotUnsealed, match="not sealed"):
        opened(b"PK, a zip")
    assert is_sealed(io.BytesIO(sealed(b"")))
    assert not is_sealed(io.BytesIO(b"PK"))


def test_a_passphrase_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    """Blanks and further lines do not belong to it; a short one is refused."""
    (tmp_path / "secret").write_text("  correct horse battery \nnote", encoding="utf-8")
    assert read_passphrase(tmp_path / "secret") == SECRET
    (tmp_path / "secret").write_text("short", encoding="utf-8")
    with pytest.raises(ValueError, match="fewer than 12"):
        read_passphrase(tmp_path / "secret")

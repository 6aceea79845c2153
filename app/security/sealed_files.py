"""Files sealed with a passphrase: nobody without it reads them, and no change, cut or exchange goes unnoticed.

The key is scrypt of the passphrase and a random salt, so every file has its own. The content is cut into chunks, each
sealed with AES-256-GCM under its number and whether it is the last.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = b"rota sealed file 1\n"
MIN_PASSPHRASE_CHARS = 12
_SALT_BYTES = 16
_CHUNK_BYTES = 2**20
_TAG_BYTES = 16


class NotUnsealed(ValueError):
    """The passphrase is another, or the file is not as it was sealed."""


def read_passphrase(path: Path) -> bytes:
    """Read a passphrase file: its first line. Raises ValueError for one that is too short, OSError."""
    line = path.read_text(encoding="utf-8").partition("\n")[0].strip()
    if len(line) < MIN_PASSPHRASE_CHARS:
        raise ValueError(f"the passphrase has fewer than {MIN_PASSPHRASE_CHARS} characters")
    return line.encode()


def seal(plain: IO[bytes], sealed: IO[bytes], passphrase: bytes) -> None:
    """Seal all that is left of one stream into another."""
    salt = secrets.token_bytes(_SALT_BYTES)
    sealed.write(MARK + salt)
    cipher = AESGCM(_key(passphrase, salt))
    for number, (chunk, last) in enumerate(_chunks(plain, _CHUNK_BYTES)):
        sealed.write(cipher.encrypt(_nonce(number, last=last), chunk, MARK))


def unseal(sealed: IO[bytes], plain: IO[bytes], passphrase: bytes) -> None:
    """Open what `seal` wrote. Raises NotUnsealed; what was written until then must not be used."""
    if sealed.read(len(MARK)) != MARK:
        raise NotUnsealed("the file is not sealed")
    cipher = AESGCM(_key(passphrase, sealed.read(_SALT_BYTES)))
    try:
        for number, (chunk, last) in enumerate(_chunks(sealed, _CHUNK_BYTES + _TAG_BYTES)):
            plain.write(cipher.decrypt(_nonce(number, last=last), chunk, MARK))
    except InvalidTag as error:
        raise NotUnsealed("the passphrase is another one, or the file was changed") from error


def is_sealed(stream: IO[bytes]) -> bool:
    """Tell whether a stream begins like a sealed file, and go back to its beginning."""
    mark = stream.read(len(MARK))
    stream.seek(0, io.SEEK_SET)
    return mark == MARK


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=2**15, r=8, p=1, dklen=32, maxmem=2**26)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunks(stream: IO[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Cut a stream; tell of each piece whether it is the last. An empty stream is one empty piece."""
    piece = stream.read(size)
    while True:
        following = stream.read(size)
        yield piece, not following
        if not following:
            return
        piece = following

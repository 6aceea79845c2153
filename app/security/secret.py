"""The secret of an installation, with which it signs what it hands out. There is no default one."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from app.errors import WeakSecret

if TYPE_CHECKING:
    from app.config import Settings

LEAST_CHARS = 32
_LEAST_DIFFERENT = 10
_OTHERS = 0o077


def secret_of(settings: Settings) -> bytes:
    """Give the secret: that of the settings or, without one, 256 random bits that are kept in the data folder.

    Raises WeakSecret for one that could be guessed, and for a file that others may read.
    """
    if settings.secret is not None:
        given = settings.secret.get_secret_value()
        if len(given) < LEAST_CHARS or len(set(given)) < _LEAST_DIFFERENT:
            raise WeakSecret(
                f"ROTA_SECRET must have at least {LEAST_CHARS} characters, {_LEAST_DIFFERENT} of them different"
            )
        return given.encode()
    path = settings.data_dir / "secret"
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        if path.stat().st_mode & _OTHERS:
            raise WeakSecret(f"{path.name} in the data folder can be read by others") from None
    found = path.read_bytes()
    if len(found) < LEAST_CHARS:
        raise WeakSecret(f"{path.name} in the data folder is too short")
    return found

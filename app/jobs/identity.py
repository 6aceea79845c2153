"""Who a worker is: an id that outlives its process, and that no other living process has.

Each id is a file in the data folder. A worker takes the first that nobody holds locked, and holds it locked for life:
the system lets go of the lock when the process ends, however that happens.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

HOST_CHARS = 60


class Identity(NamedTuple):
    """An id, and the locked file that proves it."""

    id: str
    file: TextIO

    def let_go(self) -> None:
        """Let another process have the id."""
        self.file.close()


def take_identity(data_dir: Path) -> Identity:
    """Take the first free id of a data folder; a new one when all are taken."""
    folder = data_dir / "workers"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in count(1):
        file = (folder / str(number)).open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            continue
        file.seek(0)
        known = file.read().strip()
        if not known:
            known = f"{socket.gethostname()[:HOST_CHARS]}-{number}-{secrets.token_hex(4)}"
            file.write(known)
            file.flush()
            os.fsync(file.fileno())
        return Identity(known, file)
    raise AssertionError  # count() does not end

"""A copy of what is published, on this machine, for when the database is away: rotas, and the digests of keys.

Every file is signed with a secret of this machine (HMAC-SHA256), so that nobody slips in a rota or a key. What the copy
says was true when the database was last reached, and it says when that was. A key that is revoked leaves the copy with
the next round; while the database is away no key can be revoked but by deleting the folder.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.clock import LOCAL
from app.db.api_keys import live_keys
from app.db.engine import reading
from app.db.rota_versions import Kind, Shown, days_worth_copying, subjects_of_day
from app.db.rotas import employers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

AHEAD_DAYS = 14
"""Days ahead that are copied; and for so many days what was published is copied whatever its day."""

_MAC_CHARS = 64

log = structlog.get_logger("app.services")


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedKey:
    """Whom a key stands for, as it was when the database was last reached."""

    sha256: str
    prefix: str
    area: str
    provider: str | None
    role: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What is known of everybody: when it was true, whose keys are good, and who employs each carer of an area."""

    confirmed_at: datetime
    keys: Mapping[str, CopiedKey]
    employers: Mapping[str, Mapping[str, str]]


class LocalCopy:
    """The copy in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[Path, str] = {}

    def renew(self, engine: Engine, *, now: datetime | None = None) -> None:
        """Copy what is in the database now. Raises SQLAlchemyError when it cannot be reached; the copy then stays."""
        now = now or datetime.now(UTC)
        today = now.astimezone(LOCAL).date()
        with reading(engine) as session:
            days = days_worth_copying(
                session,
                (today - timedelta(days=1), today + timedelta(days=AHEAD_DAYS)),
                published_after=now - timedelta(days=AHEAD_DAYS),
            )
            kept = {self._of_day(area, day): self._day(session, area, day) for area, day in days}
            about = {
                "confirmed_at": now.isoformat(),
                "keys": [_plain(row) for row in live_keys(session, now)],
                "employers": {area: dict(employers(session, area)) for area in {area for area, _ in days}},
            }
        for path, content in kept.items():
            self._write(path, content)
        self._write(self._folder / "keys.json", about)
        self._drop_but(set(kept))

    def known(self) -> Copied | None:
        """Give whose keys are good; None without a copy, or when its signature is wrong."""
        found = self._read(self._folder / "keys.json")
        if found is None:
            return None
        keys = [CopiedKey(**{**row, "expires_at": datetime.fromisoformat(row["expires_at"])}) for row in found["keys"]]
        return Copied(
            confirmed_at=datetime.fromisoformat(found["confirmed_at"]),
            keys={key.sha256: key for key in keys},
            employers=found["employers"],
        )

    def shown(self, area: str, day: date, kind: Kind, subject: str) -> Shown | None:
        """Give what a reader was shown last of a day."""
        found = self._read(self._of_day(area, day)) or {}
        row = found.get(f"{kind.value} {subject}")
        return None if row is None else Shown(day, row["number"], row["etag"], base64.b64decode(row["body"]))

    def _day(self, session: Session, area: str, day: date) -> dict[str, Any]:
        return {
            f"{kind.value} {subject}": {
                "number": shown.number,
                "etag": shown.etag,
                "body": base64.b64encode(shown.body).decode(),
            }
            for (kind, subject), shown in subjects_of_day(session, area, day).items()
            if kind is not Kind.AREA
        }

    def _of_day(self, area: str, day: date) -> Path:
        return self._folder / area / f"{day.isoformat()}.json"

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        """Write a signed file, unless this process wrote the same there before."""
        text = json.dumps(content, sort_keys=True)
        signed = f"{self._mac(path, text)}\n{text}"
        if self._written.get(path) == signed and path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(signed)
        part.replace(path)
        self._written[path] = signed

    def _read(self, path: Path) -> dict[str, Any] | None:
        """Read a file that this machine signed; anything else counts as nothing."""
        try:
            mac, _, text = path.read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        if not hmac.compare_digest(mac, self._mac(path, text)):
            log.error("copy.tampered")
            return None
        content: dict[str, Any] = json.loads(text)
        return content

    def _drop_but(self, kept: set[Path]) -> None:
        for path in self._folder.glob("*/*.json"):
            if path not in kept:
                path.unlink(missing_ok=True)
                self._written.pop(path, None)

    def _mac(self, path: Path, text: str) -> str:
        """Sign a text in its place, so that no file can stand for another."""
        place = path.relative_to(self._folder).as_posix()
        return hmac.new(self._secret(), f"{place}\n{text}".encode(), sha256).hexdigest()

    def _secret(self) -> bytes:
        """Give this machine's secret, made when there is none."""
        path = self._folder / "secret"
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):  # another process was first
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                os.write(descriptor, secrets.token_bytes(32))
                os.close(descriptor)
        return path.read_bytes()

    def forget(self) -> None:
        """Delete the copy with its secret."""
        shutil.rmtree(self._folder, ignore_errors=True)


class CopyKeeper:
    """Renews a copy every so often, and when it is told that something was published."""

    def __init__(self, copy: LocalCopy, engine: Engine, *, every_s: float) -> None:
        self._copy, self._engine, self._every_s = copy, engine, every_s
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="copy", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Renew the copy soon."""
        self._wake.set()

    def stop(self) -> None:
        """End, after what is being done."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._copy.renew(self._engine)
            except (SQLAlchemyError, OSError) as error:
                log.warning("copy.not-renewed", error=type(error).__name__)
            self._wake.wait(self._every_s)


def _plain(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of keys
    """Give what the copy keeps of a key."""
    return {
        "sha256": row.sha256,
        "prefix": row.prefix,
        "area": row.area,
        "provider": row.provider_id,
        "role": row.role.value,
        "expires_at": row.expires_at.isoformat(),
    }

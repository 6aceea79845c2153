"""The audit of requests: what was asked by whom becomes an entry, and reads are stored in batches.

A change is taken down in its own transaction. A read is noted in memory and stored within a second: what a process had
noted since is lost if it is killed. While the database takes no entries they are kept; once too many are, reads are
refused rather than left out of the audit.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.db.audit import ORIGIN, SUBJECT_CHARS, Entry, Head, entry_of, record, seal
from app.db.engine import writing
from app.errors import AuditBroken, AuditFull

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Engine

    from app.db.audit import AuditEntry
    from app.security.callers import Caller

EVERY_S = 1.0
MOST_WAITING = 100_000
REFUSED = 400
"""The least HTTP status of a request that was refused."""
BATCH = 1_000
"""Entries stored in one transaction, so that writers who wait for the chain wait shortly."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

log = structlog.get_logger("app.security")


class Journal:
    """Keeps what was noted and stores it each second, and when it is stopped."""

    def __init__(self, engine: Engine, *, most: int = MOST_WAITING) -> None:
        self._engine = engine
        self._most = most
        self._waiting: deque[Entry] = deque()
        self._stopping = threading.Event()
        self._storing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="audit", daemon=True)

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def stop(self) -> None:
        """Store what waits, and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self.flush()

    def check_room(self) -> None:
        """Refuse to go on when nothing more can be noted. Raises AuditFull."""
        if len(self._waiting) >= self._most:
            raise AuditFull(f"{len(self._waiting)} entries of the audit wait to be stored")

    def note(self, entry: Entry) -> None:
        """Take an entry down, to be stored within a second."""
        self._waiting.append(entry)

    def flush(self) -> bool:
        """Store what waits. Returns False, having kept the rest, when the database does not take it."""
        with self._storing:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                try:
                    with writing(self._engine) as session:
                        record(session, *batch)
                except SQLAlchemyError as error:
                    self._waiting.extendleft(reversed(batch))
                    log.warning("audit.waits", entries=len(self._waiting), error=type(error).__name__)
                    return False
        return True

    def _work(self) -> None:
        while not self._stopping.wait(EVERY_S):
            self.flush()


def verify_chain(rows: Iterable[AuditEntry], *, expect: str | None = None) -> Head:
    """Recompute every seal and give the end of the chain. `expect` is `SEQ:DIGEST` of an entry that must be there.

    Raises AuditBroken, with the number of the first entry that does not hold.
    """
    end, met = Head(seq=0, digest=ORIGIN), expect is None
    for row in rows:
        if (
            row.seq != end.seq + 1
            or row.previous != end.digest
            or seal(row.seq, entry_of(row), row.previous) != row.digest
        ):
            raise AuditBroken(f"the audit does not hold at entry {end.seq + 1}")
        end = Head(seq=row.seq, digest=row.digest)
        met = met or f"{row.seq}:{row.digest}" == expect
    if not met:
        raise AuditBroken(f"the audit ends at entry {end.seq} and holds no entry {expect}")
    return end


def request_entry(scope: Mapping[str, Any], caller: Caller, *, status: int | None) -> Entry:
    """Make the entry of a request that came as far as an endpoint.

    The ids of its address are taken down only when it was answered: of what does not exist or is malformed nobody knows
    whether it is an id, or somebody's name typed into the address.
    """
    route = scope.get("route")
    template = f"{scope['method']} {getattr(route, 'path', '')}"
    answered = status is None or status < REFUSED
    return Entry(
        at=datetime.now(UTC),
        actor=caller.actor,
        action=template[:80],
        subject=_subject(scope)[:SUBJECT_CHARS] if answered else "",
        area=caller.area,
        provider=caller.provider,
        role=caller.role.value,
        purpose=caller.purpose,
        status=status,
        correlation_id=scope["state"]["correlation_id"],
    )


def _subject(scope: Mapping[str, Any]) -> str:
    """Name what a request was about by the ids of its address, and the day if it asked for one.

    An address that is a secret is not told: its endpoint has said what it was about.
    """
    if "subject" in scope["state"]:
        return str(scope["state"]["subject"])
    parts = [f"{name.removesuffix('_id')}/{value}" for name, value in scope.get("path_params", {}).items()]
    day = re.search(rb"(?:^|&)day=([0-9-]+)(?:&|$)", scope.get("query_string", b""))
    if day and _DAY.fullmatch(day[1].decode()):
        parts.append(f"day/{day[1].decode()}")
    return " ".join(parts)

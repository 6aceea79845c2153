"""The audit: who read or changed what, when and why. Append-only, and each entry seals the one before.

What `record` takes down is stored when its session commits, in the same transaction. Only then are entries numbered and
chained, one transaction after the other, so that the chain is a line however many processes write. Triggers refuse to
change or delete what is there.

An entry names people, clients and carers by their ids only, and what it seals of its subject is a salted digest. So a
subject can be blotted out when a person is erased, and nothing else can, and the chain still holds.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003 - the columns need it at run time
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Index, String, event, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime
from app.db.walls import outside_walls

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy.orm import SessionTransaction

ORIGIN = "0" * 64
"""What the first entry seals: nothing."""

SUBJECT_CHARS = 255
ERASED = "erased"
"""The subject of an entry that was about somebody who is erased."""

_LOCK_KEY = 0x61756474
"""Key of the advisory lock under which entries are chained on PostgreSQL (the letters "audt")."""

_PENDING = "audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is taken down of one act.

    `action` is the name of the operation, `subject` what it was done to, as `kind/id` pairs; `status` how it was
    answered over HTTP, None for what was done at the machine. `nonce` salts the digest of the subject, `subject_seal`,
    which takes its place in the chain; both are made when the entry is stored, and the nonce goes when it is erased.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    area: str | None = None
    provider: str | None = None
    role: str | None = None
    purpose: str | None = None
    status: int | None = None
    correlation_id: str | None = None
    nonce: str | None = None
    subject_seal: str | None = None


_STORED = tuple(Entry.__dataclass_fields__)
_SEALED = tuple(name for name in _STORED if name not in {"nonce", "subject_seal"})
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class AuditEntry(Base):
    """An entry as stored. `digest` is the SHA-256 of all the rest, of which `previous` is the digest before."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "area", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(SUBJECT_CHARS))
    area: Mapped[str | None] = mapped_column(String(ID_CHARS))
    provider: Mapped[str | None] = mapped_column(String(ID_CHARS))
    role: Mapped[str | None] = mapped_column(String(32))
    purpose: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[int | None]
    correlation_id: Mapped[str | None] = mapped_column(String(32))
    nonce: Mapped[str | None] = mapped_column(String(32))
    subject_seal: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain: the number and the digest of its last entry."""

    seq: int
    digest: str


def record(session: Session, *entries: Entry) -> None:
    """Take entries down, to be stored if and when the session commits."""
    session.info.setdefault(_PENDING, []).extend(entries)


def head(session: Session) -> Head:
    """Give the end of the chain."""
    last = select(AuditEntry.seq, AuditEntry.digest).order_by(AuditEntry.seq.desc()).limit(1)
    row = session.execute(outside_walls(last)).first()
    return Head(seq=row.seq, digest=row.digest) if row else Head(seq=0, digest=ORIGIN)


def list_entries(session: Session, area: str, *, after: int = 0, limit: int = 100) -> Sequence[AuditEntry]:
    """List the entries of an area that follow a number, the oldest first."""
    found = select(AuditEntry).where(AuditEntry.area == area, AuditEntry.seq > after)
    return session.scalars(found.order_by(AuditEntry.seq).limit(limit)).all()


def every_entry(session: Session) -> Iterator[AuditEntry]:
    """Give every entry of all areas, the oldest first, without holding them all."""
    yield from session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000))


def entry_of(row: AuditEntry) -> Entry:
    """Give what a stored entry says."""
    return Entry(**{name: getattr(row, name) for name in _STORED})


def seal(seq: int, entry: Entry, previous: str) -> str:
    """Give the digest of an entry in its place in the chain."""
    subject = entry.subject
    if entry.nonce is not None:
        subject = seal_subject(entry.nonce, entry.subject)
    elif entry.subject_seal is not None:
        subject = f"sealed/{entry.subject_seal}"
    said = {name: getattr(entry, name) for name in _SEALED} | {
        "at": entry.at.isoformat(timespec="microseconds"),
        "seq": seq,
        "previous": previous,
        "subject": subject,
    }
    return sha256(_canonical(said).encode()).hexdigest()


def seal_subject(nonce: str, subject: str) -> str:
    """Give what the chain holds of a subject."""
    return "sealed/" + sha256(f"{nonce}:{subject}".encode()).hexdigest()


def entries_about(session: Session, area: str, whom: Collection[tuple[str, str]]) -> Sequence[AuditEntry]:
    """List the entries of an area whose subject has one of some `kind/id` pairs, such as ("carer", "K1")."""
    rows = session.scalars(select(AuditEntry).where(AuditEntry.area == area).order_by(AuditEntry.seq))
    return [row for row in rows if not _pairs(row.subject).isdisjoint(whom)]


def _pairs(subject: str) -> set[tuple[str, str]]:
    words = [word.split("/") for word in subject.split()]
    return {pair for parts in words for pair in pairwise(parts)}


def blot_out(session: Session, entries: Iterable[AuditEntry]) -> int:
    """Take the subjects out of entries; the chain holds their salted digests still. Returns how many were changed."""
    numbers = [row.seq for row in entries if row.subject_seal is not None and row.nonce is not None]
    for seq in numbers:
        session.execute(update(AuditEntry).where(AuditEntry.seq == seq).values(subject=ERASED, nonce=None))
    return len(numbers)


@event.listens_for(Session, "before_commit")
def _store(session: Session) -> None:
    """Chain what was taken down, as the last thing that a transaction does: others wait for no longer than that."""
    entries = session.info.pop(_PENDING, None)
    if entries:
        session.flush()
        if session.get_bind().dialect.name == "postgresql":
            session.execute(outside_walls(text("SELECT pg_advisory_xact_lock(:key)")), {"key": _LOCK_KEY})
        session.execute(outside_walls(insert(AuditEntry)), list(_chained(head(session), entries)))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, undone: SessionTransaction) -> None:
    """Forget what was taken down of something that did not happen. Savepoints forget nothing: too much is better."""
    if not undone.nested:
        session.info.pop(_PENDING, None)


def _chained(end: Head, entries: Iterable[Entry]) -> Iterator[dict[str, object]]:
    previous = end.digest
    for seq, taken in enumerate(entries, start=end.seq + 1):
        nonce = secrets.token_hex(16)
        subject_seal = seal_subject(nonce, taken.subject).removeprefix("sealed/")
        entry = replace(taken, nonce=nonce, subject_seal=subject_seal)
        digest = seal(seq, entry, previous)
        yield {**{name: getattr(entry, name) for name in _STORED}, "seq": seq, "previous": previous, "digest": digest}
        previous = digest

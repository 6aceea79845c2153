"""Proof of who was erased: a chain of records that name nobody.

A record keeps the SHA-256 of a salt and the id. Who has the id can find the record, and an import that brings the
person back is noticed; the record itself does not say who it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime  # noqa: TC003 - the columns need it at run time
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime, word_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

ORIGIN = "0" * 64
REASON_CHARS = 200


class PersonKind(StrEnum):
    """Who a person is to the service."""

    CLIENT = "client"
    CARER = "carer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was erased, when and why. `rows` counts what became of the rows of each table, `subject` is salted.

    `previous` is the digest of the proof before, `digest` the SHA-256 of all the rest.
    """

    seq: int
    at: str
    area: str
    kind: str
    salt: str
    subject: str
    reason: str
    actor: str
    rows: dict[str, dict[str, int]]
    previous: str
    digest: str = ""

    def sealed(self) -> str:
        """Compute the digest of what the proof says."""
        said = {name: value for name, value in asdict(self).items() if name != "digest"}
        return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def is_about(self, person: str) -> bool:
        """Tell whether an id is that of the person erased."""
        return self.subject == salted(self.salt, person)


class Erasure(Base):
    """A proof as stored."""

    __tablename__ = "erasure"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    area: Mapped[str] = mapped_column(String(ID_CHARS))
    kind: Mapped[PersonKind] = mapped_column(word_of(PersonKind))
    salt: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(REASON_CHARS))
    actor: Mapped[str] = mapped_column(String(80))
    rows: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


def salted(salt: str, person: str) -> str:
    """Give what a proof keeps in place of an id."""
    return sha256(f"{salt}:{person}".encode()).hexdigest()


def proof_of(row: Erasure) -> Proof:
    """Give the proof that a row holds."""
    values = {name: getattr(row, name) for name in Proof.__dataclass_fields__}
    return Proof(**{**values, "at": row.at.isoformat(), "kind": row.kind.value})


def list_erasures(session: Session, area: str | None = None) -> Sequence[Erasure]:
    """List the proofs in order, of one area or of all."""
    found = select(Erasure).order_by(Erasure.seq)
    return session.scalars(found if area is None else found.where(Erasure.area == area)).all()


def last_erasure(session: Session) -> tuple[int, str]:
    """Give number and digest of the last proof."""
    row = session.scalar(select(Erasure).order_by(Erasure.seq.desc()).limit(1))
    return (row.seq, row.digest) if row else (0, ORIGIN)


def erased_among(session: Session, area: str, kind: PersonKind, persons: Iterable[str]) -> list[str]:
    """Find ids of people who were erased, in their order."""
    proofs = [proof_of(row) for row in list_erasures(session, area) if row.kind is kind]
    return [person for person in persons if any(proof.is_about(person) for proof in proofs)]

"""What people have said about being asked to change provider, and who must not be moved at all.

Both are histories: nothing is changed, the latest answer counts, and a protection ends on its day or when it is lifted.
Clients are named by their natural ids, so that an answer outlives a new import.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the columns need them at run time
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime, word_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NOTE_CHARS = 500
ACTOR_CHARS = 80


class Answer(StrEnum):
    """What somebody said: may be asked, was asked and agreed, or not."""

    HAPPY_TO_BE_ASKED = "happy to be asked"
    ASKED = "asked"
    NO = "no"


class Ground(StrEnum):
    """Why somebody must not be moved. No more than that is stored."""

    END_OF_LIFE = "end of life"
    RECENTLY_MOVED = "recently moved"
    FLAGGED = "flagged"


class Consent(Base):
    """One answer of one client."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "area", "client_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    client_id: Mapped[str] = mapped_column(String(ID_CHARS))
    answer: Mapped[Answer] = mapped_column(word_of(Answer))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    note: Mapped[str] = mapped_column(String(NOTE_CHARS))


class Protection(Base):
    """A client who must not be moved, until a day (None: without end) or until it is lifted."""

    __tablename__ = "protection"
    __table_args__ = (Index(None, "area", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    client_id: Mapped[str] = mapped_column(String(ID_CHARS))
    ground: Mapped[Ground] = mapped_column(word_of(Ground))
    until: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who wrote something down about a client, and when."""

    area: str
    client: str
    actor: str
    at: datetime


def add_consent(session: Session, said: Said, answer: Answer, *, note: str = "") -> None:
    """Take an answer down."""
    session.add(
        Consent(
            id=uuid4(),
            area=said.area,
            client_id=said.client,
            answer=answer,
            at=said.at,
            taken_by=said.actor,
            note=note[:NOTE_CHARS],
        )
    )
    session.flush()


def latest_answers(session: Session, area: str) -> dict[str, Answer]:
    """Give what each client said last; who has said nothing is absent."""
    rows = session.scalars(select(Consent).where(Consent.area == area).order_by(Consent.at, Consent.id))
    return {row.client_id: row.answer for row in rows}


def add_protection(session: Session, said: Said, ground: Ground, *, until: date | None = None) -> None:
    """Protect a client from being moved."""
    session.add(
        Protection(
            id=uuid4(),
            area=said.area,
            client_id=said.client,
            ground=ground,
            until=until,
            at=said.at,
            set_by=said.actor,
        )
    )
    session.flush()


def lift_protections(session: Session, said: Said) -> int:
    """End every protection of a client; returns how many there were."""
    rows = session.scalars(
        select(Protection).where(
            Protection.area == said.area, Protection.client_id == said.client, Protection.lifted_at.is_(None)
        )
    ).all()
    for row in rows:
        row.lifted_at = said.at
    session.flush()
    return len(rows)


def protected(session: Session, area: str, day: date) -> dict[str, Ground]:
    """Give the clients who must not be moved on a day, each with a reason."""
    rows = session.scalars(
        select(Protection).where(Protection.area == area, Protection.lifted_at.is_(None)).order_by(Protection.at)
    )
    return {row.client_id: row.ground for row in rows if row.until is None or row.until >= day}

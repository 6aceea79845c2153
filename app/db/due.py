"""What differs from day to day: skills that end, absences, and changes of visits. Columns as in `app.due`."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the columns need it at run time

from sqlalchemy import ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS, OfArea
from app.db.base import TextList, word_of
from app.due import ChangeKind

_CARER = (["area", "carer_id"], ["carer.area", "carer.carer_id"])


class Due:
    """The columns of a row that is due on one day, or on some days of the week."""

    day: Mapped[date | None]
    days: Mapped[tuple[str, ...]] = mapped_column(TextList)
    every_weeks: Mapped[int] = mapped_column(server_default="1")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class CarerSkill(OfArea):
    """A skill of a carer, with its last day."""

    __tablename__ = "carer_skill"
    __table_args__ = (ForeignKeyConstraint(*_CARER),)

    carer_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    skill: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    valid_to: Mapped[date | None]


class CarerAbsence(OfArea):
    """A carer does not work. Its place in the file is its key, as for the two below."""

    __tablename__ = "carer_absence"
    __table_args__ = (ForeignKeyConstraint(*_CARER), Index(None, "area", "carer_id"))

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    carer_id: Mapped[str] = mapped_column(String(ID_CHARS))
    first_day: Mapped[date]
    start: Mapped[int | None]
    last_day: Mapped[date | None]
    end: Mapped[int | None]


class ClientAbsence(OfArea):
    """A client is not at home."""

    __tablename__ = "client_absence"
    __table_args__ = (
        ForeignKeyConstraint(["area", "client_id"], ["client.area", "client.client_id"]),
        Index(None, "area", "client_id"),
    )

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    client_id: Mapped[str] = mapped_column(String(ID_CHARS))
    first_day: Mapped[date]
    start: Mapped[int | None]
    last_day: Mapped[date | None]
    end: Mapped[int | None]


class VisitChange(OfArea):
    """A visit is cancelled or different on one day."""

    __tablename__ = "visit_change"
    __table_args__ = (
        ForeignKeyConstraint(["area", "visit_id"], ["visit.area", "visit.visit_id"]),
        Index(None, "area", "day"),
    )

    visit_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(word_of(ChangeKind))
    earliest: Mapped[int | None]
    latest: Mapped[int | None]
    preferred: Mapped[int | None]
    duration_minutes: Mapped[int | None]
    carers_needed: Mapped[int | None]

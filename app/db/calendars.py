"""Secret addresses of carers' calendars: only the SHA-256 of each is kept, one for each carer."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime
from app.db.walls import outside_walls

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class CalendarFeed(Base):
    """The address at which a carer's calendar is read by whoever knows it."""

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("area", "carer"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    carer: Mapped[str] = mapped_column(String(ID_CHARS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def replace_feed(session: Session, area: str, carer: str, *, sha256: str, at: datetime) -> None:
    """Give a carer a new address; the old one opens nothing from now on."""
    drop_feed(session, area, carer)
    session.add(CalendarFeed(sha256=sha256, area=area, carer=carer, created_at=at))
    session.flush()


def drop_feed(session: Session, area: str, carer: str) -> None:
    """Take a carer's address away."""
    session.execute(delete(CalendarFeed).where(CalendarFeed.area == area, CalendarFeed.carer == carer))


def find_feed(session: Session, sha256: str) -> CalendarFeed | None:
    """Find whose calendar an address is."""
    return session.scalar(outside_walls(select(CalendarFeed).where(CalendarFeed.sha256 == sha256)))

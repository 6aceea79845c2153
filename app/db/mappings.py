"""Saved mappings: how a provider's own sheets, columns and words become ours."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import JSON, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, Json, UtcDateTime
from app.errors import MappingNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class SavedMapping(Base):
    """A mapping under the name by which imports ask for it, usually the provider's id."""

    __tablename__ = "saved_mapping"

    name: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[Json] = mapped_column(JSON)


def save_mapping(session: Session, name: str, body: Json, *, at: datetime) -> None:
    """Save a mapping, in place of the one of the same name."""
    session.merge(SavedMapping(name=name, saved_at=at, body=body))


def get_mapping(session: Session, name: str) -> SavedMapping:
    """Get a mapping. Raises MappingNotFound."""
    row = session.get(SavedMapping, name)
    if row is None:
        raise MappingNotFound(f"there is no mapping {name}")
    return row


def list_mappings(session: Session) -> Sequence[SavedMapping]:
    """List the mappings by name."""
    return session.scalars(select(SavedMapping).order_by(SavedMapping.name)).all()


def drop_mapping(session: Session, name: str) -> bool:
    """Delete a mapping. Returns False when there is none."""
    return (
        session.scalar(delete(SavedMapping).where(SavedMapping.name == name).returning(SavedMapping.name)) is not None
    )

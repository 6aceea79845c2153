"""Drafts of rotas: what coordinators change by hand before it is published."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - the columns need them at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - the same

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, defer, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, Json, UtcDateTime, word_of
from app.db.rota_versions import ACTOR_CHARS
from app.errors import DraftChanged, DraftNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class State(StrEnum):
    """How far a draft is."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"


class RotaDraft(Base):
    """A rota on the way to publication. `provider` limits who may be changed; None is the whole area.

    `based_on` is the version that it goes on from, None when there is none yet. `revision` counts the changes, so that
    of two people who change it at once the second is told. `breaches` is None until the checker has seen it, and empty
    in a draft that is `checked`. `locks` names the shifts of visits that stay where they are.
    """

    __tablename__ = "rota_draft"
    __table_args__ = (
        CheckConstraint("letter IN ('A', 'B', 'C', 'D')", name="letter"),
        Index(None, "area", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    day: Mapped[date]
    provider: Mapped[str | None] = mapped_column(String(ID_CHARS))
    state: Mapped[State] = mapped_column(word_of(State))
    revision: Mapped[int]
    based_on: Mapped[int | None]
    letter: Mapped[str | None] = mapped_column(String(1))
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    plan: Mapped[Json] = mapped_column(JSON)
    staffing: Mapped[Json] = mapped_column(JSON)
    circumstances: Mapped[Json] = mapped_column(JSON)
    locks: Mapped[Json] = mapped_column(JSON)
    breaches: Mapped[list[Json] | None] = mapped_column(JSON(none_as_null=True))
    terms: Mapped[Json] = mapped_column(JSON)
    history: Mapped[list[Json]] = mapped_column(JSON)


def get_draft(session: Session, area: str, draft: UUID) -> RotaDraft:
    """Get a draft of an area. Raises DraftNotFound."""
    row = session.get(RotaDraft, draft)
    if row is None or row.area != area:
        raise DraftNotFound(f"there is no draft {draft}")
    return row


def list_drafts(session: Session, area: str, *, provider: str | None, limit: int) -> Sequence[RotaDraft]:
    """List the drafts of an area, or of one provider, that are not published, the latest first."""
    found = select(RotaDraft).where(RotaDraft.area == area, RotaDraft.state != State.PUBLISHED)
    if provider is not None:
        found = found.where(RotaDraft.provider == provider)
    latest = found.options(defer(RotaDraft.plan), defer(RotaDraft.staffing)).order_by(RotaDraft.made_at.desc())
    return session.scalars(latest.limit(limit)).all()


def latest_draft(session: Session, area: str, day: date) -> RotaDraft | None:
    """Find the draft of everybody's rota for a day that was begun last and is not published."""
    found = select(RotaDraft).where(
        RotaDraft.area == area,
        RotaDraft.day == day,
        RotaDraft.provider.is_(None),
        RotaDraft.state != State.PUBLISHED,
    )
    return session.scalar(found.order_by(RotaDraft.made_at.desc()).limit(1))


def open_drafts(session: Session, area: str, day: date) -> Sequence[RotaDraft]:
    """List the drafts for a day that are not published: everybody's rota first, then providers', each begun last."""
    found = select(RotaDraft).where(RotaDraft.area == area, RotaDraft.day == day, RotaDraft.state != State.PUBLISHED)
    return session.scalars(found.order_by(RotaDraft.provider.is_not(None), RotaDraft.made_at)).all()


def change_draft(session: Session, draft: UUID, revision: int, **values: Any) -> None:  # noqa: ANN401 - column values
    """Change a draft that nobody has changed since `revision`. Raises DraftChanged."""
    changed = session.scalar(
        update(RotaDraft)
        .where(RotaDraft.id == draft, RotaDraft.revision == revision, RotaDraft.state != State.PUBLISHED)
        .values(revision=revision + 1, **values)
        .returning(RotaDraft.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    if changed is None:
        raise DraftChanged(f"draft {draft} is no longer as it was at revision {revision}")


def drop_draft(session: Session, draft: UUID) -> None:
    """Delete a draft."""
    session.execute(delete(RotaDraft).where(RotaDraft.id == draft))

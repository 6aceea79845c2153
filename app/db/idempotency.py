"""Answers that are kept, so that a request sent twice with one key is carried out once."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Index, String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Json, UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEY_CHARS = 200
SCOPE_CHARS = 200


class KeptAnswer(Base):
    """The answer to one request. `scope` says whose key it is and for which address; `digest` is of the body."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index(None, "at"),)

    scope: Mapped[str] = mapped_column(String(SCOPE_CHARS), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_CHARS), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[Json | None] = mapped_column(JSON(none_as_null=True))


def reserve(session: Session, scope: str, key: str, *, digest: str, at: datetime) -> KeptAnswer | None:
    """Reserve a key until the transaction ends; the row that is there already if somebody has used it.

    Of two requests at once, the second waits here for the end of the first.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(KeptAnswer).values(scope=scope, key=key, digest=digest, at=at).on_conflict_do_nothing()
    if session.scalar(new.returning(KeptAnswer.key)) is not None:
        return None
    return session.scalars(select(KeptAnswer).where(KeptAnswer.scope == scope, KeptAnswer.key == key)).one()


def keep(session: Session, scope: str, key: str, answer: Json) -> None:
    """Keep the answer to the request that reserved a key."""
    session.execute(
        update(KeptAnswer)
        .where(KeptAnswer.scope == scope, KeptAnswer.key == key)
        .values(answer=answer)
        .execution_options(synchronize_session=False)
    )


def forget_before(session: Session, at: datetime) -> None:
    """Forget the answers from before an instant."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.at < at))

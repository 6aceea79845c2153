"""Keys to the HTTP interface. The secret is never stored, only its SHA-256."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime, word_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Scope(StrEnum):
    """What a key opens: one provider's rotas, or the whole area (for the partnership that commissions)."""

    PROVIDER = "provider"
    PARTNERSHIP = "partnership"


class ApiKey(Base):
    """A key. `prefix` is its first characters, by which it is looked up and named in logs."""

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("(scope = 'provider') = (provider_id IS NOT NULL)", name="scope_provider"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    scope: Mapped[Scope] = mapped_column(word_of(Scope))
    provider_id: Mapped[str | None] = mapped_column(String(ID_CHARS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def live(self, now: datetime) -> bool:
        """Tell whether the key is neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at


def add_key(
    session: Session, prefix: str, sha256: str, *, holder: tuple[str, str | None], life: tuple[datetime, datetime]
) -> ApiKey:
    """Store a key. `holder` is area and provider (None: the partnership), `life` when made and when it expires."""
    area, provider = holder
    scope = Scope.PARTNERSHIP if provider is None else Scope.PROVIDER
    row = ApiKey(
        id=uuid4(),
        prefix=prefix,
        sha256=sha256,
        area=area,
        scope=scope,
        provider_id=provider,
        created_at=life[0],
        expires_at=life[1],
    )
    session.add(row)
    session.flush()
    return row


def find_key(session: Session, prefix: str) -> ApiKey | None:
    """Find a key by its prefix, live or not. The caller compares the digests."""
    return session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))


def revoke_key(session: Session, prefix: str, *, at: datetime) -> bool:
    """Revoke a key. Returns False when there is none, or it was revoked before."""
    revoked = session.scalar(
        update(ApiKey)
        .where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiKey.id)
    )
    return revoked is not None

"""Keys to the HTTP interface. The secret is never stored, only its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime, word_of
from app.db.walls import outside_walls
from app.security.roles import OF_PROVIDER, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


ROLE_PROVIDER = (
    f"(role IN ({', '.join(repr(role.value) for role in Role if role in OF_PROVIDER)})) = (provider_id IS NOT NULL)"
)
"""The constraint that roles of a provider name one, and no others do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a key stands for: a role in an area, and the provider for which it is held, if it is."""

    area: str
    role: Role
    provider: str | None = None


class ApiKey(Base):
    """A key. `prefix` is its first characters, by which it is looked up and named in logs."""

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint(ROLE_PROVIDER, name="role_provider"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    role: Mapped[Role] = mapped_column(word_of(Role))
    provider_id: Mapped[str | None] = mapped_column(String(ID_CHARS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def live(self, now: datetime) -> bool:
        """Tell whether the key is neither expired nor revoked."""
        return self.revoked_at is None and now < self.expires_at


def add_key(session: Session, prefix: str, sha256: str, *, holder: Holder, life: tuple[datetime, datetime]) -> ApiKey:
    """Store a key. `life` is when it is made and when it expires."""
    row = ApiKey(
        id=uuid4(),
        prefix=prefix,
        sha256=sha256,
        area=holder.area,
        role=holder.role,
        provider_id=holder.provider,
        created_at=life[0],
        expires_at=life[1],
    )
    session.add(row)
    session.flush()
    return row


def find_key(session: Session, prefix: str) -> ApiKey | None:
    """Find a key by its prefix, live or not. The caller compares the digests."""
    return session.scalar(outside_walls(select(ApiKey).where(ApiKey.prefix == prefix)))


def get_key(session: Session, prefix: str) -> ApiKey | None:
    """Get a key by its prefix, if the session sees it."""
    return session.scalar(select(ApiKey).where(ApiKey.prefix == prefix))


def list_keys(session: Session) -> Sequence[ApiKey]:
    """List the keys that the session sees, the latest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.created_at.desc(), ApiKey.prefix)).all()


def live_keys(session: Session, now: datetime) -> Sequence[ApiKey]:
    """List the keys of all areas that are neither expired nor revoked."""
    return session.scalars(select(ApiKey).where(ApiKey.revoked_at.is_(None), ApiKey.expires_at > now)).all()


def revoke_key(session: Session, prefix: str, *, at: datetime) -> bool:
    """Revoke a key. Returns False when there is none, or it was revoked before."""
    revoked = session.scalar(
        update(ApiKey)
        .where(ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiKey.id)
    )
    return revoked is not None

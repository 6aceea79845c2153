"""API keys: made, shown once, and recognised again by their SHA-256.

A key is 256 random bits, so a plain digest is enough: there is nothing to guess that slow hashing would protect.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from app.db.api_keys import Holder, add_key, find_key, get_key, revoke_key
from app.db.areas import get_area
from app.db.rotas import get_provider
from app.errors import NotFound, Unauthenticated
from app.security.callers import Caller
from app.security.roles import Role, check_fit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_KEY = re.compile(r"rota_(?P<prefix>[0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NOBODY = sha256(b"").hexdigest()


def create_key(
    session: Session,
    area: str,
    *,
    provider: str | None,
    days: int,
    role: Role | None = None,
    now: datetime | None = None,
) -> str:
    """Store a new key and return it: it cannot be shown again.

    Without a role it is a coordinator's, or a planner's when no provider is named. Raises AreaNotFound, NotFound, and
    RoleMismatch for a role that needs a provider without one, or the other way round.
    """
    now = now or datetime.now(UTC)
    role = role or (Role.PLANNER if provider is None else Role.COORDINATOR)
    get_area(session, area)
    check_fit(role, provider)
    if provider is not None:
        get_provider(session, area, provider)
    return _new_key(session, Holder(area=area, role=role, provider=provider), now, timedelta(days=days))


def rotate_key(session: Session, prefix: str, *, grace_hours: int, now: datetime | None = None) -> str:
    """Store a new key for the holder of an old one, for as long, and return it; the old one works some hours more.

    Raises NotFound for a key that the session does not see, or that works no more.
    """
    now = now or datetime.now(UTC)
    old = get_key(session, prefix)
    if old is None or not old.live(now):
        raise NotFound(f"there is no key {prefix} that still works")
    life = old.expires_at - old.created_at
    old.expires_at = min(old.expires_at, now + timedelta(hours=grace_hours))
    holder = Holder(area=old.area, role=old.role, provider=old.provider_id)
    return _new_key(session, holder, now, life)


def revoke(session: Session, prefix: str, *, now: datetime | None = None) -> None:
    """Make a key worthless at once. Raises NotFound for one that the session does not see, or was revoked before."""
    if not revoke_key(session, prefix, at=now or datetime.now(UTC)):
        raise NotFound(f"there is no key {prefix} that is not yet revoked")


def prefix_of(key: str) -> str:
    """Give the part of a key that may be known."""
    return key.split("_")[1]


def _new_key(session: Session, holder: Holder, now: datetime, life: timedelta) -> str:
    prefix = secrets.token_hex(6)
    key = f"rota_{prefix}_{secrets.token_urlsafe(32)}"
    add_key(session, prefix, _digest(key), holder=holder, life=(now, now + life))
    return key


def caller_of(session: Session, key: str | None, *, now: datetime | None = None) -> Caller:
    """Recognise a key. Raises Unauthenticated, with the same words whatever is wrong with the key."""
    if key is None:
        raise Unauthenticated("no key was given: send it as `Authorization: Bearer KEY`")
    shape = _KEY.fullmatch(key)
    row = find_key(session, shape["prefix"]) if shape else None
    same = hmac.compare_digest(_digest(key), row.sha256 if row else _NOBODY)
    if row is None or not same or not row.live(now or datetime.now(UTC)):
        raise Unauthenticated("the key is unknown, expired or revoked")
    return Caller(
        area=row.area,
        provider=row.provider_id,
        prefix=row.prefix,
        role=row.role,
        actor=f"key/{row.prefix}",
    )


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()

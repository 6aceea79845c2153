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

from app.db.api_keys import Holder, add_key, find_key
from app.db.areas import get_area
from app.db.rotas import get_provider
from app.errors import RoleMismatch, Unauthenticated
from app.security.callers import Caller
from app.security.roles import Role

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
    if role.of_provider != (provider is not None):
        raise RoleMismatch(f"the role {role} is {'held for one provider' if role.of_provider else 'for no provider'}")
    if provider is not None:
        get_provider(session, area, provider)
    holder = Holder(area=area, role=role, provider=provider)
    prefix = secrets.token_hex(6)
    key = f"rota_{prefix}_{secrets.token_urlsafe(32)}"
    add_key(session, prefix, _digest(key), holder=holder, life=(now, now + timedelta(days=days)))
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

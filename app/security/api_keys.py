"""API keys: made, shown once, and recognised again by their SHA-256.

A key is 256 random bits, so a plain digest is enough: there is nothing to guess that slow hashing would protect.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from app.db.api_keys import add_key, find_key
from app.db.areas import get_area
from app.db.rotas import get_provider
from app.errors import Unauthenticated

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.api_keys import ApiKey

_KEY = re.compile(r"rota_(?P<prefix>[0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NOBODY = sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whom a key stands for: a provider of an area, or the partnership (`provider` None)."""

    area: str
    provider: str | None
    prefix: str


def create_key(session: Session, area: str, *, provider: str | None, days: int, now: datetime | None = None) -> str:
    """Store a new key and return it: it cannot be shown again. Raises AreaNotFound, NotFound."""
    now = now or datetime.now(UTC)
    get_area(session, area)
    if provider is not None:
        get_provider(session, area, provider)
    prefix = secrets.token_hex(6)
    key = f"rota_{prefix}_{secrets.token_urlsafe(32)}"
    add_key(session, prefix, _digest(key), holder=(area, provider), life=(now, now + timedelta(days=days)))
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
    return _caller(row)


def _caller(row: ApiKey) -> Caller:
    return Caller(area=row.area, provider=row.provider_id, prefix=row.prefix)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()

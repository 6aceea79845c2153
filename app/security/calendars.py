"""Secret addresses of carers' calendars: 256 random bits, of which only the SHA-256 is stored."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from app.db.calendars import find_feed, replace_feed
from app.db.views import View
from app.db.walls import stand_at
from app.errors import NotFound
from app.security.callers import Caller
from app.security.roles import Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.calendars import CalendarFeed

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def new_address(session: Session, area: str, carer: str) -> str:
    """Make the secret part of a carer's calendar address, in place of the one before. It cannot be shown again."""
    token = secrets.token_urlsafe(32)
    replace_feed(session, area, carer, sha256=sha256(token.encode()).hexdigest(), at=datetime.now(UTC))
    return token


def calendar_of(session: Session, token: str) -> CalendarFeed:
    """Recognise a secret address, and let the session see its area. Raises NotFound, whatever is wrong with it."""
    feed = find_feed(session, sha256(token.encode()).hexdigest()) if _TOKEN.fullmatch(token) else None
    if feed is None:
        raise NotFound("there is no calendar at this address")
    stand_at(session, View(area=feed.area, people=True))
    return feed


def caller_at(feed: CalendarFeed) -> Caller:
    """Give whom the audit takes the reader of a calendar for: whoever was given its address."""
    prefix = feed.sha256[:12]
    return Caller(area=feed.area, provider=None, prefix=prefix, role=Role.CARER_FEED, actor=f"calendar/{prefix}")

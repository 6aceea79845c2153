"""Being signed in: a random token in a cookie, and everything else in the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from app.db import people
from app.errors import NotFound, NotPermitted, Unauthenticated
from app.security.callers import Caller

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.db.people import Post, SignedIn
    from app.security.roles import Role

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=1)
LOOK_AGAIN = timedelta(minutes=5)
"""How old the time when a browser was last seen may be before it is stored again."""
LINK_LIFE = timedelta(hours=24)

LINK = "link"
"""The issuer of people whom no identity provider knows: they sign in with links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """Who is behind a cookie, and whether it is time to store that they were seen."""

    caller: Caller
    stale: bool


def make_link(session: Session, person: UUID, *, now: datetime | None = None) -> str:
    """Make the secret part of a link that signs a person in once. It cannot be shown again."""
    token = secrets.token_urlsafe(32)
    expires_at = (now or datetime.now(UTC)) + LINK_LIFE
    session.add(people.SignInLink(sha256=_digest(token), person_id=person, expires_at=expires_at, used_at=None))
    session.flush()
    return token


def use_link(session: Session, token: str, *, now: datetime | None = None) -> UUID:
    """Use a link up and tell whom it is for. Raises NotFound, with the same words whatever is wrong with it."""
    person = people.use_link(session, _digest(token), at=now or datetime.now(UTC))
    if person is None:
        raise NotFound("there is no such link, or it has been used or has expired")
    return person


def first_post(session: Session, person: UUID) -> Post:
    """Give the role in which somebody begins. Raises NotPermitted for a person without any."""
    held = people.posts_of(session, person)
    if not held:
        raise NotPermitted("nobody has given you a role here yet; ask an administrator")
    return held[0]


def sign_in(session: Session, person: UUID, *, now: datetime | None = None) -> str:
    """Sign a person in, in the first of their roles. Returns the token of the cookie. Raises NotPermitted."""
    now = now or datetime.now(UTC)
    post = first_post(session, person)
    token = secrets.token_urlsafe(32)
    session.add(
        people.SignedIn(
            sha256=_digest(token),
            person_id=person,
            organisation_id=post.organisation_id,
            role=post.role,
            purpose=None,
            seen_at=now,
            expires_at=now + LIFE,
        )
    )
    session.flush()
    return token


def recognise(session: Session, token: str, *, purpose: str | None = None, now: datetime | None = None) -> Recognised:
    """Find out who is behind a cookie; a purpose said now counts before one said earlier. Raises Unauthenticated."""
    now = now or datetime.now(UTC)
    row = people.find_signed_in(session, _digest(token))
    if row is None or now >= row.expires_at or now - row.seen_at >= IDLE:
        raise Unauthenticated("you are not signed in, or no longer")
    post = _post(people.posts_of(session, row.person_id), row.organisation_id, row.role)
    if post is None:
        raise Unauthenticated("the role in which you were signed in has ended")
    caller = Caller(
        area=post.area,
        provider=post.provider if post.role.of_provider else None,
        prefix=row.sha256[:12],
        role=post.role,
        actor=f"person/{row.person_id}",
        purpose=purpose or row.purpose,
    )
    return Recognised(caller=caller, stale=now - row.seen_at >= LOOK_AGAIN)


def touch(session: Session, token: str, *, now: datetime | None = None) -> None:
    """Store that a browser was seen."""
    row = people.find_signed_in(session, _digest(token))
    if row is not None:
        row.seen_at = now or datetime.now(UTC)


def choose(session: Session, token: str, *, organisation_id: str, role: Role, purpose: str | None) -> None:
    """Go on in another of one's roles, or for another purpose. Raises NotFound for a role that one does not hold."""
    row = signed_in(session, token)
    if _post(people.posts_of(session, row.person_id), organisation_id, role) is None:
        raise NotFound("you hold no such role")
    row.organisation_id, row.role, row.purpose = organisation_id, role, purpose


def signed_in(session: Session, token: str) -> SignedIn:
    """Get what is stored about a browser. Raises Unauthenticated."""
    row = people.find_signed_in(session, _digest(token))
    if row is None:
        raise Unauthenticated("you are not signed in")
    return row


def sign_out(session: Session, token: str) -> None:
    """Make a cookie worthless."""
    people.sign_out(session, sha256=_digest(token))


def _post(held: list[Post], organisation_id: str, role: Role) -> Post | None:
    return next((each for each in held if (each.organisation_id, each.role) == (organisation_id, role)), None)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()

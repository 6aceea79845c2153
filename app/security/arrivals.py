"""What happens when somebody arrives: they are recognised, signed in, and it is taken down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.db import people
from app.db.audit import Entry, record
from app.errors import NotFound, SignInFailed
from app.security import sessions

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.security.oidc import Identity


def arrive(session: Session, identity: Identity, *, correlation_id: str) -> str:
    """Sign in whom an identity provider has recognised. Returns the token of the cookie.

    Raises SignInFailed for somebody who was not invited, NotPermitted for somebody without a role.
    """
    person = people.find_person(session, issuer=identity.issuer, subject=identity.subject, email=identity.email)
    if person is None:
        raise SignInFailed("nobody has invited you here; ask an administrator")
    return _sign_in(session, person.id, "sign in", correlation_id)


def arrive_by_link(session: Session, token: str, *, correlation_id: str) -> str:
    """Sign in whom a link is for, and use it up. Returns the token of the cookie. Raises SignInFailed, NotPermitted."""
    try:
        person = sessions.use_link(session, token)
    except NotFound as error:
        raise SignInFailed(str(error)) from error
    return _sign_in(session, person, "sign in by link", correlation_id)


def _sign_in(session: Session, person: UUID, action: str, correlation_id: str) -> str:
    token = sessions.sign_in(session, person)
    post = sessions.first_post(session, person)
    record(
        session,
        Entry(
            at=datetime.now(UTC),
            actor=f"person/{person}",
            action=action,
            subject=f"person/{person}",
            area=post.area,
            role=post.role.value,
            correlation_id=correlation_id,
        ),
    )
    return token

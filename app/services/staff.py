"""All about one person who signs in: told, or taken out so that what they did stays under an id that leads nowhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select

from app.db.audit import AuditEntry, Entry, record
from app.db.organisations import Membership
from app.db.people import Person, SignedIn, SignInLink, end_posts, sign_out
from app.errors import PersonNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from app.db.base import Base, Json

NOBODY = "erased"
"""The identity provider of those who were erased: no sign-in comes from it."""

_SECRET = frozenset({"sha256"})


def export_staff(session: Session, who: str) -> Json:
    """Give all that is stored about somebody who signs in, by id or e-mail. Raises PersonNotFound.

    Of what they did the audit tells when and what, and not about whom: that is about others.
    """
    people = _find(session, who)
    ids = [person.id for person in people]
    posts = session.scalars(select(Membership).where(Membership.person.in_(map(str, ids)))).all()
    links = session.scalars(select(SignInLink).where(SignInLink.person_id.in_(ids))).all()
    browsers = session.scalars(select(SignedIn).where(SignedIn.person_id.in_(ids))).all()
    did = session.scalars(
        select(AuditEntry).where(AuditEntry.actor.in_([f"person/{each}" for each in ids])).order_by(AuditEntry.seq)
    )
    return {
        "made_at": datetime.now(UTC),
        "rows": {
            rows[0].__tablename__: [_told(row) for row in rows] for rows in (people, posts, links, browsers) if rows
        },
        "audit": [{"at": row.at, "action": row.action, "role": row.role, "purpose": row.purpose} for row in did],
    }


def erase_staff(session: Session, who: str) -> list[UUID]:
    """Erase somebody who signs in, by id or e-mail, and give the ids that stay. Raises PersonNotFound.

    Their roles end, they are signed out, and e-mail, name at the identity provider and links are gone.
    """
    people = _find(session, who)
    for person in people:
        end_posts(session, person.id, at=datetime.now(UTC))
        sign_out(session, person=person.id)
        session.execute(delete(SignInLink).where(SignInLink.person_id == person.id))
        person.issuer, person.subject, person.email = NOBODY, uuid4().hex, None
    return [person.id for person in people]


def erased_staff(session: Session) -> list[str]:
    """List the ids that stay of those who were erased."""
    return sorted(str(each) for each in session.scalars(select(Person.id).where(Person.issuer == NOBODY)))


def is_staff(session: Session, who: str) -> bool:
    """Tell whether somebody who signs in, and is not erased, has an id."""
    found = session.get(Person, UUID(who))
    return found is not None and found.issuer != NOBODY


def take_down(session: Session, ids: Sequence[UUID], *, actor: str) -> str:
    """Record in the audit, which is the proof, that staff were erased, and give them as it names them."""
    subject = " ".join(f"person/{each}" for each in ids)
    record(session, Entry(at=datetime.now(UTC), actor=actor, action="erase_staff", subject=subject))
    return subject


def _find(session: Session, who: str) -> Sequence[Person]:
    """Find somebody who signs in; with links, one e-mail may have been invited more than once."""
    try:
        by_id = Person.id == UUID(who)
    except ValueError:
        by_id = None
    named = Person.email == who.casefold()
    found = session.scalars(select(Person).where(named if by_id is None else or_(named, by_id))).all()
    if not found:
        raise PersonNotFound("nobody who signs in has this id or e-mail")
    return found


def _told(row: Base) -> dict[str, Any]:
    """Give the columns of a row, without what lets somebody in."""
    names = (column.name for column in row.__table__.columns)
    return {name: getattr(row, name) for name in names if name not in _SECRET}

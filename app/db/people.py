"""The people who sign in, the links that let them in once, and the browsers in which they are signed in.

Tokens are 256 random bits; only their SHA-256 is stored. What somebody may do is in `app.db.organisations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the columns need it at run time
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime, word_of
from app.db.organisations import Membership, Organisation, OrganisationKind
from app.db.walls import outside_walls
from app.security.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

_CHARS = 255


class Person(Base):
    """Somebody who signs in. `subject` is the name that the identity provider `issuer` has given; None until then.

    Who was invited by e-mail is recognised by it the first time, and by the subject ever after.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "subject"), Index(None, "email"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(_CHARS))
    subject: Mapped[str | None] = mapped_column(String(_CHARS))
    email: Mapped[str | None] = mapped_column(String(_CHARS))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignInLink(Base):
    """A link that signs a person in, once and before it expires."""

    __tablename__ = "sign_in_link"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignedIn(Base):
    """A browser in which a person is signed in, acting in one of their memberships, for a purpose if they said one."""

    __tablename__ = "signed_in"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id"], ["organisation.organisation_id"]),
        Index(None, "person_id"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[str] = mapped_column(String(ID_CHARS))
    role: Mapped[Role] = mapped_column(word_of(Role))
    purpose: Mapped[str | None] = mapped_column(String(64))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A role that a person holds: where, and for which provider if for one."""

    organisation_id: str
    area: str
    provider: str | None
    role: Role


def add_person(session: Session, *, issuer: str, subject: str | None, email: str | None, at: datetime) -> Person:
    """Store somebody who may come to sign in."""
    row = Person(id=uuid4(), issuer=issuer, subject=subject, email=email and email.casefold(), created_at=at)
    session.add(row)
    session.flush()
    return row


def find_person(session: Session, *, issuer: str, subject: str, email: str | None) -> Person | None:
    """Find whom an identity provider means: by its name for them or, once, by the e-mail of an invitation."""
    of_issuer = select(Person).where(Person.issuer == issuer)
    known = session.scalar(of_issuer.where(Person.subject == subject))
    if known is not None or email is None:
        return known
    invited = session.scalar(of_issuer.where(Person.subject.is_(None), Person.email == email.casefold()))
    if invited is not None:
        invited.subject = subject
    return invited


def find_invited(session: Session, *, issuer: str, email: str) -> Person | None:
    """Find somebody of an identity provider by their e-mail, whether they have been here or not."""
    return session.scalar(select(Person).where(Person.issuer == issuer, Person.email == email.casefold()))


def organisation_of(session: Session, area: str, provider: str | None, *, name: str) -> Organisation:
    """Give the organisation that a provider, or with None the partnership of an area, is; it is made when absent."""
    found = select(Organisation).where(Organisation.area == area, Organisation.provider_id == provider)
    row = session.scalar(outside_walls(found.order_by(Organisation.organisation_id).limit(1)))
    if row is None:
        kind = OrganisationKind.PARTNERSHIP if provider is None else OrganisationKind.PROVIDER
        row = Organisation(organisation_id=uuid4().hex, name=name, kind=kind, area=area, provider_id=provider)
        session.add(row)
        session.flush()
    return row


def give_post(session: Session, person: UUID, organisation_id: str, role: Role, *, at: datetime) -> None:
    """Give a person a role in an organisation, or give it back to somebody who had it before."""
    row = session.get(Membership, (str(person), organisation_id, role.value))
    if row is None:
        session.add(
            Membership(person=str(person), organisation_id=organisation_id, role=role.value, since=at, ended_at=None)
        )
    else:
        row.ended_at = None
    session.flush()


def end_posts(session: Session, person: UUID, *, at: datetime) -> int:
    """End every role that a person has as far as the session sees. Returns how many."""
    ended = update(Membership).where(Membership.person == str(person), Membership.ended_at.is_(None))
    return len(session.execute(ended.values(ended_at=at).returning(Membership.role)).all())


def posts_of(session: Session, person: UUID) -> list[Post]:
    """List the roles that a person holds now, in every area."""
    held = (
        select(Membership.role, Organisation.organisation_id, Organisation.area, Organisation.provider_id)
        .join(Organisation, Organisation.organisation_id == Membership.organisation_id)
        .where(Membership.person == str(person), Membership.ended_at.is_(None))
        .order_by(Organisation.area, Organisation.provider_id, Membership.role)
    )
    return [
        Post(organisation_id=row.organisation_id, area=row.area, provider=row.provider_id, role=Role(row.role))
        for row in session.execute(outside_walls(held))
    ]


def list_members(session: Session) -> Sequence[tuple[Membership, str | None]]:
    """List who holds which role as far as the session sees, with their e-mail."""
    held = select(Membership).where(Membership.ended_at.is_(None)).order_by(Membership.person, Membership.role)
    rows = session.scalars(held).all()
    people = select(Person.id, Person.email).where(Person.id.in_([UUID(row.person) for row in rows]))
    emails = {found.id: found.email for found in session.execute(people)}
    return [(row, emails.get(UUID(row.person))) for row in rows]


def is_administered(session: Session, area: str) -> bool:
    """Tell whether somebody is or ever was an admin of an area."""
    found = (
        select(Membership.person)
        .join(Organisation, Organisation.organisation_id == Membership.organisation_id)
        .where(Organisation.area == area, Membership.role == Role.ADMIN.value)
    )
    return session.scalar(found.limit(1)) is not None


def use_link(session: Session, sha256: str, *, at: datetime) -> UUID | None:
    """Use a link up and give whom it signs in; None when there is none, or it is used or expired."""
    used = update(SignInLink).where(
        SignInLink.sha256 == sha256, SignInLink.used_at.is_(None), SignInLink.expires_at > at
    )
    return session.scalar(
        outside_walls(used.values(used_at=at).returning(SignInLink.person_id)).execution_options(
            synchronize_session=False
        )
    )


def find_signed_in(session: Session, sha256: str) -> SignedIn | None:
    """Find the browser that holds a token."""
    return session.get(SignedIn, sha256)


def sign_out(session: Session, *, sha256: str | None = None, person: UUID | None = None) -> None:
    """Sign out one browser, or all of a person."""
    whose = SignedIn.sha256 == sha256 if person is None else SignedIn.person_id == person
    session.execute(delete(SignedIn).where(whose))

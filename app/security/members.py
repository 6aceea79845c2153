"""Giving people roles, and taking them away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from app.db import people
from app.db.areas import get_area
from app.db.rotas import get_provider
from app.errors import NotFound
from app.security.roles import Role, check_fit
from app.security.sessions import LINK, make_link

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A role for somebody. Without an e-mail it is for somebody new, who signs in with a link."""

    area: str
    role: Role
    provider: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Who was given a role and where; `token` is the secret part of their link, if they need one."""

    person: UUID
    organisation_id: str
    token: str | None


def invite(session: Session, wanted: Invitation, *, issuer: str | None, now: datetime | None = None) -> Invited:
    """Give somebody a role. `issuer` is the identity provider of the installation, if it has one.

    Raises NotFound for an unknown area or provider, RoleMismatch.
    """
    now = now or datetime.now(UTC)
    check_fit(wanted.role, wanted.provider)
    get_area(session, wanted.area)
    name = wanted.area
    if wanted.provider is not None:
        name = get_provider(session, wanted.area, wanted.provider).name
    organisation = people.organisation_of(session, wanted.area, wanted.provider, name=name).organisation_id
    if issuer is not None and wanted.email is not None:
        known = people.find_invited(session, issuer=issuer, email=wanted.email)
        person = (known or people.add_person(session, issuer=issuer, subject=None, email=wanted.email, at=now)).id
        token = None
    else:
        person = people.add_person(session, issuer=LINK, subject=uuid4().hex, email=wanted.email, at=now).id
        token = make_link(session, person, now=now)
    people.give_post(session, person, organisation, wanted.role, at=now)
    return Invited(person=person, organisation_id=organisation, token=token)


def first_admin(session: Session, area: str) -> str | None:
    """Make the link of an area's first administrator, who plans as well; None when it has or had one already."""
    if people.is_administered(session, area):
        return None
    made = invite(session, Invitation(area=area, role=Role.ADMIN), issuer=None)
    people.give_post(session, made.person, made.organisation_id, Role.PLANNER, at=datetime.now(UTC))
    return made.token


def dismiss(session: Session, person: UUID, *, now: datetime | None = None) -> None:
    """End the roles of a person as far as the session sees, and sign them out. Raises NotFound."""
    if not people.end_posts(session, person, at=now or datetime.now(UTC)):
        raise NotFound(f"nobody here has the id {person}")
    people.sign_out(session, person=person)

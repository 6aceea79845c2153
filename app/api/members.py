"""The people of an area and their roles, for its administrators."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Request, status

from app.api.dependencies import Admin, Reading, Writing  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.people import list_members
from app.errors import CrossSite, NotFound, NotPermitted, RoleMismatch, Unauthenticated
from app.schemas.access import MemberAsked, MemberBody, MembersBody
from app.security.members import Invitation, dismiss, invite
from app.security.roles import Role

router = APIRouter(prefix="/v1/members", tags=["members"])
_REFUSED = (Unauthenticated, NotPermitted, CrossSite)
_ASKED = {"role": "coordinator", "provider": "P01"}


@router.get("", summary="List the members", responses=refusals(Unauthenticated, NotPermitted))
def list_all(caller: Admin, session: Reading) -> MembersBody:
    """List who holds which role in the area."""
    del caller
    return MembersBody(
        members=[
            MemberBody(person=UUID(row.person), organisation=row.organisation_id, role=Role(row.role), email=email)
            for row, email in list_members(session)
        ]
    )


@router.post(
    "",
    summary="Give somebody a role",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(*_REFUSED, NotFound, RoleMismatch),
)
def add(
    asked: Annotated[MemberAsked, Body(examples=[_ASKED])], caller: Admin, session: Writing, request: Request
) -> MemberBody:
    """Give a role to somebody, known by the e-mail that the identity provider vouches for, or sent a link."""
    wanted = Invitation(area=caller.area, role=asked.role, provider=asked.provider, email=asked.email)
    made = invite(session, wanted, issuer=request.app.state.settings.oidc_issuer)
    request.state.subject = f"person/{made.person}"
    address = f"/sign-in/link/{made.token}" if made.token else None
    return MemberBody(
        person=made.person,
        organisation=made.organisation_id,
        role=asked.role,
        email=asked.email,
        sign_in_address=address,
    )


@router.delete(
    "/{person_id}",
    summary="End somebody's roles",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_REFUSED, NotFound),
)
def end(person_id: UUID, caller: Admin, session: Writing) -> None:
    """End every role that a person has in the area, and sign them out."""
    del caller
    dismiss(session, person_id)

"""Who is calling: as whom they act, in which role and for what purpose they go on, and how they leave."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response, status

from app.api.dependencies import Reading, SignedIn, Writing  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.people import posts_of
from app.errors import CrossSite, NotFound, Unauthenticated
from app.schemas.access import PostBody, SessionChanged, WhoBody
from app.security import cookies, sessions

router = APIRouter(prefix="/v1/session", tags=["session"])
_CHANGED = {"organisation": "9f1c0a", "role": "commissioner", "purpose": "contract-monitoring"}


@router.get("", summary="Who am I?", responses=refusals(Unauthenticated))
def read(caller: SignedIn, session: Reading, request: Request) -> WhoBody:
    """Say as whom the caller acts and, to a person, in which other roles they could."""
    token = cookies.token_in(request)
    held = [] if token is None else posts_of(session, sessions.signed_in(session, token).person_id)
    return WhoBody.model_validate(caller).model_copy(update={"posts": [PostBody.model_validate(each) for each in held]})


@router.put(
    "",
    summary="Go on in another role",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(Unauthenticated, CrossSite, NotFound),
)
def change(
    asked: Annotated[SessionChanged, Body(examples=[_CHANGED])], caller: SignedIn, session: Writing, request: Request
) -> None:
    """Go on in another of one's roles, or say for what purpose. For people; a key says its purpose in a header."""
    request.state.subject = caller.actor
    token = _token(request)
    sessions.choose(session, token, organisation_id=asked.organisation, role=asked.role, purpose=asked.purpose)


@router.delete(
    "",
    summary="Sign out",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(Unauthenticated, CrossSite, NotFound),
)
def leave(caller: SignedIn, session: Writing, request: Request, response: Response) -> None:
    """Sign out. The cookie is worthless at once, also where it was copied to."""
    request.state.subject = caller.actor
    sessions.sign_out(session, _token(request))
    cookies.take_back(response, request)


def _token(request: Request) -> str:
    token = cookies.token_in(request)
    if token is None:
        raise NotFound("a key has no session")
    return token

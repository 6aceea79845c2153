"""Consents: what people said about being asked to change provider, and who must not be moved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, status

from app.api.dependencies import Proposer, WritingArea  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.proposals import By
from app.errors import NotFound, NotPermitted, PurposeNeeded, Unauthenticated
from app.schemas.fields import Id  # noqa: TC001 - the same
from app.schemas.proposals import ConsentAsked, LeftBody, ProtectionAsked
from app.services.consents import own_client, protect, take_answer, unprotect

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.consents import Said
    from app.security.callers import Caller

router = APIRouter(prefix="/v1/consents", tags=["consents"])
_FOUND = (Unauthenticated, NotPermitted, PurposeNeeded, NotFound)
_ANSWERS = {
    "willing": {"value": {"answer": "happy to be asked"}},
    "asked": {"value": {"answer": "asked", "note": "With her daughter, at the review."}},
    "withdrawn": {"value": {"answer": "no"}},
}
_GROUNDS = {"recently moved": {"value": {"ground": "recently moved", "until": "2027-05-31"}}}


@router.put("/{client}", summary="Write down an answer", responses=refusals(*_FOUND))
def answer(
    client: Id, asked: Annotated[ConsentAsked, Body(openapi_examples=_ANSWERS)], caller: Proposer, session: WritingArea
) -> LeftBody:
    """Write down what a client said. A "no" takes effect in every open proposal at once; those are named."""
    said = _said(caller, session, client)
    return LeftBody(proposals=take_answer(session, said, asked.answer, note=asked.note))


@router.put("/{client}/protection", summary="Protect from being moved", responses=refusals(*_FOUND))
def keep(
    client: Id,
    asked: Annotated[ProtectionAsked, Body(openapi_examples=_GROUNDS)],
    caller: Proposer,
    session: WritingArea,
) -> LeftBody:
    """Keep a client from being moved; open proposals leave the client out at once."""
    said = _said(caller, session, client)
    return LeftBody(proposals=protect(session, said, asked.ground, until=asked.until))


@router.delete(
    "/{client}/protection",
    summary="Lift a protection",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_FOUND),
)
def lift(client: Id, caller: Proposer, session: WritingArea) -> None:
    """Let a client be moved again. Proposals stay as they are until they are revised."""
    unprotect(session, _said(caller, session, client))


def _said(caller: Caller, session: Session, client: str) -> Said:
    """Let coordinators write of clients of their own provider only. Raises NotFound."""
    by = By(actor=caller.actor, at=datetime.now(UTC))
    return own_client(session, caller.area, client, by, provider=caller.provider)

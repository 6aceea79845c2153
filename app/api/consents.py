"""Consents: what people said about being asked to change provider, and who must not be moved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID  # noqa: TC003 - FastAPI reads the annotations

from fastapi import APIRouter, Body, Query, Response, status
from pydantic import BaseModel, ConfigDict, Field

from app.api.dependencies import AnswerTaker, WritingArea  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.proposals import By
from app.errors import AnswersRejected, NotFound, NotPermitted, PurposeNeeded, Unauthenticated
from app.schemas.fields import Id  # noqa: TC001 - the same
from app.schemas.proposals import AskListBody, ConsentAsked, LeftBody, ProtectionAsked, TakenBody
from app.services.ask_list import answer_sheet, ask_list
from app.services.consents import own_client, protect, take_answer, unprotect
from app.services.import_consents import AnswerFile, import_answers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.consents import Said
    from app.security.callers import Caller

CSV = "text/csv"
FILE = "answers.csv"
"""What faults call the file: the request has no name for it."""

router = APIRouter(prefix="/v1/consents", tags=["consents"])
_FOUND = (Unauthenticated, NotPermitted, PurposeNeeded, NotFound)
_ANSWERS = {
    "willing": {"value": {"answer": "happy to be asked"}},
    "asked": {"value": {"answer": "asked", "note": "With her daughter, at the review."}},
    "withdrawn": {"value": {"answer": "no"}},
}
_GROUNDS = {"recently moved": {"value": {"ground": "recently moved", "until": "2027-05-31"}}}


class AskLook(BaseModel):
    """For which swaps people are to be asked, and how they are listed."""

    model_config = ConfigDict(extra="forbid")

    format: Annotated[Literal["json", "csv"], Field(description="JSON, or a CSV to be filled in and handed back.")] = (
        "json"
    )
    optimisation: Annotated[UUID | None, Field(description="A comparison; the latest with swaps if not given.")] = None
    provider: Annotated[Id | None, Field(description="Its own clients only; a coordinator's provider in any case.")] = (
        None
    )


@router.get(
    "/ask-list",
    summary="List whom to ask",
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}, **refusals(*_FOUND)},
    response_model=AskListBody,
)
def whom_to_ask(look: Annotated[AskLook, Query()], caller: AnswerTaker, session: WritingArea) -> AskListBody | Response:
    """List who may move in a comparison's swaps and has not agreed yet, from the caller's provider or from all."""
    provider = caller.provider or look.provider
    found = ask_list(session, caller.area, datetime.now(UTC).date(), optimisation=look.optimisation, provider=provider)
    if look.format == "csv":
        attached = {"Content-Disposition": f'attachment; filename="{FILE}"'}
        return Response(answer_sheet(found.people), media_type=CSV, headers=attached)
    return AskListBody.model_validate(found)


@router.post("", summary="Take many answers down", responses=refusals(*_FOUND, AnswersRejected))
def answers(
    content: Annotated[
        bytes, Body(media_type=CSV, description="As the list of whom to ask, filled in: client_id, answer, note.")
    ],
    caller: AnswerTaker,
    session: WritingArea,
    dry_run: Annotated[bool, Query(description="Only say what would be.")] = False,  # noqa: FBT002 - a query parameter
) -> TakenBody:
    """Take all answers of a file down, or with any fault none. Rows without an answer yet are counted."""
    file = AnswerFile(name=FILE, content=content, provider=caller.provider)
    taken = import_answers(session, caller.area, file, _by(caller), dry_run=dry_run)
    return TakenBody.model_validate(taken)


@router.put("/{client}", summary="Write down an answer", responses=refusals(*_FOUND))
def answer(
    client: Id,
    asked: Annotated[ConsentAsked, Body(openapi_examples=_ANSWERS)],
    caller: AnswerTaker,
    session: WritingArea,
) -> LeftBody:
    """Write down what a client said. A "no" takes effect in every open proposal at once; those are named."""
    said = _said(caller, session, client)
    return LeftBody(proposals=take_answer(session, said, asked.answer, note=asked.note))


@router.put("/{client}/protection", summary="Protect from being moved", responses=refusals(*_FOUND))
def keep(
    client: Id,
    asked: Annotated[ProtectionAsked, Body(openapi_examples=_GROUNDS)],
    caller: AnswerTaker,
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
def lift(client: Id, caller: AnswerTaker, session: WritingArea) -> None:
    """Let a client be moved again. Proposals stay as they are until they are revised."""
    unprotect(session, _said(caller, session, client))


def _said(caller: Caller, session: Session, client: str) -> Said:
    """Let coordinators write of clients of their own provider only. Raises NotFound."""
    return own_client(session, caller.area, client, _by(caller), provider=caller.provider)


def _by(caller: Caller) -> By:
    return By(actor=caller.actor, at=datetime.now(UTC))

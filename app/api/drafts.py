"""Drafts of rotas: begun from what is published or planned, changed by hand, published or given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID  # noqa: TC003 - FastAPI reads the annotations

from fastapi import APIRouter, Body, Depends, Query, Request, Response, status

from app.api.dependencies import AreaEngine, Reading, RotaChanger, WithEditor, Writing, WritingArea  # noqa: TC001 - the same
from app.api.errors import refusals
from app.db.rota_drafts import list_drafts
from app.db.walls import lifted
from app.errors import (
    ChangeRefused,
    DraftChanged,
    DraftNotFound,
    EditorFailed,
    NotPermitted,
    PublicationRefused,
    RotaMovedOn,
    RotaNotFound,
    Unauthenticated,
)
from app.schemas.drafts import ChangeAsked, ChangedBody, DraftAsked, DraftBody, DraftSummary, PublishAsked
from app.schemas.rotas import VersionBody
from app.services.change_draft import Desk, change_by_hand, give_up, own_draft, publish_draft
from app.services.draft_rota import draft_of_plan, draft_of_published
from app.services.publish_rota import Publication
from app.services.show_draft import show_change, show_draft

router = APIRouter(prefix="/v1", tags=["drafts"])
_NEEDS_KEY = (Unauthenticated, NotPermitted)
_CHANGES = {
    "move": {"summary": "Give a visit away", "value": {"change": "move", "visit": "V31", "to_shift": "S12"}},
    "swap": {"summary": "Swap two visits", "value": {"change": "swap", "visit": "V31", "other": "V40"}},
    "leave-out": {
        "summary": "Leave a visit out",
        "value": {"change": "leave-out", "visit": "V31", "why": "Away until Friday"},
    },
    "lock": {"summary": "Keep a visit where it is", "value": {"change": "lock", "visit": "V31"}},
}
_PUBLISH = {"reason": "Carer K9 is ill", "acknowledge": [{"visit": "V40", "by": "Coordinator on call"}]}


def _desk(caller: RotaChanger) -> Desk:
    return Desk(caller.area, caller.provider, caller.actor)


AtDesk = Annotated[Desk, Depends(_desk)]


@router.post(
    "/drafts",
    summary="Begin a draft",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(*_NEEDS_KEY, RotaNotFound),
    response_model_exclude_none=True,
)
def begin(asked: DraftAsked, desk: AtDesk, session: WritingArea, response: Response) -> DraftSummary:
    """Begin a draft from the published rota, or from a plan: nobody follows it until it is published.

    Coordinators go on from what is published, and change their own provider's runs.
    """
    if asked.plan is None:
        row = draft_of_published(session, desk.area, asked.day, provider=desk.provider, by=desk.actor)
    elif desk.provider is not None:
        raise NotPermitted("only the partnership publishes whole plans")
    else:
        row = draft_of_plan(session, desk.area, asked.day, letter=asked.plan, provider=None, by=desk.actor)
    response.headers["Location"] = f"/v1/drafts/{row.id}"
    return DraftSummary.model_validate(row)


@router.get("/drafts", summary="List the drafts", responses=refusals(*_NEEDS_KEY), response_model_exclude_none=True)
def list_open(desk: AtDesk, session: Reading, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[DraftSummary]:
    """List the drafts that are not published, the latest first; a provider's own only."""
    rows = list_drafts(session, desk.area, provider=desk.provider, limit=limit)
    return [DraftSummary.model_validate(row) for row in rows]


@router.get(
    "/drafts/{draft_id}",
    summary="Read a draft",
    responses=refusals(*_NEEDS_KEY, DraftNotFound),
    response_model_exclude_none=True,
)
def read(draft_id: UUID, desk: AtDesk, session: Reading) -> DraftBody:
    """Give a draft with its rota as it would be published; a provider's own part only."""
    row = own_draft(session, desk, draft_id)
    with lifted(session):  # runs of one provider say how many carers of others come too
        return show_draft(session, row)


@router.post(
    "/drafts/{draft_id}/changes",
    summary="Change a draft by hand",
    responses=refusals(*_NEEDS_KEY, DraftNotFound, ChangeRefused, DraftChanged, EditorFailed),
    response_model_exclude_none=True,
)
def change(
    *,
    draft_id: UUID,
    asked: Annotated[ChangeAsked, Body(openapi_examples=_CHANGES)],
    desk: AtDesk,
    editor: WithEditor,
    engine: AreaEngine,
    keep: Annotated[bool, Query(description="False only tries the change.")] = True,
) -> ChangedBody:
    """Carry out a change: runs are timed again and checked at once. Told are the rules it breaks, and its costs.

    A change that breaks rules is kept, and stands in the way of publication until they are mended.
    """
    row, done = change_by_hand(engine, editor, desk, draft_id, asked.to_change(), keep=keep)
    return show_change(row, done, kept=keep)


@router.post(
    "/drafts/{draft_id}/publication",
    summary="Publish a draft",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(*_NEEDS_KEY, DraftNotFound, DraftChanged, RotaMovedOn, PublicationRefused, EditorFailed),
    response_model_exclude_none=True,
)
def publish(  # noqa: PLR0913 - one parameter for each of the request
    *,
    draft_id: UUID,
    asked: Annotated[PublishAsked, Body(examples=[_PUBLISH])],
    desk: AtDesk,
    editor: WithEditor,
    engine: AreaEngine,
    request: Request,
    response: Response,
) -> VersionBody:
    """Check a draft again and publish it as the next version: from then on carers follow it, and it never changes.

    Refused while a rule is broken, a person is moved against their choice, or a time-critical visit is left out and
    nobody is named who knows.
    """
    publication = Publication(
        reason=asked.reason,
        by=desk.actor,
        acknowledged={row.visit: row.by for row in asked.acknowledge},
        notice=timedelta(hours=request.app.state.settings.notice_hours),
    )
    version = publish_draft(engine, editor, desk, draft_id, publication)
    request.app.state.rotas.forget()
    request.app.state.copy_keeper.wake()
    if desk.provider is not None:
        response.headers["Location"] = f"/v1/providers/{desk.provider}/rotas/{version.day}"
    else:
        response.headers["Location"] = f"/v1/rotas/{version.day}"
    return VersionBody.model_validate(version)


@router.delete(
    "/drafts/{draft_id}",
    summary="Give up a draft",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_NEEDS_KEY, DraftNotFound, DraftChanged),
)
def delete(draft_id: UUID, desk: AtDesk, session: Writing) -> None:
    """Delete a draft that is not published."""
    give_up(session, desk, draft_id)

"""Zone proposals: ask for one, and read it as GeoJSON. For the partnership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID  # noqa: TC003 - FastAPI reads the annotations

from fastapi import APIRouter, Body, Depends, Request, Response, status
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import PlanReader, Reading, WithEditor, Writing, ZoneAsker, engine_of
from app.api.errors import refusals
from app.api.idempotency import Once  # noqa: TC001 - the same
from app.api.optimisations import jobs_of
from app.db.areas import get_area
from app.db.engine import reading
from app.db.optimisations import Kind, Status, get_optimisation
from app.errors import (
    EditorFailed,
    IdempotencyConflict,
    LocksUnreadable,
    NetworkMissing,
    NotFound,
    NothingToPlan,
    NotPermitted,
    QueueFull,
    Unauthenticated,
)
from app.schemas.optimisations import OptimisationSummary, ZonesAsked
from app.security.permissions import require_area, view_of
from app.services.queue import enqueue

if TYPE_CHECKING:
    from app.security.callers import Caller
    from app.services.editor import Editor

router = APIRouter(prefix="/v1/zone-proposals", tags=["zones"])
_NEEDS_KEY = (Unauthenticated, NotPermitted)
_EXAMPLES: dict[str, Any] = {
    "six zones": {"value": {"n_zones": 6, "slider": 0.5}},
    "with locks": {
        "value": {
            "slider": 0.5,
            "points": 3,
            "locks": {"together": [["Connel", "Dunbeg"]], "kept": {"Tiree": "Two Isles Care Trust"}, "most_zones": 3},
            "seasons": True,
        }
    },
}
_GEOJSON = "application/geo+json"


async def _require_locks(request: Request, caller: ZoneAsker, editor: WithEditor) -> None:
    """Refuse locks of what there is not, before a transaction begins: opening an area takes a while.

    A request that is malformed is left to the endpoint, which tells all that is wrong with it.
    """
    try:
        asked = ZonesAsked.model_validate_json(await request.body())
    except ValidationError:
        return
    if asked.locks:
        await run_in_threadpool(_check, request, caller, editor, asked)


def _check(request: Request, caller: Caller, editor: Editor, asked: ZonesAsked) -> None:
    with reading(engine_of(request), view_of(caller)) as session:
        area = get_area(session, caller.area)
    editor.check_locks(area, asked.day, asked.to_request().locks)


@router.post(
    "",
    summary="Ask for a zone proposal",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[Depends(_require_locks)],
    response_model=OptimisationSummary,
    responses=refusals(
        *_NEEDS_KEY, LocksUnreadable, NetworkMissing, NothingToPlan, QueueFull, IdempotencyConflict, EditorFailed
    ),
)
def ask(
    asked: Annotated[ZonesAsked, Body(openapi_examples=_EXAMPLES)],
    caller: ZoneAsker,
    session: Writing,
    request: Request,
    once: Once,
) -> Response:
    """Queue a proposal of contiguous zones, each with a prime and a secondary provider.

    Locks that name what there is not are refused at once, all of them in one answer.
    """
    row = enqueue(
        session, caller.area, asked.to_request(), jobs=jobs_of(request), most=request.app.state.settings.max_queued
    )
    return once.keep(
        OptimisationSummary.model_validate(row),
        status=status.HTTP_202_ACCEPTED,
        headers={"Location": f"/v1/zone-proposals/{row.id}"},
    )


@router.get(
    "/{proposal_id}",
    summary="A zone proposal",
    response_model=OptimisationSummary,
    responses={
        **refusals(*_NEEDS_KEY, NotFound),
        200: {"description": "The zones, or why there are none", "content": {_GEOJSON: {"schema": {"type": "object"}}}},
        202: {"description": "It is not done yet", "model": OptimisationSummary},
    },
)
def read(proposal_id: UUID, caller: PlanReader, session: Reading) -> Response:
    """Give the zones as a GeoJSON FeatureCollection; until they are done, or if that failed, the status."""
    row = get_optimisation(session, proposal_id)
    require_area(caller, row)
    if row.kind is not Kind.ZONES:
        raise NotFound(f"there is no zone proposal {proposal_id}")
    if row.status is Status.DONE:
        return JSONResponse(row.result, media_type=_GEOJSON)
    waits = row.status in {Status.QUEUED, Status.RUNNING}
    summary = OptimisationSummary.model_validate(row).model_dump(mode="json", exclude_none=True)
    return JSONResponse(summary, status_code=status.HTTP_202_ACCEPTED if waits else status.HTTP_200_OK)

"""Optimisations: ask for one, watch it, cancel it; and what the latest comparison found. For the partnership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID  # noqa: TC003 - FastAPI reads the annotations

from fastapi import APIRouter, Body, Query, Request, Response, status

from app.api.dependencies import Partnership, PlanReader, Reading, Writing  # noqa: TC001 - the same
from app.api.errors import refusals
from app.api.idempotency import Once  # noqa: TC001 - the same
from app.db.optimisations import get_optimisation, list_optimisations
from app.db.rotas import latest_comparison
from app.errors import AlreadyEnded, IdempotencyConflict, NotFound, NotPermitted, QueueFull, Unauthenticated
from app.schemas.optimisations import ComparisonBody, OptimisationAsked, OptimisationBody, OptimisationSummary
from app.security.permissions import require_area
from app.services.queue import enqueue, take_back

if TYPE_CHECKING:
    from app.jobs.port import Jobs

router = APIRouter(prefix="/v1", tags=["optimisations"])
_NEEDS_KEY = (Unauthenticated, NotPermitted)
_EXAMPLES = {
    "compare": {"summary": "Compare the four plans", "value": {"kind": "compare", "seeds": 3, "move_budget_pct": 10}},
    "optimise": {"summary": "Plan the day in a minute", "value": {"kind": "optimise", "seconds": 60}},
}


def jobs_of(request: Request) -> Jobs:
    """Give whoever carries out the application's optimisations."""
    return cast("Jobs", request.app.state.jobs)


@router.post(
    "/optimisations",
    summary="Ask for an optimisation",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=OptimisationSummary,
    responses=refusals(*_NEEDS_KEY, QueueFull, IdempotencyConflict),
)
def ask(
    asked: Annotated[OptimisationAsked, Body(openapi_examples=_EXAMPLES)],
    caller: Partnership,
    session: Writing,
    request: Request,
    once: Once,
) -> Response:
    """Queue a comparison or the planning of the day. `Location` tells where to watch it."""
    row = enqueue(
        session, caller.area, asked.to_request(), jobs=jobs_of(request), most=request.app.state.settings.max_queued
    )
    return once.keep(
        OptimisationSummary.model_validate(row),
        status=status.HTTP_202_ACCEPTED,
        headers={"Location": f"/v1/optimisations/{row.id}"},
    )


@router.get(
    "/optimisations",
    summary="List the latest optimisations",
    responses=refusals(*_NEEDS_KEY),
    response_model_exclude_none=True,
)
def list_latest(
    caller: PlanReader, session: Reading, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[OptimisationSummary]:
    """List the optimisations of the key's area, the latest first, without their results."""
    rows = list_optimisations(session, caller.area, limit=limit)
    return [OptimisationSummary.model_validate(row) for row in rows]


@router.get(
    "/optimisations/{optimisation_id}",
    summary="Watch an optimisation",
    responses=refusals(*_NEEDS_KEY, NotFound),
    response_model_exclude_none=True,
)
def read(optimisation_id: UUID, caller: PlanReader, session: Reading) -> OptimisationBody:
    """Give the status of an optimisation, and its result or its problem once it has ended."""
    row = get_optimisation(session, optimisation_id)
    require_area(caller, row)
    return OptimisationBody.model_validate(row)


@router.delete(
    "/optimisations/{optimisation_id}",
    summary="Cancel an optimisation",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_NEEDS_KEY, NotFound, AlreadyEnded),
)
def cancel(optimisation_id: UUID, caller: Partnership, session: Writing) -> None:
    """Cancel an optimisation that waits or runs. Nothing of it is stored."""
    row = get_optimisation(session, optimisation_id)
    require_area(caller, row)
    take_back(session, row)


@router.get("/comparisons/latest", summary="The latest comparison", responses=refusals(*_NEEDS_KEY, NotFound))
def read_latest_comparison(caller: PlanReader, session: Reading) -> ComparisonBody:
    """Give the figures of the comparison that was finished last."""
    row = latest_comparison(session, caller.area)
    return ComparisonBody.model_validate(
        {"optimisation": row.id, "finished_at": row.finished_at, "comparison": row.result}
    )

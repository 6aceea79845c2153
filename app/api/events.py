"""How an optimisation goes, told as it happens (server-sent events), and told again from any moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator  # noqa: TC003 - FastAPI reads the annotations
from typing import TYPE_CHECKING, Annotated, NamedTuple
from uuid import UUID  # noqa: TC003 - the same

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.api.dependencies import PlanReader, engine_of
from app.api.errors import refusals
from app.db.engine import reading
from app.db.optimisations import Status, get_optimisation
from app.db.progress import events_after
from app.errors import NotFound, NotPermitted, Unauthenticated
from app.schemas.optimisations import ProgressBody
from app.security.permissions import require_area, view_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.db.views import View

router = APIRouter(prefix="/v1", tags=["optimisations"])

LOOK_S = 0.5
"""How often the database is asked for news."""


class News(NamedTuple):
    """Moments that were not told yet, and the status that was read after them."""

    moments: list[ProgressBody]
    status: Status


class Watched(NamedTuple):
    """An optimisation, and what its caller may see."""

    engine: Engine
    view: View
    optimisation: UUID


def _watched(optimisation_id: UUID, caller: PlanReader, request: Request) -> Watched:
    watched = Watched(engine_of(request), view_of(caller), optimisation_id)
    with reading(*watched[:2]) as session:  # of its own: it must not stay open as long as the stream
        require_area(caller, get_optimisation(session, optimisation_id))
    return watched


@router.get(
    "/optimisations/{optimisation_id}/events",
    summary="Follow an optimisation",
    response_class=EventSourceResponse,
    responses=refusals(Unauthenticated, NotPermitted, NotFound),
)
async def follow(
    watched: Annotated[Watched, Depends(_watched)],
    last_event_id: Annotated[int, Header(ge=0, le=2**31 - 1, description="The last moment that arrived.")] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Tell each moment of an optimisation as a `progress` event, from the first or the one after `Last-Event-ID`.

    The last event, `end`, tells the status; then the stream ends.
    """
    last = last_event_id
    while True:
        news = await asyncio.to_thread(_look, watched, last)
        for moment in news.moments:
            last = moment.number
            yield ServerSentEvent(data=moment, event="progress", id=str(moment.number))
        if not news.moments:
            if news.status not in {Status.QUEUED, Status.RUNNING}:
                yield ServerSentEvent(data={"status": news.status}, event="end")
                return
            await asyncio.sleep(LOOK_S)


def _look(watched: Watched, last: int) -> News:
    with reading(*watched[:2]) as session:
        found = events_after(session, watched.optimisation, last)
        return News(
            [ProgressBody.model_validate(row) for row in found],
            get_optimisation(session, watched.optimisation).status,
        )

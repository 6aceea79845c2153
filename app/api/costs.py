"""What a plan costs, for the partnership: the figures of `rota costs`, without single carers and small counts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api import zone_scores
from app.api.dependencies import PlanReader, Reading, WithEditor  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.areas import get_area
from app.errors import (
    AreaNotFound,
    EditorFailed,
    LocksUnreadable,
    NetworkMissing,
    NothingToPlan,
    NotPermitted,
    RotaNotFound,
    Unauthenticated,
    ZonesUnreadable,
)
from app.schemas.optimisations import DrawnZones  # noqa: TC001 - the same

PATH = "/v1/costs"

_REFUSALS = (Unauthenticated, NotPermitted, AreaNotFound, RotaNotFound, NetworkMissing, NothingToPlan, EditorFailed)

Letter = Literal["A", "B", "C", "D"]
Pay = Annotated[float | None, Field(ge=0, le=1_000, description="Another benchmark of pay, pounds an hour.")]

_EXAMPLES: dict[str, Any] = {
    name: {"value": {"plan": "C", "zones": example["value"]}} for name, example in zone_scores.EXAMPLES.items()
}

router = APIRouter(prefix=PATH, tags=["costs"])


class CostsByZone(BaseModel):
    """Which plan to price, and the zones to group by."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    plan: Annotated[Letter, Field(description="The latest plan with this letter.")] = "B"
    pay_gbp_h: Pay = None
    zones: DrawnZones


@router.get("", summary="What a plan costs", response_model=dict[str, Any], responses=refusals(*_REFUSALS))
def read(
    caller: PlanReader,
    session: Reading,
    editor: WithEditor,
    plan: Annotated[Letter, Query(description="The latest plan with this letter.")] = "B",
    pay_gbp_h: Annotated[
        float | None, Query(ge=0, le=1_000, allow_inf_nan=False, description="Another benchmark of pay.")
    ] = None,
) -> dict[str, Any]:
    """Give costs by provider and small area, their parts, headroom above the minimum wage, and who pays for more.

    Small areas and providers in them where fewer than five people are served are left out.
    """
    return editor.costs(get_area(session, caller.area), plan, pay_gbp_h, None)


@router.post(
    "",
    summary="What a plan costs by zone",
    response_model=dict[str, Any],
    responses=refusals(*_REFUSALS, ZonesUnreadable, LocksUnreadable),
)
def by_zone(
    asked: Annotated[CostsByZone, Body(openapi_examples=_EXAMPLES)],
    caller: PlanReader,
    session: Reading,
    editor: WithEditor,
) -> dict[str, Any]:
    """Give the same by zones that are drawn, as in a score; nothing is stored."""
    drawn = asked.zones.model_dump(mode="json")
    return editor.costs(get_area(session, caller.area), asked.plan, asked.pay_gbp_h, drawn)

"""Zone scores: zones that somebody has drawn or edited by hand, measured at once. For the partnership."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse

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
    Unauthenticated,
    ZonesUnreadable,
)
from app.schemas.optimisations import DrawnZones  # noqa: TC001 - the same

PATH = "/v1/zone-scores"
MOST_BYTES = 2 * 2**20
"""Longest body: outlines of a county's zones along its coast take a third of a megabyte."""

_GEOJSON = "application/geo+json"
_SQUARE = [[-5.6, 56.3], [-5.4, 56.3], [-5.4, 56.5], [-5.6, 56.5], [-5.6, 56.3]]
EXAMPLES: dict[str, Any] = {
    "one square": {
        "value": {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"zone": 1},
                    "geometry": {"type": "Polygon", "coordinates": [_SQUARE]},
                }
            ],
        }
    }
}

router = APIRouter(tags=["zones"])


@router.post(
    PATH,
    summary="Score zones drawn by hand",
    response_model=dict[str, Any],
    responses={
        **refusals(
            Unauthenticated,
            NotPermitted,
            AreaNotFound,
            NetworkMissing,
            NothingToPlan,
            ZonesUnreadable,
            LocksUnreadable,
            EditorFailed,
        ),
        200: {"description": "The zones, measured", "content": {_GEOJSON: {"schema": {"type": "object"}}}},
    },
)
def score(
    drawn: Annotated[DrawnZones, Body(openapi_examples=EXAMPLES)],
    caller: PlanReader,
    session: Reading,
    editor: WithEditor,
) -> JSONResponse:
    """Give what a proposal gives for zones that are drawn, with `faults` in words; nothing is stored.

    A small area belongs to the zone in which most of its homes lie, to about a kilometre. Providers are proposed anew.
    Locks and bands are those that the zones remember in `asked`, and zones whose figures have changed have `before`.
    """
    found = editor.score_zones(get_area(session, caller.area), drawn.model_dump(mode="json"))
    return JSONResponse(found, media_type=_GEOJSON)

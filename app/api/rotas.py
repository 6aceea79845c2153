"""Rotas: what each provider's coordinators pull every day."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import json_answer, packed_answer
from app.api.dependencies import AnyCaller, Reading  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.rota_versions import Kind
from app.db.rotas import find_carer, get_provider
from app.errors import NotFound, NotPermitted, RotaNotFound, Unauthenticated
from app.schemas.fields import Day, Id, Letter
from app.schemas.rotas import RotaBody
from app.security.permissions import require_carer, require_provider
from app.services.read_rota import plan_rota, published

router = APIRouter(prefix="/v1", tags=["rotas"])
PlanLetter = Annotated[
    Letter | None,
    Query(description="Read this plan of the latest comparison instead of the rota that carers follow."),
]
Version = Annotated[int | None, Query(ge=1, le=1_000_000, description="An earlier version instead of the latest.")]


@router.get(
    "/providers/{provider_id}/rotas/{day}",
    summary="A provider's rota for a day",
    responses=refusals(Unauthenticated, NotPermitted, NotFound, RotaNotFound),
    response_model=RotaBody,
)
def read_provider_rota(  # noqa: PLR0913 - one parameter for each of the request
    provider_id: Id,
    day: Day,
    caller: AnyCaller,
    session: Reading,
    request: Request,
    *,
    plan: PlanLetter = None,
    version: Version = None,
) -> Response:
    """Give the runs of the provider's own carers, and the visits of its clients that are left out.

    Opened by the provider's own key and by the partnership's.
    """
    require_provider(caller, provider_id)
    if plan is not None:
        return json_answer(plan_rota(session, caller.area, day, Kind.PROVIDER, provider_id, letter=plan))
    get_provider(session, caller.area, provider_id)
    return packed_answer(request, published(session, caller.area, day, Kind.PROVIDER, provider_id, number=version))


@router.get(
    "/carers/{carer_id}/rota",
    summary="A carer's rota for a day",
    responses=refusals(Unauthenticated, NotFound, RotaNotFound),
    response_model=RotaBody,
)
def read_carer_rota(  # noqa: PLR0913 - one parameter for each of the request
    carer_id: Id,
    day: Annotated[Day, Query()],
    caller: AnyCaller,
    session: Reading,
    request: Request,
    *,
    plan: PlanLetter = None,
    version: Version = None,
) -> Response:
    """Give the runs of one carer. Carers of other providers are not found."""
    carer = require_carer(caller, find_carer(session, caller.area, carer_id), carer_id).carer_id
    if plan is not None:
        return json_answer(plan_rota(session, caller.area, day, Kind.CARER, carer, letter=plan))
    return packed_answer(request, published(session, caller.area, day, Kind.CARER, carer, number=version))

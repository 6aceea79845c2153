"""Rotas: what each provider's coordinators pull every day."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.dependencies import AnyCaller, Reading  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.rotas import find_carer
from app.errors import NotFound, NotPermitted, RotaNotFound, Unauthenticated
from app.schemas.fields import Day, Id, Letter
from app.schemas.rotas import RotaBody
from app.security.permissions import require_carer, require_provider
from app.services.read_rota import Rota, carer_rota, provider_rota

router = APIRouter(prefix="/v1", tags=["rotas"])
PlanLetter = Annotated[
    Letter | None,
    Query(description="Read this plan of the latest comparison instead of the rota that carers follow."),
]


@router.get(
    "/providers/{provider_id}/rotas/{day}",
    summary="A provider's rota for a day",
    responses=refusals(Unauthenticated, NotPermitted, NotFound, RotaNotFound),
    response_model_exclude_none=True,
)
def read_provider_rota(
    provider_id: Id, day: Day, caller: AnyCaller, session: Reading, plan: PlanLetter = None
) -> RotaBody:
    """Give the runs of the provider's own carers, and the visits of its clients that are left out.

    Opened by the provider's own key and by the partnership's.
    """
    require_provider(caller, provider_id)
    rota = provider_rota(session, caller.area, provider_id, day, letter=plan)
    return _body(rota, in_words=caller.provider is None)


@router.get(
    "/carers/{carer_id}/rota",
    summary="A carer's rota for a day",
    responses=refusals(Unauthenticated, NotFound, RotaNotFound),
    response_model_exclude_none=True,
)
def read_carer_rota(
    carer_id: Id, day: Annotated[Day, Query()], caller: AnyCaller, session: Reading, plan: PlanLetter = None
) -> RotaBody:
    """Give the runs of one carer. Carers of other providers are not found."""
    carer = require_carer(caller, find_carer(session, caller.area, carer_id), carer_id)
    return _body(carer_rota(session, caller.area, carer.carer_id, day, letter=plan), in_words=False)


def _body(rota: Rota, *, in_words: bool) -> RotaBody:
    """Map a rota; only the partnership reads reasons in words, which may name other providers' carers."""
    body = RotaBody.model_validate(rota)
    if not in_words:
        for row in body.unallocated:
            row.detail = None
    return body

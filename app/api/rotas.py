"""Published rotas of providers and of the whole area: what coordinators pull every day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.asked_again import AskedAgain
from app.api.dependencies import AnyCaller, Partnership, Reading  # noqa: TC001 - FastAPI reads them
from app.api.errors import refusals
from app.api.shown import NO_NAMES, SHOWN, DayLook, DaysLook, formatted, show_days, show_stored
from app.db.rota_versions import Kind, documents_between, versions_of
from app.db.rotas import get_provider, provider_names
from app.errors import NotFound, NotPermitted, RotaNotFound, Unauthenticated
from app.schemas.fields import Day, Id  # noqa: TC001 - the same
from app.schemas.rotas import ChangesBody, RotaBody, RotasBody, VersionBody, VersionsBody
from app.security.permissions import require_provider
from app.services.read_rota import plan_rota, published
from app.services.rota_views import Days, Reader, changes_since, tag_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

router = APIRouter(prefix="/v1", tags=["rotas"], route_class=AskedAgain)
REFUSED = refusals(Unauthenticated, NotPermitted, NotFound, RotaNotFound)


def show_day(request: Request, session: Session, reader: Reader, day: date, look: DayLook) -> Response:
    """Answer with a rota of a day, published or not, in the format asked for. Raises RotaNotFound."""
    if look.plan is None:
        shown = published(session, reader.area, day, reader.kind, reader.subject, number=look.version)
        return show_stored(request, shown, look, reader.subject, names=_names(session, reader, look))
    body = plan_rota(session, reader.area, day, reader.kind, reader.subject, letter=look.plan)
    names = _names(session, reader, look)
    etag = tag_of((), body.plan, look.format, *names.values())
    return formatted(request, [body], look.format, etag, subject=reader.subject, names=names)


def show_range(request: Request, session: Session, reader: Reader, look: DaysLook) -> Response:
    """Answer with the published rotas of several days in the format asked for."""
    days = Days(look.first, look.days)
    shown = documents_between(session, reader.area, (days.first, days.last), reader.kind, reader.subject)
    return show_days(request, shown, look, reader.subject, names=_names(session, reader, look))


def _names(session: Session, reader: Reader, look: DayLook | DaysLook) -> Mapping[str, str]:
    """Give what providers are called where a page says so."""
    return provider_names(session, reader.area) if look.format == "html" else NO_NAMES


@router.get(
    "/providers/{provider_id}/rotas/{day}",
    summary="A provider's rota for a day",
    responses={**REFUSED, **SHOWN},
    response_model=RotaBody,
)
def read_provider_rota(
    *,
    provider_id: Id,
    day: Day,
    caller: AnyCaller,
    session: Reading,
    request: Request,
    look: Annotated[DayLook, Query()],
) -> Response:
    """Give the runs of the provider's own carers, and the visits of its clients that are left out.

    Opened by the provider's own key and by the partnership's. Send the ETag back in If-None-Match.
    """
    require_provider(caller, provider_id)
    try:
        return show_day(request, session, Reader(caller.area, Kind.PROVIDER, provider_id), day, look)
    except RotaNotFound:
        get_provider(session, caller.area, provider_id)
        raise


@router.get(
    "/providers/{provider_id}/rotas",
    summary="A provider's rotas for several days",
    responses={**REFUSED, **SHOWN},
    response_model=RotasBody,
)
def read_provider_days(
    *, provider_id: Id, caller: AnyCaller, session: Reading, request: Request, look: Annotated[DaysLook, Query()]
) -> Response:
    """Give what is published for each day, from the first on; days without a rota are left out."""
    require_provider(caller, provider_id)
    get_provider(session, caller.area, provider_id)
    return show_range(request, session, Reader(caller.area, Kind.PROVIDER, provider_id), look)


@router.get(
    "/providers/{provider_id}/rotas/{day}/versions",
    summary="The versions of a day's rota",
    responses=REFUSED,
    response_model_exclude_none=True,
)
def list_versions(
    *,
    provider_id: Id,
    day: Day,
    caller: AnyCaller,
    session: Reading,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=1, le=1_000_000, description="Continue a list.")] = None,
) -> VersionsBody:
    """List the published versions of the area's rota, the latest first, with the reason for each."""
    require_provider(caller, provider_id)
    get_provider(session, caller.area, provider_id)
    rows = versions_of(session, caller.area, day, limit=limit + 1, before=before)
    listed = [VersionBody.model_validate(row) for row in rows[:limit]]
    return VersionsBody(versions=listed, next=listed[-1].number if len(rows) > limit else None)


@router.get(
    "/providers/{provider_id}/rotas/{day}/changes",
    summary="What changed in a provider's rota",
    responses=REFUSED,
    response_model_exclude_none=True,
)
def read_changes(
    *,
    provider_id: Id,
    day: Day,
    caller: AnyCaller,
    session: Reading,
    request: Request,
    since: Annotated[int, Query(ge=1, le=1_000_000, description="The version that the caller has.")],
) -> ChangesBody:
    """List the visits that are other than in an earlier version, and which of them changed late."""
    require_provider(caller, provider_id)
    get_provider(session, caller.area, provider_id)
    notice = timedelta(hours=request.app.state.settings.notice_hours)
    return changes_since(session, Reader(caller.area, Kind.PROVIDER, provider_id), day, since=since, notice=notice)


@router.get(
    "/rotas/{day}",
    summary="Everybody's rota for a day",
    responses={**REFUSED, **SHOWN},
    response_model=RotaBody,
)
def read_area_rota(
    *, day: Day, caller: Partnership, session: Reading, request: Request, look: Annotated[DayLook, Query()]
) -> Response:
    """Give all runs of the area, and every visit that is left out with the reason in words. For the partnership."""
    return show_day(request, session, Reader(caller.area, Kind.AREA, caller.area), day, look)

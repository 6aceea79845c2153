"""Published rotas by person: a carer's runs and calendar, a client's visits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from app.api.answers import tagged_answer
from app.api.asked_again import AskedAgain
from app.api.dependencies import AnyCaller, OpenReading, Reading, RotaChanger, Writing  # noqa: TC001 - FastAPI reads them
from app.api.errors import refusals
from app.api.needs import SECRET_ADDRESS
from app.api.rotas import REFUSED, show_day, show_range
from app.api.shown import MOST_DAYS, SHOWN, CarerLook, DaysLook
from app.db.calendars import drop_feed
from app.db.rota_versions import Kind
from app.db.rotas import find_carer
from app.errors import NotFound
from app.reports.calendar import MEDIA_TYPE, rota_calendar
from app.schemas.fields import Day, Id  # noqa: TC001 - the same
from app.schemas.rotas import CalendarBody, ClientVisitsBody, RotaBody, RotasBody
from app.security.calendars import calendar_of, caller_at, new_address
from app.security.permissions import require_carer
from app.services.rota_views import Days, Reader, bodies, calendar_days, client_visits, tag_of

router = APIRouter(prefix="/v1", tags=["rotas"], route_class=AskedAgain)


@router.get(
    "/carers/{carer_id}/rota",
    summary="A carer's rota for a day",
    responses={**REFUSED, **SHOWN},
    response_model=RotaBody,
)
def read_carer_rota(
    *, carer_id: Id, caller: AnyCaller, session: Reading, request: Request, look: Annotated[CarerLook, Query()]
) -> Response:
    """Give the runs of one carer. Carers of other providers are not found."""
    carer = require_carer(caller, find_carer(session, caller.area, carer_id), carer_id)
    return show_day(request, session, Reader(caller.area, Kind.CARER, carer.carer_id), look.day, look)


@router.get(
    "/carers/{carer_id}/rotas",
    summary="A carer's rotas for several days",
    responses={**REFUSED, **SHOWN},
    response_model=RotasBody,
)
def read_carer_days(
    *, carer_id: Id, caller: AnyCaller, session: Reading, request: Request, look: Annotated[DaysLook, Query()]
) -> Response:
    """Give what is published for each day, from the first on. Carers of other providers are not found."""
    carer = require_carer(caller, find_carer(session, caller.area, carer_id), carer_id)
    return show_range(request, session, Reader(caller.area, Kind.CARER, carer.carer_id), look)


@router.post(
    "/carers/{carer_id}/calendar",
    summary="Make a carer's calendar address",
    status_code=status.HTTP_201_CREATED,
    responses=REFUSED,
)
def make_calendar(*, carer_id: Id, caller: RotaChanger, session: Writing) -> CalendarBody:
    """Make a secret address for the carer's calendar. The one before, if there was one, opens nothing any more."""
    carer = require_carer(caller, find_carer(session, caller.area, carer_id), carer_id)
    return CalendarBody(address=f"/v1/calendars/{new_address(session, caller.area, carer.carer_id)}")


@router.delete(
    "/carers/{carer_id}/calendar",
    summary="Take a carer's calendar address away",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=REFUSED,
)
def drop_calendar(*, carer_id: Id, caller: RotaChanger, session: Writing) -> None:
    """Close the address: from now on it opens nothing."""
    carer = require_carer(caller, find_carer(session, caller.area, carer_id), carer_id)
    drop_feed(session, caller.area, carer.carer_id)


@router.get(
    "/calendars/{secret}",
    summary="A carer's calendar",
    responses={
        **refusals(NotFound),
        200: {"description": "The calendar.", "content": {"text/calendar": {"schema": {"type": "string"}}}},
        304: {"description": "The calendar is as the caller has it."},
    },
    response_class=Response,
    dependencies=[SECRET_ADDRESS],
)
def read_calendar(*, secret: str, session: OpenReading, request: Request) -> Response:
    """Give the last fortnight and the next four weeks as iCalendar. The address is the key: it needs no other."""
    feed = calendar_of(session, secret)
    request.state.caller, request.state.subject = caller_at(feed), f"carer/{feed.carer}"
    shown = calendar_days(session, feed.area, feed.carer)
    body = rota_calendar(bodies(shown)).encode()
    return tagged_answer(request, body, etag=tag_of(shown, "calendar"), media_type=MEDIA_TYPE)


@router.get(
    "/clients/{client_id}/visits",
    summary="A client's visits",
    responses=REFUSED,
    response_model_exclude_none=True,
)
def read_client_visits(
    *,
    client_id: Id,
    caller: AnyCaller,
    session: Reading,
    first: Annotated[Day, Query(alias="from", description="The first day.")],
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="How many days.")] = 7,
) -> ClientVisitsBody:
    """List who comes to a client and when, by the published rotas. Other providers' clients are not found."""
    return client_visits(session, caller.area, client_id, Days(first, days), provider=caller.provider)

"""How rotas are shown: which of them, in which format, and the answer made of their stored bytes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.answers import JSON, packed_answer, tagged_answer
from app.reports.rota_csv import rota_csv
from app.reports.rota_page import POLICY, rota_page
from app.schemas.fields import Day, Id, Letter  # noqa: TC001 - the models need them at run time
from app.schemas.rotas import RotasBody
from app.services.rota_views import Days, bodies, joined, tag_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request, Response

    from app.db.rota_versions import Shown
    from app.schemas.rotas import RotaBody

MOST_DAYS = 14
NO_NAMES: Mapping[str, str] = MappingProxyType({})
_TEXT = {"schema": {"type": "string"}}
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "As asked for.", "content": {"text/csv": _TEXT, "text/html": _TEXT}},
    304: {"description": "What the caller has, by the tag in If-None-Match, is still so."},
}
"""For OpenAPI: what else a rota may be answered with."""

Format = Annotated[
    Literal["json", "csv", "html"], Field(description="JSON, rows for a spreadsheet, or a page to print.")
]


class DayLook(BaseModel):
    """Which rota of a day, and how."""

    model_config = ConfigDict(extra="forbid")

    format: Format = "json"
    plan: Annotated[
        Letter | None, Field(description="The latest plan with this letter instead of the rota that carers follow.")
    ] = None
    version: Annotated[
        int | None, Field(ge=1, le=1_000_000, description="An earlier version instead of the latest.")
    ] = None


class CarerLook(DayLook):
    """Which rota of a carer, and how."""

    day: Annotated[Day, Field(description="The day.")]


class DaysLook(BaseModel):
    """Which days, and how."""

    model_config = ConfigDict(extra="forbid")

    format: Format = "json"
    first: Annotated[Day, Field(alias="from", description="The first day.")]
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="How many days.")] = 7
    carer: Annotated[Id | None, Field(description="One carer only.")] = None


def show_stored(
    request: Request, shown: Shown, look: DayLook, subject: str, *, names: Mapping[str, str] = NO_NAMES
) -> Response:
    """Answer with a published rota in the format asked for; `names` is what providers are called on a page."""
    if look.format == "json":
        request.state.shown = shown
        return packed_answer(request, shown)
    etag = tag_of([shown], look.format, *names.values())
    return formatted(request, bodies([shown]), look.format, etag, subject=subject, names=names)


def show_days(
    request: Request, shown: Sequence[Shown], look: DaysLook, subject: str, *, names: Mapping[str, str] = NO_NAMES
) -> Response:
    """Answer with the published rotas of several days in the format asked for; `names` as in `show_stored`."""
    days = Days(look.first, look.days)
    etag = tag_of(shown, *days, look.format, look.carer, *names.values())
    if look.format == "json" and look.carer is None:
        return tagged_answer(request, joined(shown, days), etag=etag, media_type=JSON)
    found = bodies(shown, carer=look.carer)
    if look.format == "json":
        body = RotasBody(first=days.first, next=days.after, rotas=found).model_dump_json(exclude_none=True)
        return tagged_answer(request, body.encode(), etag=etag, media_type=JSON)
    return formatted(request, found, look.format, etag, subject=look.carer or subject, names=names)


def formatted(
    request: Request, rotas: Sequence[RotaBody], kind: Format, etag: str, *, subject: str, names: Mapping[str, str]
) -> Response:
    """Answer with rotas as JSON, as rows for a spreadsheet, or as a page to print."""
    if kind == "json":
        (body,) = rotas
        content = body.model_dump_json(exclude_none=True).encode()
        return tagged_answer(request, content, etag=etag, media_type=JSON)
    if kind == "csv":
        attached = {"Content-Disposition": 'attachment; filename="rota.csv"'}
        return tagged_answer(request, rota_csv(rotas).encode(), etag=etag, media_type="text/csv", headers=attached)
    page = rota_page(rotas, subject=subject, names=names).encode()
    policy = {"Content-Security-Policy": POLICY}
    return tagged_answer(request, page, etag=etag, media_type="text/html", headers=policy)

"""Read rotas: the published one from its stored documents, and plans that nobody follows, laid out when asked for."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

from app.db import rotas
from app.db.areas import get_area
from app.db.rota_versions import Kind, find_document, latest_version
from app.db.walls import lifted
from app.errors import RotaNotFound
from app.schemas.rotas import RotaBody
from app.services.lay_out import lay_out
from app.services.rota_parts import OnPaper

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.rota_versions import Shown
    from app.services.rota_parts import LaidOut, Part


def published(session: Session, area: str, day: date, kind: Kind, subject: str, *, number: int | None = None) -> Shown:
    """Give what a reader is shown of the rota that carers follow, or of an earlier version. Raises RotaNotFound."""
    shown = find_document(session, area, day, kind, subject, number=number)
    if shown is None:
        version = "" if number is None else f" as early as version {number}"
        raise RotaNotFound(f"no rota of {kind.value} {subject} is published for {day.isoformat()}{version}")
    return shown


def published_body(
    session: Session, area: str, day: date, kind: Kind, subject: str, *, number: int | None = None
) -> RotaBody:
    """Give a published rota to go on with. Raises RotaNotFound."""
    shown = published(session, area, day, kind, subject, number=number)
    return RotaBody.model_validate_json(unpacked(shown.body))


def plan_rota(session: Session, area: str, day: date, kind: Kind, subject: str, *, letter: str) -> RotaBody:
    """Give a reader's part of the latest plan with a letter. Raises RotaNotFound, NotFound for no such provider."""
    if kind is Kind.PROVIDER:
        rotas.get_provider(session, area, subject)
    plan = rotas.plan_to_read(session, area, day, letter)
    heading = {"plan": plan.id, "stored_at": plan.stored_at, "letter": plan.letter}
    with lifted(session):  # the runs of one provider say how many carers of others come too
        paper = OnPaper(area=area, day=day, runs=rotas.runs_of(session, plan), left_out=rotas.left_out(session, plan))
        part = part_of(lay_out(session, paper), kind, subject)
    return body_of(part, area=area, day=day, kind=kind, subject=subject, **heading)


def part_of(laid_out: LaidOut, kind: Kind, subject: str) -> Part:
    """Give the part of a plan that a reader sees."""
    if kind is Kind.AREA:
        return laid_out.of_area()
    return laid_out.of_provider(subject) if kind is Kind.PROVIDER else laid_out.of_carer(subject)


def body_of(
    part: Part,
    *,
    area: str,
    day: date,
    kind: Kind,
    subject: str,
    **heading: Any,  # noqa: ANN401 - fields of the body
) -> RotaBody:
    """Give a part under its heading."""
    whose = {} if kind is Kind.AREA else {kind.value: subject}
    parts = {name: getattr(part, name) for name in ("runs", "unallocated", "bookings", "bookings_unknown")}
    return RotaBody.model_validate({"area": area, "day": day, **whose, **heading, **parts}, from_attributes=True)


def unpacked(body: bytes) -> bytes:
    """Give the JSON of a stored document."""
    return gzip.decompress(body)


def is_out_of_date(session: Session, area: str, day: date) -> bool:
    """Tell whether the area's data set is no longer the one that the published rota of a day was made for."""
    version = latest_version(session, area, day)
    return version is not None and version.digest != get_area(session, area).digest

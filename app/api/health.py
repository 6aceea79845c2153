"""Whether the service can do its work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.api.dependencies import engine_of
from app.api.errors import refusals
from app.api.needs import OPEN
from app.db.areas import Area
from app.db.engine import reading
from app.db.walls import outside_walls
from app.errors import DatabaseUnavailable

router = APIRouter(tags=["service"], dependencies=[OPEN])


class HealthBody(BaseModel):
    """The service works."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", summary="Is the service well?", responses=refusals(DatabaseUnavailable))
def healthz(request: Request) -> HealthBody:
    """Answer when the database can be reached and has its tables. Needs no key."""
    try:
        with reading(engine_of(request)) as session:
            session.execute(outside_walls(select(Area.name).limit(1)))
    except SQLAlchemyError as error:
        raise DatabaseUnavailable("the database did not answer") from error
    return HealthBody()

"""Counts of an area, for everybody who plans in it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.dependencies import CountReader, Reading  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.errors import NotPermitted, Unauthenticated
from app.services.count_places import count_places

router = APIRouter(prefix="/v1/localities", tags=["localities"])


class PlaceBody(BaseModel):
    """How many clients there are in a locality."""

    model_config = ConfigDict(from_attributes=True)

    locality: str
    own: int | None = Field(description="Of the caller's provider; null for the partnership.")
    others: int | None = Field(description="Of everybody else; null where they could be known by it.")


class PlacesBody(BaseModel):
    """The localities of an area."""

    localities: list[PlaceBody]


@router.get("", summary="Count clients by locality", responses=refusals(Unauthenticated, NotPermitted))
def count(caller: CountReader, session: Reading) -> PlacesBody:
    """Give a provider its own clients by locality, and everybody everybody else's, without counts from one to four."""
    places = count_places(session, caller.area, caller.provider)
    return PlacesBody(localities=[PlaceBody.model_validate(place) for place in places])

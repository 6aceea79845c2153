"""What zones in a file remember of their proposal: what was asked, and their figures before somebody moved an edge."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.errors import ZonesUnreadable
from app.services.requests import ZoneRequest

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FIGURES = ("work_hours", "travel_min", "outside_band_hours")
COLUMNS = ("asked", *FIGURES)
"""The properties of a zone that are read again: each zone has them, as text and numbers, since maps keep no others."""

SAME = 0.051
"""Figures are rounded to a tenth at most, and differ if by more than half of that."""


def asked_in(drawn: GeoDataFrame, locks: Mapping[str, Any] | None, slider: float | None) -> ZoneRequest:
    """Give what the zones of a file were asked for, with other `locks` or another `slider` in its place.

    A file that does not say had no locks and no bands. Raises ZonesUnreadable.
    """
    given = [value for value in drawn["asked"] if value] if "asked" in drawn.columns else []
    known = given[0] if given and isinstance(given[0], (str, Mapping)) else {}
    try:
        asked = json.loads(known) if isinstance(known, str) else known
        request = ZoneRequest(
            n_zones=asked.get("zones", len(drawn)),
            balance=asked.get("slider", 0.0) if slider is None else slider,
            locks=asked.get("locks") if locks is None else locks,
        )
    except (ValueError, AttributeError) as error:
        raise ZonesUnreadable(f"`asked` of the zones is no JSON object ({error})") from error
    if not _understood(request):
        raise ZonesUnreadable("`asked` of the zones does not give `zones`, `slider` and `locks` as a proposal does")
    return request


def _understood(request: ZoneRequest) -> bool:
    """Tell whether a request is one that could have been made; its locks are looked at where they are read."""
    numbers: tuple[object, object] = (request.n_zones, request.balance)
    locks: object = request.locks
    if not isinstance(numbers[0], int) or not isinstance(numbers[1], (int, float)):
        return False
    return numbers[0] > 0 and 0 <= numbers[1] <= 1 and (locks is None or isinstance(locks, Mapping))


def changed(drawn: GeoDataFrame, polygon: int, now: Mapping[str, float]) -> dict[str, float] | None:
    """Give the figures that the file has for a zone, if it has them and any differs from now."""
    if not {*FIGURES} <= {*drawn.columns}:
        return None
    try:
        before = {name: float(drawn[name].iloc[polygon]) for name in FIGURES}
    except (TypeError, ValueError):
        return None
    if not all(map(math.isfinite, before.values())):
        return None
    return before if any(abs(before[name] - now[name]) > SAME for name in FIGURES) else None

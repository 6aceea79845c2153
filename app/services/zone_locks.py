"""What a partnership insists on when zones are drawn: names of small areas and providers, and boundaries, in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import shape

from app.errors import LocksUnreadable
from solver.zone_map import NO_LOCKS, Locks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.services.open_area import OpenArea

KINDS = {"together", "apart", "kept", "most_zones", "boundaries", "bands"}


def read_locks(area: OpenArea, asked: Mapping[str, Any] | None) -> Locks:
    """Understand locks such as `{"together": [["Connel", "Oban"]], "kept": {"Tiree": "Isle Support"}}`.

    `together` and `apart` are pairs of small areas, `kept` names the provider (name or id) of an area's zone,
    `most_zones` bounds the zones of one provider, `boundaries` are GeoJSON polygons whose edge no zone crosses, and
    `bands` give the least and most hours of an area's zone. Raises LocksUnreadable for anything else.
    """
    if not asked:
        return NO_LOCKS
    number = {name: row for row, name in enumerate(area.small_areas.names)}
    provider = {row.name: row.provider_id for row in area.dataset.providers}
    provider |= {row.provider_id: row.provider_id for row in area.dataset.providers}
    if unknown := sorted(set(asked) - KINDS):
        raise LocksUnreadable(f"locks of no known kind: {', '.join(unknown)}")
    try:
        most_zones = asked.get("most_zones")
        return Locks(
            together=tuple((number[one], number[other]) for one, other in asked.get("together", ())),
            apart=tuple((number[one], number[other]) for one, other in asked.get("apart", ())),
            kept={number[name]: provider[who] for name, who in asked.get("kept", {}).items()},
            most_zones=None if most_zones is None else max(1, int(most_zones)),
            sides=tuple(_sides(area, drawn) for drawn in asked.get("boundaries", ())),
            bands={number[name]: (float(low), float(high)) for name, (low, high) in asked.get("bands", {}).items()},
        )
    except KeyError as unknown_name:
        raise LocksUnreadable(f"no small area or provider is called {unknown_name}") from unknown_name
    except (TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise LocksUnreadable(f"locks cannot be understood: {error}") from error


def _sides(area: OpenArea, drawn: dict[str, Any]) -> tuple[int, ...]:
    """Say for each small area whether its middle lies inside a drawn polygon (1) or not (0)."""
    if drawn.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ValueError("a boundary is not a polygon in GeoJSON")
    middles = area.travel.places.lonlat[area.small_areas.centre]
    inside = shapely.contains_xy(shape(drawn), middles[:, 0], middles[:, 1])
    return tuple(int(within) for within in inside.tolist())

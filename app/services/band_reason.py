"""Why the hours of a zone are outside its band."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from app.services.neighbours import neighbours
from solver.zone_map import ROUNDING_H, pieces, zones_of

if TYPE_CHECKING:
    from app.services.open_area import OpenArea
    from solver.zone_map import Band, Locks, ZonePlan


def missed_h(plan: ZonePlan, zone: int) -> float:
    """Give the hours by which a zone misses its band."""
    (least, most), work_h = plan.band_h[zone], plan.load_h[zone]
    return max(least - work_h, work_h - most) if zone in plan.outside else 0.0


def band_reasons(area: OpenArea, plan: ZonePlan, locks: Locks, *, searched: bool = True) -> dict[int, str]:
    """Say for each zone outside its band why it is: one area too large, a drawn boundary, or nothing better found.

    Zones that were drawn by hand and not `searched` are only told by how much.
    """
    if not plan.outside:
        return {}
    between = _between_boundaries(area, locks) if locks.sides else []
    found = f"no zones were found that miss their bands by less than {plan.widened_h:.1f} hours in all"
    told = {zone: _reason(area, plan, zone, between) for zone in plan.outside}
    return {
        zone: why or f"{_away(plan, zone)} its band{f'; {found}' if searched else ''}." for zone, why in told.items()
    }


def _away(plan: ZonePlan, zone: int) -> str:
    """Say how far a zone is from its band, and on which side."""
    return f"{missed_h(plan, zone):.1f} hours {'above' if plan.load_h[zone] > plan.band_h[zone][1] else 'below'}"


def _between_boundaries(area: OpenArea, locks: Locks) -> list[list[int]]:
    """List the areas that drawn boundaries leave joined; areas that ask for bands of their own are left out."""
    linked: list[list[tuple[int, float]]] = [[] for _ in area.small_areas.names]
    for one, other, minutes in neighbours(area):
        if all(sides[one] == sides[other] for sides in locks.sides):
            linked[one].append((other, minutes))
            linked[other].append((one, minutes))
    return [piece for piece in pieces(range(len(linked)), linked) if not locks.bands.keys() & set(piece)]


def _reason(area: OpenArea, plan: ZonePlan, zone: int, between: list[list[int]]) -> str | None:
    """Say what makes the band impossible to keep; None where nothing is known to."""
    areas, inside, (least, most) = area.small_areas, zones_of(plan)[zone], plan.band_h[zone]
    hours = areas.load_h + areas.travel_h
    largest = max(inside, key=lambda at: float(hours[at]))
    if hours[largest] > most:
        return f"One small area, {areas.names[largest]}, has {hours[largest]:.1f} hours alone."
    for piece in between:
        left_h = float(hours[piece].sum())
        if set(inside) <= set(piece) and not _adds_up(left_h, (least, most)):
            return (
                f"A drawn boundary leaves {left_h:.1f} hours on this side, which no number of zones with "
                f"{least:.1f} to {most:.1f} hours make up."
            )
    return None


def _adds_up(hours: float, band: Band) -> bool:
    """Tell whether some number of zones within a band have so many hours together."""
    fewest = max(1, math.ceil((hours - ROUNDING_H) / band[1]))
    return fewest * band[0] <= hours + ROUNDING_H

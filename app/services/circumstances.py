"""What is different about a day: roads that are shut, boats that do not sail, and what slows everybody down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.closures import Closure, close, parse_closure
from geo.conditions import AS_USUAL, Conditions, under
from geo.speed_table import DEFAULT, SpeedTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.types import RoadGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Closures of roads and boats, and conditions whose factors are in `speeds`. By default a day like any other."""

    closures: tuple[Closure, ...] = ()
    conditions: Conditions = AS_USUAL
    speeds: SpeedTable = DEFAULT


USUAL = Circumstances()


def circumstances(
    closures: Iterable[str] = (), conditions: Iterable[str] = (), speeds: SpeedTable = DEFAULT
) -> Circumstances:
    """Understand closures in words, and conditions by the names of their fields. Raises ClosureUnknown."""
    return Circumstances(
        closures=tuple(parse_closure(text) for text in closures),
        conditions=Conditions(**dict.fromkeys(conditions, True)),
        speeds=speeds,
    )


def changed_roads(graph: RoadGraph, day: Circumstances) -> RoadGraph:
    """Return the roads of such a day: the same topology, other weights. Raises ClosureUnknown."""
    slowed = graph if day.conditions == AS_USUAL else under(graph, day.conditions, day.speeds)
    return close(slowed, day.closures) if day.closures else slowed

"""What a partnership insists on when zones are drawn: names of small areas and providers, and boundaries, in JSON."""

from __future__ import annotations

import math
from difflib import get_close_matches
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from app.errors import LocksUnreadable
from app.services.broken_locks import rows_by_name
from app.services.swapped import SWAPPED, seem_swapped
from solver.zone_map import NO_LOCKS, Locks, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

    from app.services.open_area import OpenArea
    from solver.zone_map import Band

T = TypeVar("T")

KINDS = ("together", "apart", "kept", "most_zones", "boundaries", "bands")


def read_locks(area: OpenArea, asked: Mapping[str, Any] | None) -> Locks:
    """Understand locks such as `{"together": [["Connel", "Oban"]], "kept": {"Tiree": "Isle Support"}}`.

    An island stands for all of its small areas. `together` and `apart` are pairs of small areas, `kept` names the
    provider (name or id) of an area's zone, `most_zones` bounds the zones of one provider, `boundaries` are GeoJSON
    polygons whose edge no zone crosses, and `bands` give the least and most hours of an area's zone. Raises
    LocksUnreadable with everything that is wrong, or else with what contradicts itself.
    """
    if not asked:
        return NO_LOCKS
    reader = _Reader(area)
    locks = Locks(
        together=reader.pairs("together", asked),
        apart=reader.pairs("apart", asked),
        kept=reader.by_area("kept", asked, reader.provider),
        most_zones=reader.most_zones(asked),
        sides=reader.sides(asked),
        bands=reader.by_area("bands", asked, reader.band),
    )
    for kind in sorted(set(asked) - set(KINDS)):
        reader.faults.append((kind, f"there is no such kind of lock; there are {', '.join(KINDS)}"))
    if not reader.faults:
        reader.contradictions(asked, locks)
    if reader.faults:
        first = ": ".join(reader.faults[0])
        raise LocksUnreadable(f"{len(reader.faults)} fault(s) in the locks; the first: {first}", reader.faults)
    return locks


class _Reader:
    """Reads locks and collects what is wrong with them, each with where it stands."""

    def __init__(self, area: OpenArea) -> None:
        self.faults: list[tuple[str, str]] = []
        self._area = area
        self._areas = rows_by_name(area)
        providers = area.dataset.providers
        self._provider_names = [row.name for row in providers]
        self._providers = {row.provider_id: row.provider_id for row in providers}
        self._providers |= {row.name: row.provider_id for row in providers}

    def pairs(self, kind: str, asked: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
        """Read pairs of small areas."""
        given = asked.get(kind, [])
        found: list[tuple[int, int]] = []
        if not isinstance(given, (list, tuple)):
            self.faults.append((kind, "is not a list of pairs of small areas"))
            return ()
        for number, pair in enumerate(given):
            where = f"{kind}.{number}"
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                self.faults.append((where, "is not a pair of small areas"))
                continue
            one, other = self._small_areas(where, pair[0]), self._small_areas(where, pair[1])
            found += product(one, other)
        return tuple(found)

    def by_area(self, kind: str, asked: Mapping[str, Any], read: Callable[[str, Any], T | None]) -> dict[int, T]:
        """Read what is said of single small areas."""
        given, found = asked.get(kind, {}), dict[int, T]()
        if not isinstance(given, dict):
            self.faults.append((kind, "is not a table by small area"))
            return found
        for name, value in given.items():
            rows, said = self._small_areas(kind, name), read(f"{kind}.{name}", value)
            if said is not None:
                found |= dict.fromkeys(rows, said)
        return found

    def provider(self, where: str, named: object) -> str | None:
        """Read a provider, by name or id."""
        return self._known(where, named, self._providers, "provider", self._provider_names)

    def band(self, where: str, given: object) -> Band | None:
        """Read the least and the most hours of a zone."""
        try:
            low, high = map(float, given)  # type: ignore[call-overload]  # whatever it is
        except (TypeError, ValueError):
            low, high = math.nan, math.nan
        if 0 <= low <= high:
            return low, high
        self.faults.append((where, "is not a pair of hours, the least first"))
        return None

    def most_zones(self, asked: Mapping[str, Any]) -> int | None:
        """Read how many zones one provider may lead."""
        most = asked.get("most_zones")
        if most is None or (isinstance(most, int) and most > 0):
            return most
        self.faults.append(("most_zones", "is not a whole number above zero"))
        return None

    def sides(self, asked: Mapping[str, Any]) -> tuple[tuple[int, ...], ...]:
        """Say for each drawn polygon and small area whether its middle lies inside (1) or not (0)."""
        given, found = asked.get("boundaries", []), []
        if not isinstance(given, (list, tuple)):
            self.faults.append(("boundaries", "is not a list of polygons"))
            return ()
        middles = self._area.travel.places.lonlat[self._area.small_areas.centre]
        for number, drawn in enumerate(given):
            polygon = _polygon(drawn)
            if polygon is None:
                self.faults.append((f"boundaries.{number}", "is not a polygon in GeoJSON"))
                continue
            if seem_swapped(self._area, polygon.bounds):
                self.faults.append((f"boundaries.{number}", SWAPPED))
            inside = shapely.contains_xy(polygon, middles[:, 0], middles[:, 1])
            found.append(tuple(int(within) for within in inside.tolist()))
        return tuple(found)

    def contradictions(self, asked: Mapping[str, Any], locks: Locks) -> None:
        """Find what should be together, over others too, and also apart or with different providers."""
        edges: list[list[tuple[int, float]]] = [[] for _ in self._area.small_areas.names]
        for one, other in locks.together:
            edges[one].append((other, 0.0))
            edges[other].append((one, 0.0))
        whole = {area: at for at, piece in enumerate(pieces(range(len(edges)), edges)) for area in piece}
        for number, (one, other) in enumerate(asked.get("apart", ())):
            pairs = product(self._areas[one], self._areas[other])
            if any(a != b and whole[a] == whole[b] for a, b in pairs):
                self.faults.append((f"apart.{number}", f"{one} and {other} should also be together"))
        keeper: dict[int, tuple[str, str]] = {}
        for name in asked.get("kept", ()):
            for row in self._areas[name]:
                known, provider = keeper.setdefault(whole[row], (name, locks.kept[row]))
                if provider != locks.kept[row]:
                    said = f"should be together with {known}, which stays with another provider"
                    self.faults.append((f"kept.{name}", said))
                    break

    def _small_areas(self, where: str, named: object) -> list[int]:
        return self._known(where, named, self._areas, "small area or island", self._areas) or []

    def _known(self, where: str, named: object, known: Mapping[str, T], kind: str, names: Iterable[str]) -> T | None:
        """Look a name up; of an unknown one tell what is spelt like it."""
        if isinstance(named, str) and named in known:
            return known[named]
        close = get_close_matches(str(named), names, n=1)
        meant = f"; did you mean {close[0]}?" if close else ""
        self.faults.append((where, f"there is no {kind} called {named}{meant}"))
        return None


def _polygon(drawn: Any) -> BaseGeometry | None:  # noqa: ANN401 - whatever JSON can say
    """Read a polygon in GeoJSON, or several; None for anything else."""
    try:
        polygon = shape(drawn)
    except (ShapelyError, TypeError, ValueError, AttributeError, KeyError, IndexError):
        return None
    return polygon if polygon.geom_type in {"Polygon", "MultiPolygon"} and not polygon.is_empty else None

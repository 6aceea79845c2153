"""The records that geography takes and gives. Only plain arrays belong here; nothing is read or computed.

Units: seconds, metres, degrees (WGS84), milliseconds where a name ends in `_ms`. Metric coordinates are in
`RoadGraph.crs`. Shapes: N graph nodes, A directed arcs, P places.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

CLOSED_MS = 2**32 - 1
"""The arc weight that means "this mode may not pass"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawWay:
    """A way as OpenStreetMap has it: its id, the rows of its nodes in `RawRoads.lonlat`, and its tags."""

    id: int
    nodes: tuple[int, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FerryHint:
    """A ferry way found in a network file: it proposes a crossing and is never driven. Positions are (lon, lat)."""

    way_id: int
    name: str
    from_lonlat: tuple[float, float]
    to_lonlat: tuple[float, float]
    duration_s: int | None
    car: bool
    foot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A named place on a map, to tell people where a piece of road or a pier is.

    `kind` is town, village and so on; `population` is 0 where the map has none; `lonlat` is (lon, lat).
    """

    name: str
    kind: str
    population: int
    lonlat: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawRoads:
    """Road ways of one file, before speeds. `lonlat` float64 (n, 2); `source` is the file name, `sha256` its digest.

    `barriers` are the rows of nodes that no car passes: bollards and the like. `turn_restrictions` is how many the
    file has, None when it cannot say; none is obeyed.
    """

    lonlat: NDArray[np.float64]
    ways: tuple[RawWay, ...]
    ferries: tuple[FerryHint, ...]
    source: str
    sha256: str
    attribution: str
    barriers: tuple[int, ...] = ()
    turn_restrictions: int | None = None
    settlements: tuple[Settlement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadGraph:
    """A directed road network of flat arrays: shape points are nodes, so that an arc is a straight line.

    `lonlat` float64 (N, 2) degrees; `xy` float64 (N, 2) metres in `crs`. `tail`, `head` int32 (A,); `length_m`
    float32 (A,); `way` int32 (A,) is the row in `way_names` of the way that the arc belongs to. `arc_ms[mode]` uint32
    (A,), `CLOSED_MS` where the mode may not pass. `landmass[mode]` int32 (N,): the strongly connected part that a
    node is in, 0 the largest, -1 for nodes that the mode cannot use. `no_through[mode]` bool (A,): private drives and
    the like, which carry journeys that begin or end on them and no others; a mode that is not named has none.

    Of each way: its OpenStreetMap id, its `ref` as tagged (`A83;A85`), the bridge it is (its name, or `bridge`; empty
    for none), and whether it is single track.
    """

    lonlat: NDArray[np.float64]
    xy: NDArray[np.float64]
    crs: str
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float32]
    way: NDArray[np.int32]
    way_names: tuple[str, ...]
    way_classes: tuple[str, ...]
    arc_ms: Mapping[str, NDArray[np.uint32]]
    landmass: Mapping[str, NDArray[np.int32]]
    ferries: tuple[FerryHint, ...]
    source: str
    sha256: str
    attribution: str
    no_through: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    way_ids: tuple[int, ...] = ()
    way_refs: tuple[str, ...] = ()
    way_bridges: tuple[str, ...] = ()
    way_single_track: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snaps:
    """Where places meet the road. All arrays (P,): `arc` int32, `along` float64 in 0-1 from tail to head, `dist_m`
    float64 straight from place to road, `landmass` int32 as in `RoadGraph`."""

    arc: NDArray[np.int32]
    along: NDArray[np.float64]
    dist_m: NDArray[np.float64]
    landmass: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelMatrix:
    """Fastest road journeys between places by one mode, row from, column to, diagonal 0.

    `travel_s`, `travel_m` int32 (P, P), `reachable` bool (P, P); where it is False the other two are 0 and mean
    nothing. Seconds are rounded up at the end, so the triangle inequality holds.
    """

    travel_s: NDArray[np.int32]
    travel_m: NDArray[np.int32]
    reachable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One departure of one boat or bus. Ports (or stops) are rows of the place matrices; instants are seconds since
    local midnight of the planned day. A traveller must be there by `last_checkin_s` and is free at `ashore_s`.

    `car` and `bike` tell what is carried; people on foot always are. `kind` is ferry or bus; `booking` whether a car
    needs a place booked. What nobody knows is None.
    """

    id: str
    route: str
    from_port: int
    to_port: int
    last_checkin_s: int
    departs_s: int
    arrives_s: int
    ashore_s: int
    car: bool
    bike: bool = True
    kind: str = "ferry"
    booking: bool | None = None
    foot_fare_pence: int | None = None
    car_fare_pence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoatTable:
    """The best journeys that use at least one boat, for every pair of places: see `solver.types.ModeTravel`.

    `first`, `count` int32 (P, P); `leave_s`, `arrive_s` int32 (J,), strictly increasing inside each pair.
    """

    first: NDArray[np.int32]
    count: NDArray[np.int32]
    leave_s: NDArray[np.int32]
    arrive_s: NDArray[np.int32]

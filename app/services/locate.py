"""Hold homes and piers against an area's roads before anything is stored: what planning would refuse is told with its
row, and so is what is odd about the way to a door."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from app.errors import RowFault
from app.services.travel import landmasses, modes_in_use, place_rows, snap_places
from geo.errors import PlaceOffNetwork
from geo.snap_warnings import FAR_M, snap_warnings, water_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.dataset import Dataset
    from geo.land import Land
    from geo.snap_warnings import SnapWarning
    from geo.types import RoadGraph

_FILES = {"client": "clients.csv", "carer": "carers.csv", "port": "ports.csv"}
_ACTIONS = {
    "far-from-road": "Check the position; the walk is added to the travel.",
    "across-water": "Check the position, or import roads that reach this shore.",
    "stray-road": "Check the map here: a gap in a road cuts it off.",
    "no-way-there": "Add the ferry to ports.csv and sailings.csv, or correct the position.",
}


def off_network_faults(dataset: Dataset, graph: RoadGraph) -> list[RowFault]:
    """List clients, carers and piers that lie too far from any road of a mode in use, in the order of the files.

    Planning needs every home and pier on the roads of every mode: any carer may be sent to any client.
    """
    points, _ = place_rows(dataset)
    closed: dict[str, list[str]] = defaultdict(list)
    for mode in modes_in_use(dataset):
        try:
            snap_places(dataset, graph, mode, points)
        except PlaceOffNetwork as error:
            for place_id in error.place_ids:
                closed[place_id].append(mode)
    where = _where(dataset)
    return [
        RowFault(
            file=where[place_id][0],
            row=where[place_id][1],
            column="lat",
            message=f"the {_kind(place_id)} is more than a kilometre from any road open to {' or '.join(modes)}",
            action="Correct lat and lon, or import a road network that covers it first.",
        )
        for place_id, modes in sorted(closed.items(), key=lambda found: where[found[0]][2])
    ]


def road_warnings(dataset: Dataset, graph: RoadGraph, land: Land | None = None) -> list[RowFault]:
    """List what is odd about how homes and piers meet the roads, each kind once for a place, in the order of the files.

    `land` tells what lies across water. Homes a short walk from the road are only counted. All must be on the network.
    """
    where = _where(dataset)
    said: dict[tuple[str, str], SnapWarning] = {}
    for mode in sorted(modes_in_use(dataset), key=lambda mode: mode != "car"):
        for warning in _warnings(dataset, graph, mode, land):
            said.setdefault((warning.place_id, warning.kind), warning)
    told = sorted(said.values(), key=lambda warning: where[warning.place_id][2])
    short_walks = Counter(where[warning.place_id][0] for warning in told if warning.severity == "info")
    least_m = min(limit_m for limit_m, _ in FAR_M)
    return [
        RowFault(
            file=where[warning.place_id][0],
            row=where[warning.place_id][1],
            column="lat",
            message=f"{warning.message[0].lower()}{warning.message[1:].rstrip('.')}",
            action=_ACTIONS[warning.kind],
        )
        for warning in told
        if warning.severity != "info"
    ] + [
        RowFault(
            file=file,
            row=None,
            column="lat",
            message=f"{count} place(s) are over {least_m:.0f} m from the nearest road",
            action="The walk is added to the travel; a pin nearer the door would tell better.",
        )
        for file, count in short_walks.items()
    ]


def _warnings(dataset: Dataset, graph: RoadGraph, mode: str, land: Land | None) -> Iterator[SnapWarning]:
    """Yield the warnings of one mode; carers' homes and piers are where travellers come from.

    A short piece of road on which a settlement stands is an island, however small, and no fault of the map.
    """
    points, rows = place_rows(dataset)
    ids, lonlat = points
    snaps = snap_places(dataset, graph, mode, points)
    starts = np.arange(len(ids)) >= len(rows["client"])
    islands = landmasses(dataset.places, graph, mode)[1]
    part_of = dict(zip(ids, snaps.landmass.tolist(), strict=True))
    for warning in snap_warnings(graph, mode, snaps, ids, starts=starts if starts.any() else None):
        if warning.kind != "stray-road" or part_of[warning.place_id] not in islands:
            yield warning
    if land is not None:
        yield from water_warnings(graph, lonlat, snaps, ids, land=land.shape)


def _where(dataset: Dataset) -> dict[str, tuple[str, int, int]]:
    """Give the file, its row and the order of each place by its id."""
    _, rows = place_rows(dataset)
    return {
        f"{kind} {name}": (_FILES[kind], 2 + number, row)
        for kind, members in rows.items()
        for number, (name, row) in enumerate(members.items())
    }


def _kind(place_id: str) -> str:
    """Say what a place is."""
    return "pier" if place_id.startswith("port ") else "home"

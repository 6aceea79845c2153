"""Check where the homes of a data set are: what cannot be is an error, what is unlikely a warning.

What can be told from a row alone (0, 0; swapped; outside the British Isles) is refused when the file is read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.errors import RowFault
from app.services.locate import road_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.dataset import CarerRow, ClientRow, Dataset
    from geo.land import Land
    from geo.types import RoadGraph

COARSE_M = 300
"""A home that may be so far off its point is likely on another road."""

SHORE_M = 50
"""Generalised coastlines cut off gardens; so far out is worth a look."""

AT_SEA_M = 500
"""Nobody lives so far out. Source: of 3,404 real postcodes the furthest is 269 m off a generalised coast."""

MOST_AT_A_PIN = 5
"""More clients than this at one point are likely a default, such as the town hall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceReport:
    """What is wrong with the homes of a data set, what may be, and what could not be checked."""

    errors: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]
    unchecked: tuple[str, ...]


def check_places(
    dataset: Dataset, *, land: Land | None = None, boundary: Land | None = None, graph: RoadGraph | None = None
) -> PlaceReport:
    """Check every home, in the order of the files and rows; with a `graph`, which must cover them, piers too."""
    errors: list[RowFault] = []
    warnings: list[RowFault] = []
    unchecked: list[str] = []
    for file, homes in (("clients.csv", dataset.clients), ("carers.csv", dataset.carers)):
        warnings += _coarse(file, homes)
        if land is not None:
            for fault, out_m in _off(file, homes, land, "the home is {} m from any land"):
                (errors if out_m > AT_SEA_M else warnings).append(fault)
    if land is None:
        unchecked.append("Homes were not held against the sea: rota places land FILE --area AREA.")
    if boundary is None:
        unchecked.append("Homes were not held against the area's boundary: rota places boundary FILE --area AREA.")
    else:
        message = "the home is {} m outside the area"
        warnings += [fault for fault, _ in _off("clients.csv", dataset.clients, boundary, message)]
    warnings += _default_pins(dataset.clients)
    warnings += _twice(dataset)
    if graph is None:
        unchecked.append("Homes were not held against roads: rota network import FILE --area AREA.")
    else:
        warnings += road_warnings(dataset, graph, land)
    return PlaceReport(errors=tuple(errors), warnings=tuple(sorted(warnings, key=_place)), unchecked=tuple(unchecked))


def _place(fault: RowFault) -> tuple[int, int]:
    return ("clients.csv", "carers.csv", "ports.csv").index(fault.file), fault.row or 0


def _fault(file: str, row: int, message: str, action: str) -> RowFault:
    return RowFault(file=file, row=row, column="lat", message=message, action=action)


def _coarse(file: str, homes: Sequence[ClientRow | CarerRow]) -> Iterator[RowFault]:
    """Warn of homes whose reference leaves them anywhere in a glen."""
    for row, home in enumerate(homes, start=2):
        if home.accuracy_m > COARSE_M:
            found_by = home.located_by.replace("_", " ")
            yield _fault(
                file,
                row,
                f"the home may be {home.accuracy_m} m off: it was located by {found_by} alone",
                "Ask for its UPRN or a pin.",
            )


def _off(
    file: str, homes: Sequence[ClientRow | CarerRow], polygons: Land, message: str
) -> Iterator[tuple[RowFault, float]]:
    """Find homes outside polygons by more than they may be off, and by how much."""
    lonlat = np.array([(home.lon, home.lat) for home in homes], dtype=np.float64).reshape(-1, 2)
    for row, (home, away_m) in enumerate(zip(homes, polygons.away_m(lonlat).tolist(), strict=True), start=2):
        out_m = away_m - home.accuracy_m
        if out_m > SHORE_M:
            yield _fault(file, row, message.format(round(away_m)), "Correct the position."), out_m


def _default_pins(clients: Sequence[ClientRow]) -> Iterator[RowFault]:
    """Warn of each point that many clients share, at the first of them."""
    rows: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
    for row, client in enumerate(clients, start=2):
        rows[client.lat, client.lon].append(row)
    for sharing in rows.values():
        if len(sharing) > MOST_AT_A_PIN:
            yield _fault(
                "clients.csv",
                sharing[0],
                f"{len(sharing)} clients are at exactly this point (to row {sharing[-1]})",
                "Give each their own, unless they live in one building.",
            )


def _twice(dataset: Dataset) -> Iterator[RowFault]:
    """Warn of clients at one point with the same visits: somebody may be listed twice."""
    asked: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    for visit in dataset.visits:
        parts = (
            visit.earliest,
            visit.latest,
            visit.preferred,
            visit.duration_minutes,
            visit.carers_needed,
            visit.skills,
        )
        asked[visit.client_id].append(parts)
    first: dict[tuple[object, ...], int] = {}
    for row, client in enumerate(dataset.clients, start=2):
        visits = tuple(sorted(asked[client.client_id], key=repr))
        earlier = first.setdefault((client.lat, client.lon, visits), row)
        if visits and earlier != row:
            yield _fault(
                "clients.csv",
                row,
                f"the same point and the same visits as in row {earlier}",
                "Remove one of the rows, if it is the same person.",
            )

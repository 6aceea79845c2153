"""Calibrate an area's speeds from a file of recorded journeys."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.datafiles.journeys import JourneyRow, read_journeys
from app.services.files import write_text
from geo.calibrate import Fit, Observation, fit_speeds
from geo.conditions import Conditions, conditions_at
from geo.errors import PlaceOffNetwork
from geo.snap import snap
from geo.speed_table import format_speeds

if TYPE_CHECKING:
    from pathlib import Path

    from geo.speed_table import SpeedTable
    from geo.types import RoadGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What was found, and which journeys were left out because of their mode or because they begin or end far from
    any road (rows of the spreadsheet)."""

    fit: Fit
    mode: str
    of_another_mode: int
    off_network: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """Give everything but the table as JSON values."""
        plain = asdict(self)
        plain |= {name: value for name, value in plain.pop("fit").items() if name != "table"}
        return plain


def calibrate(
    observed: Path, graph: RoadGraph, table: SpeedTable, *, mode: str = "car", door_minutes: float = 2.0, seed: int = 7
) -> Calibration:
    """Fit the speeds of a mode to the journeys in a file; `table` is what the graph was built with.

    Raises ImportRejected for faults in the file, TooFewJourneys.
    """
    read = read_journeys(observed)
    rows = [(number, row) for number, row in read if row.mode == mode]
    lonlat = np.array(
        [end for _, row in rows for end in ((row.from_lon, row.from_lat), (row.to_lon, row.to_lat))], dtype=np.float64
    ).reshape(-1, 2)
    off: set[int] = set()
    try:
        snap(graph, mode, lonlat, [str(place) for place in range(len(lonlat))])
    except PlaceOffNetwork as error:
        off = {int(place) // 2 for place in error.place_ids}
    kept = [place for place in range(len(rows)) if place not in off]
    ends = np.array([(2 * place, 2 * place + 1) for place in kept], dtype=np.int64).ravel()
    unique, place_of = np.unique(lonlat[ends], axis=0, return_inverse=True)
    snaps = snap(graph, mode, unique, [str(place) for place in range(len(unique))])
    pairs = place_of.reshape(-1, 2).tolist()
    observations = [
        Observation(
            origin=origin,
            destination=destination,
            observed_s=60 * rows[place][1].minutes,
            conditions=_conditions(rows[place][1]),
        )
        for place, (origin, destination) in zip(kept, pairs, strict=True)
    ]
    return Calibration(
        fit=fit_speeds(graph, snaps, observations, table=table, mode=mode, door_s=60 * door_minutes, seed=seed),
        mode=mode,
        of_another_mode=len(read) - len(rows),
        off_network=tuple(sorted(rows[place][0] for place in off)),
    )


def write_calibrated(found: Calibration, file: Path, area: str) -> None:
    """Write the table of speeds, whole or not at all, as `rota network import --speeds` takes it."""
    fit, error = found.fit, found.fit.overall
    heading = (
        f"Speeds of {area}, {found.mode} fitted to {fit.fitted} recorded journeys.\n"
        f"Median absolute error on {error.journeys} journeys held back: "
        f"{error.before_pct} % before, {error.after_pct} % after.\n"
        f"At the door: {fit.door_s / 60:.1f} minutes."
    )
    write_text(file, format_speeds(fit.table, heading))


def _conditions(row: JourneyRow) -> Conditions:
    """Give the conditions of a journey: as said, or as usual for the season and the sun."""
    if row.weather:
        return Conditions(**{name: True for name in row.weather if name != "usual"})
    return conditions_at(row.departs, row.from_lon, row.from_lat)

"""Crossings that somebody must book: cars that a plan puts on boats where a place has to be reserved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo.types import Departure


class _Stop(Protocol):
    @property
    def boats(self) -> Sequence[str]: ...


class PlannedRun(Protocol):
    """A run, stored or not: which boats it takes to its stops, and home."""

    @property
    def shift(self) -> str:
        """Give the shift."""

    @property
    def stops(self) -> Sequence[_Stop]:
        """Give the stops."""

    @property
    def home_boats(self) -> Sequence[str]:
        """Give the boats on the way home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarCrossing:
    """One car on one sailing. `booking` of the sailing tells whether its place must be booked; None: not known."""

    shift: str
    sailing: Departure


def car_crossings(
    runs: Iterable[PlannedRun], drivers: Iterable[str], sailings: Mapping[str, Departure]
) -> tuple[CarCrossing, ...]:
    """List every car on every boat in order of departure; `drivers` are the shifts of carers who travel by car.

    A driver who has left the car behind and boards a boat that could carry it is listed too: better a place too many.
    Boats that are no longer in the timetable are left out.
    """
    driving = set(drivers)
    found = [
        CarCrossing(shift=run.shift, sailing=sailings[boat])
        for run in runs
        if run.shift in driving
        for boat in _boats(run)
        if boat in sailings and sailings[boat].car
    ]
    return tuple(sorted(found, key=lambda crossing: (crossing.sailing.departs_s, crossing.shift)))


def crossings_to_book(crossings: Iterable[CarCrossing]) -> tuple[CarCrossing, ...]:
    """Keep the crossings for which a car's place must be booked."""
    return tuple(crossing for crossing in crossings if crossing.sailing.booking)


def _boats(run: PlannedRun) -> Iterator[str]:
    for stop in run.stops:
        yield from stop.boats
    yield from run.home_boats

"""Clients and the visits of their day. Which provider serves them, and who calls, is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from app.dataset import ClientRow, VisitRow
from app.synthetic.parameters import AFTERNOON, BANDS, BED, HOUR, LUNCH, MID_MORNING, MINUTE, MORNING, TEA
from app.synthetic.quota import deal, spread, tilted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from app.synthetic.homes import Home, Settlements
    from app.synthetic.parameters import AreaSize, Band, Demand

Value = TypeVar("Value")

DAYS = {
    1: ((MORNING,), (MORNING,), (LUNCH,), (TEA,)),
    2: ((MORNING, TEA), (MORNING, BED), (MORNING, LUNCH)),
    3: ((MORNING, LUNCH, TEA), (MORNING, TEA, BED), (MORNING, LUNCH, BED)),
    4: ((MORNING, LUNCH, TEA, BED),),
    5: ((MORNING, LUNCH, AFTERNOON, TEA, BED), (MORNING, MID_MORNING, LUNCH, TEA, BED)),
    6: ((MORNING, MID_MORNING, LUNCH, AFTERNOON, TEA, BED),),
}
"""The bands of a day by number of calls; each row of a number is equally likely."""

LONGEST_FIRST = (MORNING, BED, TEA, MID_MORNING, AFTERNOON, LUNCH)

EARLIEST_S = 7 * HOUR
LATEST_S = 21 * HOUR + 45 * MINUTE
GRID_S = 5 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A visit while it takes shape."""

    band: Band
    minutes: int
    carers: int = 1
    time_critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What all visits of a client have in common. `riser` is 0 for those who want everything early, 1 for late."""

    client_id: str
    riser: float
    dementia: bool
    catheter: bool
    priority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A client with a home, the landmass it stands on, and the visits of the day."""

    home: Home
    landmass: int
    client: ClientRow
    visits: tuple[VisitRow, ...]

    @property
    def care_minutes(self) -> int:
        """Minutes of carers' time in the day, a second carer's included."""
        return sum(visit.duration_minutes * visit.carers_needed for visit in self.visits)


def people(settlements: Settlements, size: AreaSize, rng: np.random.Generator) -> tuple[Person, ...]:
    """Make the clients of an area with the visits of one day."""
    homes = _homes(settlements, size, rng)
    days = _days(size, rng)
    days = _double_handed(days, size.demand, rng)
    days = _time_critical(days, size.demand, rng)
    clients = _clients(settlements, homes, days, size, rng)
    return tuple(
        Person(
            home=home,
            landmass=int(settlements.landmass[home.place]),
            client=client,
            visits=_visits(client.client_id, day, size.demand, rng),
        )
        for home, client, day in zip(homes, clients, days, strict=True)
    )


def _homes(settlements: Settlements, size: AreaSize, rng: np.random.Generator) -> list[Home]:
    """Draw homes in proportion to people, a few of them for two."""
    n_single = size.n_clients - int(size.n_clients * size.demand.home_shared_share / 2)
    homes = [settlements.home(int(place), rng) for place in spread(settlements.people, n_single, rng)]
    shared = rng.choice(n_single, size=size.n_clients - n_single, replace=False)
    return sorted(homes + [homes[row] for row in shared], key=lambda home: home.place)


def _days(size: AreaSize, rng: np.random.Generator) -> list[list[Call]]:
    """Give each client the calls of the day, so that visits and lengths add up to the figures of the area."""
    demand = size.demand
    n_heavy = round(size.n_clients * demand.heavy_share)
    n_weekly = round(size.n_clients * demand.weekly_share)
    n_due = round(n_weekly * demand.weekly_due)
    n_rest = size.n_clients - n_heavy - n_weekly
    wanted = size.n_visits - n_heavy * len(demand.heavy_minutes) - n_due
    counts = np.array(deal(tilted(demand.calls_a_day, wanted / n_rest), n_rest, rng))
    _correct(counts, wanted, rng)
    lengths = deal(demand.minutes, size.n_visits, rng)
    for minutes in demand.heavy_minutes * n_heavy:
        lengths.remove(minutes)
    days = [_day(demand.heavy_minutes, rng) for _ in range(n_heavy)]
    counts_of_rest = [*counts.tolist(), *[1] * n_due, *[0] * (n_weekly - n_due)]
    days += [_day(tuple(lengths.pop() for _ in range(count)), rng) for count in counts_of_rest]
    return [days[row] for row in rng.permutation(len(days))]


def _correct(counts: NDArray[np.int64], wanted: int, rng: np.random.Generator) -> None:
    """Move single calls until the counts add up."""
    while (missing := wanted - int(counts.sum())) != 0:
        step = 1 if missing > 0 else -1
        movable = np.flatnonzero((counts + step >= 1) & (counts + step <= max(DAYS) - 1))
        counts[rng.choice(movable)] += step


def _day(minutes: Sequence[int], rng: np.random.Generator) -> list[Call]:
    """Place lengths in the bands of a day: the longest call is the one to get up, the shortest is at lunch."""
    if not minutes:
        return []
    choices = DAYS[len(minutes)]
    bands = sorted(choices[int(rng.integers(len(choices)))], key=LONGEST_FIRST.index)
    return [Call(band=band, minutes=length) for band, length in zip(bands, sorted(minutes, reverse=True), strict=True)]


def _double_handed(days: list[list[Call]], demand: Demand, rng: np.random.Generator) -> list[list[Call]]:
    """Ask for a second carer at all calls of some people that last half an hour or more."""
    left = round(sum(len(day) for day in days) * demand.double_handed_share)
    result = list(days)
    for row in rng.permutation(len(days)):
        long_enough = [call for call in days[row] if call.minutes >= 30]
        if long_enough and len(long_enough) <= left:
            left -= len(long_enough)
            result[row] = [
                Call(band=call.band, minutes=call.minutes, carers=2 if call.minutes >= 30 else 1) for call in days[row]
            ]
    return result


def _time_critical(days: list[list[Call]], demand: Demand, rng: np.random.Generator) -> list[list[Call]]:
    """Make the calls of some people time-critical: morning and tea (insulin), or the main calls (Parkinson's)."""
    left = round(sum(len(day) for day in days) * demand.time_critical_share)
    result = list(days)
    for row in rng.permutation(len(days)):
        bands = (MORNING, TEA) if rng.random() < demand.insulin_share else (MORNING, LUNCH, TEA, BED)
        critical = [call.band in bands for call in days[row]]
        if 0 < sum(critical) <= left:
            left -= sum(critical)
            result[row] = [
                Call(band=call.band, minutes=call.minutes, carers=call.carers, time_critical=now)
                for call, now in zip(days[row], critical, strict=True)
            ]
    return result


def _clients(
    settlements: Settlements, homes: list[Home], days: list[list[Call]], size: AreaSize, rng: np.random.Generator
) -> list[ClientRow]:
    """Write the client rows: position, locality, Self-directed Support and the minutes to the door."""
    options = deal(size.demand.sds_option, len(days), rng)
    return [
        ClientRow(
            client_id=f"C{number:04d}",
            lat=home.lat,
            lon=home.lon,
            locality=settlements.places[home.place].locality,
            sds_option=option,
            choice_locked=option == 4 and bool(rng.random() < size.demand.choice_locked_share),
            door_minutes=size.homes.door_minutes_town if home.town else size.homes.door_minutes,
        )
        for number, (home, option) in enumerate(zip(homes, options, strict=True), start=1)
    ]


def _visits(client_id: str, day: list[Call], demand: Demand, rng: np.random.Generator) -> tuple[VisitRow, ...]:
    """Write the visit rows of one client, with one way of life: an early riser is early all day."""
    life = Life(
        client_id=client_id,
        riser=float(rng.random()),
        dementia=bool(rng.random() < demand.dementia_share),
        catheter=bool(rng.random() < demand.catheter_share),
        priority="red" if any(call.time_critical for call in day) else _pick(demand.priority, rng),
    )
    ordered = sorted(day, key=lambda call: BANDS.index(call.band))
    return tuple(_visit(life, number, call, demand, rng) for number, call in enumerate(ordered, start=1))


def _visit(life: Life, number: int, call: Call, demand: Demand, rng: np.random.Generator) -> VisitRow:
    """Write one visit row: its window around the preferred start, and the skills that it takes."""
    wish = call.band.first_s + life.riser * (call.band.last_s - call.band.first_s) + rng.normal(0.0, 8.0) * MINUTE
    preferred = int(np.clip(round(wish / GRID_S) * GRID_S, call.band.first_s, call.band.last_s))
    half = demand.time_critical_margin_s if call.time_critical else _pick(demand.window_s, rng) // 2
    skills = {"personal_care"} if call.minutes >= 30 else set()
    if call.time_critical or rng.random() < demand.medication_share:
        skills.add("medication")
    if call.carers > 1:
        skills.add("moving_and_handling")
    if life.dementia:
        skills.add("dementia")
    if life.catheter and call.band is MORNING:
        skills.add("catheter")
    return VisitRow(
        visit_id=f"{life.client_id}-{number}",
        client_id=life.client_id,
        earliest=max(EARLIEST_S, preferred - half),
        latest=min(LATEST_S, preferred + half),
        preferred=preferred,
        duration_minutes=call.minutes,
        carers_needed=call.carers,
        skills=tuple(sorted(skills)),
        time_critical=call.time_critical,
        priority=life.priority,
    )


def _pick(shares: Mapping[Value, float], rng: np.random.Generator) -> Value:
    """Draw one value by its share."""
    return list(shares)[int(rng.choice(len(shares), p=np.array(list(shares.values()))))]

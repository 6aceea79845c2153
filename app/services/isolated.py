"""Isolated places: two or three people near each other and far from all others, and who drives there today.

The table is for the planners of a partnership. It must not be published: in a glen of two people a count is a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, permutations
from typing import TYPE_CHECKING

import numpy as np

from app.services.recorded_plan import recorded_runs
from app.services.translate import legal_providers, to_problem
from geo.areas import isolated_clusters, name_areas

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.dataset import Dataset
    from app.services.travel import AreaTravel
    from geo.areas import IsolatedCluster
    from solver.types import DayProblem, Run, Shift, Visit

WITHIN_S = 600
"""People of one place are no further apart than this, and everybody else is further. Source: the aim of the project."""

IDLE_S = 900
"""Longest wait between the visits of two trips that are made as one."""

PLANNERS_ONLY = "For the planners of the partnership only: do not publish. Counts below five can tell who is meant."


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolatedPlace:
    """One isolated place on the recorded day.

    `providers` by name; `away_min` to the nearest other person, None if no road leads to one. A trip is one coming
    from elsewhere; `reach_min` sums their way there. `saved_min` is what the road would be shorter by if providers
    shared the place, an upper bound: trips are joined where one carer could make their visits inside their windows.
    """

    name: str
    people: int
    providers: tuple[str, ...]
    away_min: int | None
    carers: int
    runs: int
    trips: int
    reach_min: int
    saved_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    """Visits that a carer makes in a place in one go; `detour_s` is the way there and on, less the direct way."""

    shift: Shift
    visits: tuple[Visit, ...]
    reach_s: int
    detour_s: int


def isolated_places(dataset: Dataset, travel: AreaTravel) -> list[IsolatedPlace]:
    """List the isolated places, those with most providers first."""
    clusters, away_s = _clusters(dataset, travel)
    if not clusters:
        return []
    today = {row.client_id: frozenset({row.provider_id}) for row in dataset.allocation}
    problem = to_problem(dataset, travel, providers_of=today)
    runs = recorded_runs(problem, dataset.recorded)
    names = _names(dataset, travel, clusters)
    found = [
        _described(problem, list(_trips(problem, runs, clients)), legal_providers(dataset))
        for cluster in clusters
        for clients in [{dataset.clients[person].client_id for person in cluster.people}]
    ]
    provider_name = {provider.provider_id: provider.name for provider in dataset.providers}
    return [
        IsolatedPlace(
            name=name,
            people=len(cluster.people),
            providers=tuple(sorted(provider_name[provider] for provider in cluster.providers)),
            away_min=None if away is None else round(away / 60),
            **figures,
        )
        for cluster, name, away, figures in zip(clusters, names, away_s, found, strict=True)
    ]


def _clusters(dataset: Dataset, travel: AreaTravel) -> tuple[list[IsolatedCluster], list[int | None]]:
    """Find the clusters, and for each how far the nearest other person is, in seconds."""
    rows = np.array([travel.places.row_of_client[client.client_id] for client in dataset.clients], dtype=np.int64)
    road = travel.roads["car"]
    travel_s, reachable = road.travel_s[np.ix_(rows, rows)], road.reachable[np.ix_(rows, rows)]
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    clusters = isolated_clusters(
        travel_s, reachable, [today[client.client_id] for client in dataset.clients], within_s=WITHIN_S
    )
    away_s: list[int | None] = []
    for cluster in clusters:
        people = np.array(cluster.people)
        others = np.setdiff1d(np.arange(len(rows)), people)
        ways_s = travel_s[np.ix_(people, others)][reachable[np.ix_(people, others)]]
        away_s.append(int(ways_s.min()) if len(ways_s) else None)
    return clusters, away_s


def _names(dataset: Dataset, travel: AreaTravel, clusters: Sequence[IsolatedCluster]) -> list[str]:
    """Name each place after the settlement near it."""
    rows = [
        travel.places.row_of_client[dataset.clients[person].client_id]
        for cluster in clusters
        for person in cluster.people
    ]
    labels = np.repeat(np.arange(len(clusters)), [len(cluster.people) for cluster in clusters]).astype(np.int32)
    settlements = {place.name: (place.lon, place.lat, place.population) for place in dataset.places if place.population}
    return name_areas(travel.places.lonlat[rows], labels, settlements)


def _described(problem: DayProblem, trips: Sequence[_Trip], legal: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Count who goes to a place, and what joining trips would save."""
    return {
        "carers": len({trip.shift.carer for trip in trips}),
        "runs": len({trip.shift.id for trip in trips}),
        "trips": len(trips),
        "reach_min": round(sum(trip.reach_s for trip in trips) / 60),
        "saved_min": round(_saved_s(problem, trips, legal) / 60),
    }


def _trips(problem: DayProblem, runs: Sequence[Run], clients: set[str]) -> Iterator[_Trip]:
    """Give every trip of the day to a place."""
    shifts = {shift.id: shift for shift in problem.shifts}
    visits = {visit.id: visit for visit in problem.visits}
    for run in runs:
        made = [visits[stop.visit] for stop in run.stops]
        here = [visit.client in clients for visit in made]
        first = 0
        while first < len(made):
            last = first
            while last + 1 < len(made) and here[last + 1] == here[first]:
                last += 1
            if here[first]:
                yield _trip(problem, shifts[run.shift], run, (first, last), made)
            first = last + 1


def _trip(problem: DayProblem, shift: Shift, run: Run, between: tuple[int, int], made: Sequence[Visit]) -> _Trip:
    """Measure the trip from the first to the last of some stops."""
    first, last = between
    before = made[first - 1].place if first else shift.start_place
    after = made[last + 1].place if last + 1 < len(made) else shift.end_place
    reach_s = run.stops[first].travel_s
    onward_s = run.stops[last + 1].travel_s if last + 1 < len(made) else run.home_travel_s
    direct_s = _road_s(problem, shift, before, after)
    detour_s = 0 if direct_s is None else max(0, reach_s + onward_s - direct_s)
    return _Trip(shift=shift, visits=tuple(made[first : last + 1]), reach_s=reach_s, detour_s=detour_s)


def _saved_s(problem: DayProblem, trips: Sequence[_Trip], legal: Mapping[str, frozenset[str]]) -> int:
    """Join trips, the pair that saves most first, until none can be joined; a carer is always one of the two."""
    left, saved_s = list(trips), 0
    while True:
        joined = [
            (drop.detour_s - added_s, keep, drop)
            for keep, drop in permutations(left, 2)
            if (added_s := _added_s(problem, keep, drop, legal)) is not None
        ]
        gain_s, keep, drop = max(joined, key=lambda choice: choice[0], default=(0, None, None))
        if keep is None or drop is None or gain_s <= 0:
            return saved_s
        saved_s += gain_s
        left.remove(drop)
        left[left.index(keep)] = _Trip(
            shift=keep.shift, visits=keep.visits + drop.visits, reach_s=keep.reach_s, detour_s=keep.detour_s
        )


def _added_s(problem: DayProblem, keep: _Trip, drop: _Trip, legal: Mapping[str, frozenset[str]]) -> int | None:
    """Say how much longer the way inside the place becomes when `keep`'s carer makes both trips; None if that fails."""
    carer = keep.shift
    if {visit.id for visit in keep.visits} & {visit.id for visit in drop.visits}:
        return None  # a double-handed visit needs both
    for visit in drop.visits:
        allowed = carer.provider in legal[visit.client] and carer.carer not in visit.barred_carers
        if not allowed or not visit.skills <= carer.skills:
            return None
    order = sorted(keep.visits + drop.visits, key=lambda visit: (visit.window.latest_s, visit.window.earliest_s))
    ways_s = [_road_s(problem, carer, one.place, other.place) for one, other in pairwise(order)]
    if any(way is None for way in ways_s):
        return None
    known_s = [way for way in ways_s if way is not None]
    if not _fits(order, known_s):
        return None
    inside_s = sum(
        _road_s(problem, trip.shift, one.place, other.place) or 0
        for trip in (keep, drop)
        for one, other in pairwise(trip.visits)
    )
    return sum(known_s) - inside_s


def _fits(order: Sequence[Visit], ways_s: Sequence[int]) -> bool:
    """Tell whether visits can follow each other inside their windows, with hardly a wait."""
    latest_s = [visit.window.latest_s for visit in order]
    for number in range(len(order) - 2, -1, -1):
        gap_s = order[number].duration_s + ways_s[number]
        latest_s[number] = min(latest_s[number], latest_s[number + 1] - gap_s)
    if any(late_s < visit.window.earliest_s for late_s, visit in zip(latest_s, order, strict=True)):
        return False
    start_s, idle_s = latest_s[0], 0
    for visit, following, way_s in zip(order, order[1:], ways_s, strict=False):
        ready_s = start_s + visit.duration_s + way_s
        start_s = max(ready_s, following.window.earliest_s)
        idle_s += start_s - ready_s
    return idle_s <= IDLE_S


def _road_s(problem: DayProblem, shift: Shift, origin: int, destination: int) -> int | None:
    """Give the road time between two places for a shift's mode; None where there is no road."""
    way = problem.travel.modes[shift.mode]
    return int(way.road_s[origin, destination]) if way.road_reachable[origin, destination] else None

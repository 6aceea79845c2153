"""The one place where rows, geography and the solver's types meet."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from app.dataset import MatchKind
from app.services.choice_lock import is_choice_locked
from geo.ferry import carrying, compile_boats
from solver.types import (
    Break,
    DayProblem,
    Mode,
    ModeTravel,
    Priority,
    ProviderHours,
    Sailing,
    Shift,
    TimeWindow,
    Travel,
    Visit,
    Weights,
)

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from app.dataset import Dataset
    from app.services.travel import AreaTravel
    from geo.types import BoatTable, TravelMatrix

PRIORITIES = {"green": Priority.GREEN, "amber": Priority.AMBER, "red": Priority.RED}


def legal_providers(dataset: Dataset, stay: Container[str] = ()) -> dict[str, frozenset[str]]:
    """List for every client the providers that may serve: today's alone if locked, else all registered there.

    `stay` names others whom today's alone may serve (`services.movable`).
    """
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    registered: dict[str, set[str]] = defaultdict(set)
    for provider in dataset.providers:
        for locality in provider.localities:
            registered[locality].add(provider.provider_id)
    return {
        client.client_id: frozenset({today[client.client_id]})
        if is_choice_locked(client) or client.client_id in stay
        else frozenset(registered[client.locality] | {today[client.client_id]})
        for client in dataset.clients
    }


def to_travel(travel: AreaTravel) -> Travel:
    """Hand geography's matrices and boats to the solver."""
    modes = {Mode(name): _mode_travel(road, travel.boats[name]) for name, road in travel.roads.items()}
    if travel.left and travel.walk and Mode.FOOT not in modes:
        modes[Mode.FOOT] = _mode_travel(travel.walk, compile_boats((), travel.walk))
    tables = {id(left): _mode_travel(left.road, left.boats, left.car_at) for left in travel.left.values()}
    from_home = {(Mode(name), home): tables[id(left)] for (name, home), left in travel.left.items()}
    sailings = tuple(
        Sailing(
            id=row.id,
            route=row.route,
            from_port=row.from_port,
            to_port=row.to_port,
            last_checkin_s=row.last_checkin_s,
            departs_s=row.departs_s,
            arrives_s=row.arrives_s,
            ashore_s=row.ashore_s,
            modes=frozenset(mode for mode in Mode if carrying([row], mode.value)),
        )
        for row in travel.departures
    )
    return Travel(modes=modes, sailings=sailings, from_home=from_home)


def _mode_travel(road: TravelMatrix, boats: BoatTable, car_at: NDArray[np.int32] | None = None) -> ModeTravel:
    return ModeTravel(
        road_s=road.travel_s,
        road_m=road.travel_m,
        road_reachable=road.reachable,
        boat_first=boats.first,
        boat_count=boats.count,
        boat_leave_s=boats.leave_s,
        boat_arrive_s=boats.arrive_s,
        car_at=car_at,
    )


def to_problem(
    dataset: Dataset,
    travel: AreaTravel,
    *,
    providers_of: Mapping[str, frozenset[str]],
    provider_hours: tuple[ProviderHours, ...] = (),
    weights: Weights | None = None,
    back_s: Mapping[str, int] | None = None,
) -> DayProblem:
    """State the day to plan, with `providers_of` naming for each client who may serve.

    `back_s` tells when carers were back the day before, for their rest.
    """
    return DayProblem(
        day=dataset.day.isoformat(),
        visits=_visits(dataset, travel, providers_of),
        shifts=_shifts(dataset, travel, back_s or {}),
        travel=to_travel(travel),
        weights=weights or Weights(),
        provider_hours=provider_hours,
    )


def _visits(dataset: Dataset, travel: AreaTravel, providers_of: Mapping[str, frozenset[str]]) -> tuple[Visit, ...]:
    """Turn visit rows into visits, with what is agreed between clients and carers."""
    clients = {row.client_id: row for row in dataset.clients}
    matches: dict[tuple[str, MatchKind], set[str]] = defaultdict(set)
    for match in dataset.matches:
        matches[match.client_id, match.kind].add(match.carer_id)
    return tuple(
        Visit(
            id=row.visit_id,
            client=row.client_id,
            place=travel.places.row_of_client[row.client_id],
            duration_s=60 * row.duration_minutes,
            window=TimeWindow(earliest_s=row.earliest, latest_s=row.latest),
            providers=providers_of[row.client_id],
            preferred_start_s=row.preferred,
            time_critical=row.time_critical,
            priority=PRIORITIES[row.priority],
            carers_needed=row.carers_needed,
            skills=frozenset(row.skills),
            barred_carers=frozenset(matches[row.client_id, MatchKind.BARRED]),
            known_carers=frozenset(matches[row.client_id, MatchKind.PREFERRED]),
            genders=frozenset(filter(None, [clients[row.client_id].carer_gender])),
            languages=frozenset(clients[row.client_id].languages),
        )
        for row in dataset.visits
    )


def _shifts(dataset: Dataset, travel: AreaTravel, back_s: Mapping[str, int]) -> tuple[Shift, ...]:
    """Turn shift rows into shifts that start and end at the carer's home."""
    carers = {carer.carer_id: carer for carer in dataset.carers}
    dated: defaultdict[str, dict[str, date | None]] = defaultdict(dict)
    for skill in dataset.carer_skills:
        dated[skill.carer_id][skill.skill] = skill.valid_to
    shifts = []
    for row in dataset.shifts:
        carer = carers[row.carer_id]
        home = travel.places.row_of_carer[row.carer_id]
        window = TimeWindow(earliest_s=row.break_earliest, latest_s=row.break_latest)
        shifts.append(
            Shift(
                id=row.shift_id,
                carer=row.carer_id,
                provider=carer.provider_id,
                mode=Mode(carer.mode),
                start_place=home,
                end_place=home,
                window=TimeWindow(earliest_s=row.start, latest_s=row.end),
                max_work_s=60 * carer.max_work_minutes,
                breaks=(Break(duration_s=60 * row.break_minutes, window=window),) if row.break_minutes else (),
                skills=frozenset({*carer.skills, *dated[carer.carer_id]}),
                skill_expiry={name: last.isoformat() for name, last in dated[carer.carer_id].items() if last},
                gender=carer.gender,
                languages=frozenset(carer.languages),
                previous_end_s=back_s.get(carer.carer_id),
            )
        )
    return tuple(shifts)

"""Carers: teams sized by the busiest band, homes near the work, shifts and skills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.dataset import CarerRow, ShiftRow
from app.synthetic.parameters import BANDS, MINUTE
from app.synthetic.quota import deal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.synthetic.homes import Home, Settlements
    from app.synthetic.parameters import AreaSize, ShiftPattern, Workforce
    from app.synthetic.people import Person

BAND_MARGIN_S = 40 * MINUTE
"""Start windows let calls of a band spread so far beyond its preferred starts, in total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """A carer with a home, the landmass it stands on, and the shifts of the day."""

    home: Home
    landmass: int
    carer: CarerRow
    shifts: tuple[ShiftRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The clients whom one provider has on one landmass, and the patterns that its carers work."""

    provider_id: str
    landmass: int
    clients: tuple[Person, ...]
    patterns: tuple[ShiftPattern, ...]


def employees(
    people: Sequence[Person],
    serves: Mapping[str, str],
    settlements: Settlements,
    size: AreaSize,
    rng: np.random.Generator,
) -> tuple[Employee, ...]:
    """Make the carers of every provider; `serves` names the provider of each client."""
    teams = _teams(people, serves, size.workforce, rng)
    walkers = _walkers(teams, size.workforce, rng)
    result: list[Employee] = []
    for team in teams:
        for pattern in team.patterns:
            number = len(result) + 1
            mode = walkers.get(number, "car")
            home = _home(team, mode, settlements, size.workforce, rng)
            result.append(_employee(number, team, pattern, (home, mode), size.workforce, rng))
    return tuple(result)


def _teams(
    people: Sequence[Person], serves: Mapping[str, str], workforce: Workforce, rng: np.random.Generator
) -> list[Team]:
    """Group clients by provider and landmass, and staff each group."""
    groups: dict[tuple[str, int], list[Person]] = {}
    for person in people:
        groups.setdefault((serves[person.client.client_id], person.landmass), []).append(person)
    return [
        Team(
            provider_id=provider,
            landmass=landmass,
            clients=tuple(clients),
            patterns=tuple(_patterns(clients, workforce, rng)),
        )
        for (provider, landmass), clients in sorted(groups.items(), key=lambda item: item[0])
    ]


def _patterns(clients: Iterable[Person], workforce: Workforce, rng: np.random.Generator) -> list[ShiftPattern]:
    """Add carers until every band has as many as its calls need, the neediest band first."""
    short = _needed(clients, workforce)
    chosen: list[ShiftPattern] = []
    while max(short.values()) > 0:
        neediest = max(short, key=lambda name: short[name])
        fitting = [pattern for pattern in workforce.patterns if neediest in pattern.bands]
        share = np.array([pattern.share for pattern in fitting])
        pattern = fitting[int(rng.choice(len(fitting), p=share / share.sum()))]
        chosen.append(pattern)
        for name in pattern.bands:
            short[name] -= 1.0
    return chosen


def _needed(clients: Iterable[Person], workforce: Workforce) -> dict[str, float]:
    """Reckon the carers wanted in each band: its minutes of care and travel over its length, and two where two go."""
    minutes = dict.fromkeys((band.name for band in BANDS), 0.0)
    least = dict.fromkeys(minutes, 0)
    for person in clients:
        for visit in person.visits:
            name = next(band.name for band in BANDS if band.first_s <= visit.preferred <= band.last_s)
            minutes[name] += visit.carers_needed * (visit.duration_minutes + workforce.leg_minutes)
            least[name] = max(least[name], visit.carers_needed)
    return {
        band.name: max(
            float(least[band.name]),
            workforce.slack * minutes[band.name] * MINUTE / (band.last_s - band.first_s + BAND_MARGIN_S)
            - workforce.understaffed,
        )
        for band in BANDS
    }


def _walkers(teams: Sequence[Team], workforce: Workforce, rng: np.random.Generator) -> dict[int, str]:
    """Choose the carers (by number) who have no car: only where their team has town clients to walk or cycle to."""
    in_town: list[int] = []
    total = 0
    for team in teams:
        town = sum(person.home.town for person in team.clients) / len(team.clients)
        numbers = range(total + 1, total + len(team.patterns) + 1)
        few = min(len(team.patterns) - 2, round(workforce.most_town_walkers * town * len(team.patterns)))
        if few > 0:
            in_town += rng.choice(np.array(numbers), size=few, replace=False).tolist()
        total += len(team.patterns)
    n_walkers = min(len(in_town), round(total * workforce.non_driver_share))
    chosen = sorted(rng.choice(np.array(in_town, dtype=np.int64), size=n_walkers, replace=False).tolist())
    modes = deal({"bike": workforce.bike_share, "foot": 1.0 - workforce.bike_share}, n_walkers, rng)
    return dict(zip(chosen, modes, strict=True))


def _home(team: Team, mode: str, settlements: Settlements, workforce: Workforce, rng: np.random.Generator) -> Home:
    """Draw a home in a settlement near one of the team's clients; who has no car lives in the client's own town."""
    near = [person for person in team.clients if mode == "car" or person.home.town]
    place = near[int(rng.integers(len(near)))].home.place
    if mode == "car":
        away = np.hypot(*(settlements.xy - settlements.xy[place]).T)
        weight = settlements.people * np.exp(-away / workforce.home_near_work_m)
        weight = np.where(settlements.landmass == team.landmass, weight, 0.0)
        place = int(rng.choice(len(weight), p=weight / weight.sum()))
    return settlements.home(place, rng)


def _employee(
    number: int,
    team: Team,
    pattern: ShiftPattern,
    living: tuple[Home, str],
    workforce: Workforce,
    rng: np.random.Generator,
) -> Employee:
    """Write the rows of one carer. `living` is the home and the mode of travel."""
    home, mode = living
    generalist = len(team.patterns) <= workforce.generalist_team
    skills = tuple(sorted(name for name, share in workforce.skills.items() if generalist or rng.random() < share))
    jitter = int(rng.choice(workforce.start_jitter_s))
    rest_minutes, rest_earliest, rest_latest = pattern.rest or (0, 0, 0)
    on_shift = sum(end - start for start, end in pattern.pieces) // MINUTE
    carer_id = f"W{number:04d}"
    return Employee(
        home=home,
        landmass=team.landmass,
        carer=CarerRow(
            carer_id=carer_id,
            provider_id=team.provider_id,
            lat=home.lat,
            lon=home.lon,
            mode=mode,
            skills=skills,
            max_work_minutes=on_shift - rest_minutes,
        ),
        shifts=tuple(
            ShiftRow(
                shift_id=f"{carer_id}-{piece}",
                carer_id=carer_id,
                start=start + jitter,
                end=end + jitter,
                break_minutes=rest_minutes,
                break_earliest=rest_earliest + jitter if rest_minutes else 0,
                break_latest=rest_latest + jitter if rest_minutes else 0,
            )
            for piece, (start, end) in enumerate(pattern.pieces, start=1)
        ),
    )

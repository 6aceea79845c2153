"""What is agreed between clients and carers: whom a client knows, and who must not be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.dataset import MatchKind, MatchRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.synthetic.carers import Employee
    from app.synthetic.parameters import Workforce
    from app.synthetic.people import Person


def matches(
    people: Sequence[Person],
    serves: Mapping[str, str],
    employees: Sequence[Employee],
    workforce: Workforce,
    rng: np.random.Generator,
) -> tuple[MatchRow, ...]:
    """Pair clients with carers of their own provider on their own landmass."""
    teams: dict[tuple[str, int], list[Employee]] = {}
    for employee in employees:
        teams.setdefault((employee.carer.provider_id, employee.landmass), []).append(employee)
    rows: list[MatchRow] = []
    for person in people:
        team = teams.get((serves[person.client.client_id], person.landmass), [])
        known = _known(person, team, workforce, rng)
        barred = _barred(team, known, workforce, rng)
        rows += [_row(person, employee, MatchKind.PREFERRED) for employee in known]
        rows += [_row(person, employee, MatchKind.BARRED) for employee in barred]
    return tuple(rows)


def _known(person: Person, team: Sequence[Employee], workforce: Workforce, rng: np.random.Generator) -> list[Employee]:
    """Draw the carers whom a client knows, the likelier the nearer they live and the more calls their shifts cover."""
    if not person.visits or rng.random() >= workforce.known_share:
        return []
    weight = np.array([_chance(person, employee, workforce) for employee in team])
    wanted = min(int(rng.choice(workforce.known_carers)), int((weight > 0).sum()))
    if not wanted:
        return []
    return [team[row] for row in sorted(rng.choice(len(team), size=wanted, replace=False, p=weight / weight.sum()))]


def _chance(person: Person, employee: Employee, workforce: Workforce) -> float:
    """Weigh how likely a carer is to be one of the client's regulars: by nearness and by calls within the shifts."""
    away = np.hypot(person.home.x_m - employee.home.x_m, person.home.y_m - employee.home.y_m)
    covered = sum(
        any(shift.start <= visit.preferred < shift.end for shift in employee.shifts) for visit in person.visits
    )
    return covered * float(np.exp(-away / workforce.known_within_m) + 1e-9)


def _barred(
    team: Sequence[Employee], known: Sequence[Employee], workforce: Workforce, rng: np.random.Generator
) -> list[Employee]:
    """Bar a few of the others; in a small team nobody can be spared."""
    if len(team) <= workforce.generalist_team:
        return []
    return [employee for employee in team if employee not in known and rng.random() < workforce.barred_share]


def _row(person: Person, employee: Employee, kind: MatchKind) -> MatchRow:
    return MatchRow(client_id=person.client.client_id, carer_id=employee.carer.carer_id, kind=kind)

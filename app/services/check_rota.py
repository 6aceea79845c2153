"""Whether a draft may be published: what the independent checker finds, and what nobody may do by mistake.

Opening an area loads geography and takes seconds: the service does it in a process of its own (`services.editor`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.db.engine import reading
from app.services.choice_lock import is_choice_locked
from app.services.circumstances import circumstances
from app.services.day_before import back_before
from app.services.edit_rota import told_once
from app.services.load_dataset import load_day
from app.services.networks import load_network
from app.services.open_area import open_area
from app.services.speeds import area_speeds
from app.services.translate import legal_providers, to_problem
from solver.check import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Engine

    from app.dataset import Dataset
    from app.db.plans import Staffing
    from app.services.open_area import OpenArea
    from solver.types import DayPlan, DayProblem

Faults = list[tuple[str, str]]
"""Where and what: the reasons why a draft must not be published."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenDay:
    """A day on which plans can be judged: its data set, and the problem under every legal choice of provider."""

    dataset: Dataset
    problem: DayProblem


def open_on(
    engine: Engine, data_dir: Path, area: str, on: Mapping[str, Sequence[str]], *, day: date | None = None
) -> OpenArea:
    """Open an area on a day, by default its own, under closures and conditions.

    Raises AreaNotFound, NetworkMissing, GeoError.
    """
    with reading(engine) as session:
        dataset = load_day(session, area, day)
        back_s = back_before(session, area, dataset.day)
    under = circumstances(on.get("closures", ()), on.get("conditions", ()), area_speeds(area, data_dir))
    return open_area(dataset, load_network(area, data_dir), data_dir, on=under, back_s=back_s)


def day_of(area: OpenArea) -> OpenDay:
    """Give the day of an area that is open already."""
    legal = legal_providers(area.dataset)
    problem = to_problem(area.dataset, area.travel, providers_of=legal, back_s=area.back_s)
    return OpenDay(dataset=area.dataset, problem=problem)


def faults_of(day: OpenDay, plan: DayPlan, staffing: Staffing, acknowledged: Mapping[str, str]) -> Faults:
    """List every reason not to publish a plan. `acknowledged` names who knows of a time-critical visit left out."""
    breaches = told_once(check(day.problem, plan))
    return [
        *((breach.shift or breach.visit or "plan", breach.message) for breach in breaches),
        *_moved_against_choice(day.dataset, plan, staffing),
        *_left_out_unknown(day.problem, plan, acknowledged),
    ]


def _moved_against_choice(dataset: Dataset, plan: DayPlan, staffing: Staffing) -> Iterator[tuple[str, str]]:
    """Find people whose provider the law pins, and who are sent somebody else's carers."""
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    locked = {client.client_id for client in dataset.clients if is_choice_locked(client)}
    for run in plan.runs:
        provider = staffing.provider_of_shift.get(run.shift)
        for stop in run.stops:
            client = staffing.client_of_visit.get(stop.visit)
            if client in locked and provider != today[client]:
                yield stop.visit, f"Client {client} has chosen a provider, and carers of {provider} are sent."


def _left_out_unknown(problem: DayProblem, plan: DayPlan, acknowledged: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Find time-critical visits that are left out and that nobody says to know of."""
    critical = {visit.id for visit in problem.visits if visit.time_critical}
    for row in plan.unallocated:
        if row.visit in critical and not acknowledged.get(row.visit):
            yield row.visit, f"Visit {row.visit} is time-critical and left out: {row.reason.value}."

"""The choice lock: nobody whose provider the law leaves to them is served by another one, whatever made the plan.

It is proved on what a plan says, by looking up who comes, and asks no search and no problem that a search was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.errors import PlanRejected
from solver.types import Breach

if TYPE_CHECKING:
    from app.dataset import ClientRow, Dataset
    from solver.types import DayPlan

RULE = "choice-locked"


def is_choice_locked(client: ClientRow) -> bool:
    """Tell whether the law pins the client's provider: SDS options 1 and 2, and the chosen parts of option 4."""
    return client.sds_option in {1, 2} or client.choice_locked


def choice_locked_moved(dataset: Dataset, plan: DayPlan) -> list[Breach]:
    """List each stop at a choice-locked client by a carer of another provider than today's.

    Of visits and shifts that are no longer in the data set nothing can be said.
    """
    locked = {client.client_id for client in dataset.clients if is_choice_locked(client)}
    today = {row.client_id: row.provider_id for row in dataset.allocation}
    client_of = {visit.visit_id: visit.client_id for visit in dataset.visits}
    employer = {carer.carer_id: carer.provider_id for carer in dataset.carers}
    provider_of = {shift.shift_id: employer[shift.carer_id] for shift in dataset.shifts}
    return [
        Breach(
            rule=RULE,
            visit=stop.visit,
            shift=run.shift,
            amount=1,
            message=f"visit {stop.visit}: client {client} has chosen a provider, and carers of another one come",
        )
        for run in plan.runs
        for stop in run.stops
        for client in [client_of.get(stop.visit)]
        if client in locked and run.shift in provider_of and provider_of[run.shift] != today[client]
    ]


def require_choice_locks(dataset: Dataset, plan: DayPlan) -> None:
    """Refuse a plan that moves somebody whose choice is locked. Raises PlanRejected."""
    if breaches := choice_locked_moved(dataset, plan):
        raise PlanRejected(breaches)

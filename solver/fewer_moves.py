"""Takes moves back that a roster could not carry, so that a plan is saved instead of thrown away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.packages import contact_s

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from solver.packages import Terms
    from solver.types import DayProblem, Visit


def without_what_loses(
    problem: DayProblem, provider_of: Mapping[str, str], lost: Collection[str], terms: Terms
) -> dict[str, str]:
    """Send home who moved and lost a visit of `lost`, and who joined the provider that lost one, at that time of day.

    Further moves are taken back where a provider would then be below its floor or above its ceiling. Who is sent home
    has today's provider again, so that in the end nobody moves, which is within all terms.
    """
    hours_s = contact_s(problem)
    moved = {client for client, provider in provider_of.items() if provider != terms.today[client]}
    gone = [visit for visit in problem.visits if visit.id in lost]
    crowded = [visit for visit in gone if visit.client not in moved]
    home = {visit.client for visit in gone} & moved
    home |= {
        visit.client
        for visit in problem.visits
        if visit.client in moved
        and any(provider_of[visit.client] == provider_of[left.client] and _meet(visit, left) for left in crowded)
    }
    then = {client: terms.today[client] if client in home else provider for client, provider in provider_of.items()}
    while more := _out_of_bounds(then, hours_s, terms):
        then |= {client: terms.today[client] for client in more}
    return then


def _meet(visit: Visit, other: Visit) -> bool:
    """Tell whether two visits may be under way at the same time."""
    return all(
        one.window.earliest_s <= then.window.latest_s + then.duration_s
        for one, then in ((visit, other), (other, visit))
    )


def _out_of_bounds(then: Mapping[str, str], hours_s: Mapping[str, int], terms: Terms) -> list[str]:
    """Name who left a provider that is below its floor, or joined one that is above its ceiling."""
    before, after = Counter[str](), Counter[str]()
    for client, seconds in hours_s.items():
        before[terms.today[client]] += seconds
        after[then[client]] += seconds
    low = {name for name in before if after[name] < terms.floor_s(name, before[name])}
    high = {name for name in after if after[name] > terms.ceiling_s(name, before[name])}
    return [
        client
        for client, provider in then.items()
        if provider != terms.today[client] and (provider in high or terms.today[client] in low)
    ]

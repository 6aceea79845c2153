"""Packages by distance alone: the rule of thumb that the allocation in the roster has to beat.

Each client is as near to a provider as to the nearest few of its other clients; those who gain most by another provider
go first, within choice, floors, ceilings and the budget of people. Runs, shifts and skills are not looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from solver.packages import contact_s
from solver.types import Mode

if TYPE_CHECKING:
    from solver.packages import Terms
    from solver.types import DayProblem

NEAREST = 3
FAR_S = 10**7
"""What counts as the way where no road goes."""


def nearest_packages(problem: DayProblem, terms: Terms) -> dict[str, str]:
    """Give each client a provider by distance alone; deterministic."""
    held = dict(terms.today)
    if terms.budget <= 0 or not problem.visits:
        return held
    place = {visit.client: visit.place for visit in problem.visits}
    hours_s = contact_s(problem)
    held_s: Counter[str] = Counter()
    for client, provider in held.items():
        held_s[provider] += hours_s[client]
    today_s = Counter(held_s)
    moved = 0
    for gain_s, client, provider in sorted(_wishes(problem, terms, place), key=lambda wish: (-wish[0], wish[1])):
        giver, seconds = held[client], hours_s[client]
        floor_s, ceiling_s = terms.floor_s(giver, today_s[giver]), terms.ceiling_s(provider, today_s[provider])
        if gain_s > 0 and held_s[giver] - seconds >= floor_s and held_s[provider] + seconds <= ceiling_s:
            held[client] = provider
            held_s[giver] -= seconds
            held_s[provider] += seconds
            moved += 1
        if moved == terms.budget:
            break
    return held


def _wishes(problem: DayProblem, terms: Terms, place: dict[str, int]) -> list[tuple[float, str, str]]:
    """List by how many seconds each client would be nearer to its nearest legal provider, and which that is."""
    travel = problem.travel.modes.get(Mode.CAR) or next(iter(problem.travel.modes.values()))
    way_s = np.where(travel.road_reachable, travel.road_s, FAR_S)
    clients = defaultdict(list)
    for client, provider in sorted(terms.today.items()):
        if client in place:
            clients[provider].append(place[client])

    def near_s(client: str, provider: str) -> float:
        others = [row for row in clients[provider] if row != place[client]]
        return float(np.sort(way_s[others, place[client]])[:NEAREST].mean()) if others else float(FAR_S)

    wishes = []
    for client in sorted(place):
        today = terms.today[client]
        best_s, best = min((near_s(client, name), name) for name in sorted(terms.legal[client] | {today}))
        if best != today:
            wishes.append((near_s(client, today) - best_s, client, best))
    return wishes

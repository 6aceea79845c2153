"""Vehicle routing instances in Solomon's text format, their published solutions, and what a set of routes costs.

Nothing here is shared with the solver: these few lines judge its answers, and the published ones, from the file alone.
Row 0 of an instance is the depot. Two conventions exist and must not be mixed: distances truncated to one decimal
(DIMACS; all times then count in tenths), and real-valued ones.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ROUNDING = 1e-3
"""Published real-valued routes may be late by what their authors' rounding hides."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """Customers 1 to N and the depot, row 0: `xy` (N + 1, 2), the others (N + 1,). `due` bounds the start."""

    name: str
    vehicles: int
    capacity: int
    xy: NDArray[np.float64]
    demand: NDArray[np.int64]
    ready: NDArray[np.int64]
    due: NDArray[np.int64]
    service: NDArray[np.int64]

    @property
    def customers(self) -> int:
        """How many there are to visit."""
        return len(self.xy) - 1

    def distance(self) -> NDArray[np.float64]:
        """Give real-valued distances (N + 1, N + 1)."""
        return np.sqrt(((self.xy[:, None] - self.xy[None]) ** 2).sum(-1))

    def distance_tenths(self) -> NDArray[np.int32]:
        """Give distances truncated to one decimal, in tenths."""
        return np.floor(10 * self.distance()).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What routes cost together, and every rule that they break."""

    distance: float
    faults: tuple[str, ...]


def read_instance(path: Path) -> Instance:
    """Read one instance."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    vehicles, capacity = next((int(a), int(b)) for a, b in (row for row in lines if len(row) == 2) if a.isdigit())
    rows = np.array([row for row in lines if len(row) == 7 and row[0].isdigit()], np.float64)
    demand, ready, due, service = rows[:, 3:].astype(np.int64).T
    return Instance(
        name=path.stem,
        vehicles=vehicles,
        capacity=capacity,
        xy=rows[:, 1:3],
        demand=demand,
        ready=ready,
        due=due,
        service=service,
    )


def read_routes(path: Path) -> list[list[int]]:
    """Read the routes of a solution file: every line that says which route it is, in either of the two styles."""
    routes = re.findall(r"^\s*Route\s*#?\s*\d+\s*:([\d \t]*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [[int(word) for word in route.split() if word != "0"] for route in routes]


def write_routes(path: Path, routes: Sequence[Sequence[int]], cost: float) -> None:
    """Write a solution the way the distance sets publish theirs."""
    lines = [f"Route #{number}: {' '.join(map(str, route))}" for number, route in enumerate(routes, start=1)]
    path.write_text("\n".join([*lines, f"Cost {cost:.1f}", ""]), encoding="utf-8")


def judge(instance: Instance, routes: Sequence[Sequence[int]], *, truncated: bool = True) -> Judged:
    """Drive the routes: distance in the instance's unit, with the faults of capacity, windows, fleet and coverage."""
    scale = 10 if truncated else 1
    distance = instance.distance_tenths().astype(np.float64) if truncated else instance.distance()
    faults = [f"customer {customer} is served {times} times" for customer, times in _not_once(instance, routes)]
    if len(routes) > instance.vehicles:
        faults.append(f"{len(routes)} routes for {instance.vehicles} vehicles")
    total = 0.0
    for number, route in enumerate(routes, start=1):
        here, now = 0, float(scale * instance.ready[0])
        for customer in [*route, 0]:
            total += distance[here, customer]
            now = max(now + distance[here, customer], scale * instance.ready[customer])
            if now > scale * instance.due[customer] + (0 if truncated else ROUNDING):
                faults.append(f"route {number} is late at {customer}")
            now += scale * instance.service[customer]
            here = customer
        if (load := int(instance.demand[list(route)].sum())) > instance.capacity:
            faults.append(f"route {number} carries {load} of {instance.capacity}")
    return Judged(distance=total / scale, faults=tuple(faults))


def best_known(instance_path: Path) -> float | None:
    """Look the best known distance (truncated) up in the `bks.csv` beside the folder of instances."""
    table = instance_path.parent.parent / "bks.csv"
    if not table.exists():
        return None
    with table.open(encoding="utf-8") as lines:
        of = {row["instance"]: row["bks_distance_dimacs"] for row in csv.DictReader(lines)}
    return float(of[instance_path.name]) if of.get(instance_path.name) else None


def _not_once(instance: Instance, routes: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    served = np.bincount(np.array([c for route in routes for c in route], np.int64), minlength=len(instance.xy))
    return [(customer, int(served[customer])) for customer in range(1, len(served)) if served[customer] != 1]

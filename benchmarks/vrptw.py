"""Classic vehicle routing with time windows: Solomon's and Gehring and Homberger's instances, least distance.

`python -m benchmarks.vrptw --budget SECONDS [--seed S] PATH... [--rivals] [--ablate] [--out DIR]`, each PATH an
instance or the folder of a set. One JSON line for each instance and engine; distances are truncated to one decimal.
A plan is feasible when our checker and the evaluation of `benchmarks.solomon`, which share nothing, both say so.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contest import compete, line, parts_at, rows_of
from benchmarks.days import roads
from benchmarks.solomon import best_known, judge, read_instance, write_routes
from solver.types import DayProblem, Mode, Shift, TimeWindow, Travel, Visit, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.types import DayPlan

UNSERVED = 100_000
"""The price in tenths of a customer left out: some ten times the way to the furthest one and back."""


def to_problem(path: Path) -> DayProblem:
    """State an instance as a day whose second is a tenth of the instance's unit: customers are visits, vehicles shifts.

    Travel is all that has a price, and a way from the depot costs as much as any other.
    """
    instance = read_instance(path)
    ready, due, service = (10 * each for each in (instance.ready, instance.due, instance.service))
    day = TimeWindow(earliest_s=int(ready[0]), latest_s=int(due[0]))
    visits = tuple(
        Visit(
            id=str(row),
            client=str(row),
            place=row,
            duration_s=int(service[row]),
            window=TimeWindow(earliest_s=int(ready[row]), latest_s=int(due[row])),
            providers=frozenset({"depot"}),
            load=int(instance.demand[row]),
        )
        for row in range(1, instance.customers + 1)
    )
    van = Shift(
        id="",
        carer="",
        provider="depot",
        mode=Mode.CAR,
        start_place=0,
        end_place=0,
        window=day,
        max_work_s=day.latest_s,
        capacity=instance.capacity,
    )
    vans = tuple(replace(van, id=str(row), carer=str(row)) for row in range(instance.vehicles))
    weights = Weights(
        commute=1.0,
        metre=0.0,
        unallocated_green=UNSERVED,
        unallocated_amber=UNSERVED,
        unallocated_red=UNSERVED,
        unallocated_time_critical=UNSERVED,
    )
    travel = Travel(modes={Mode.CAR: roads(instance.distance_tenths())})
    return DayProblem(day="2026-01-01", visits=visits, shifts=vans, travel=travel, weights=weights)


def routes_of(plan: DayPlan) -> list[list[int]]:
    """Read the customers of each route."""
    return [[int(stop.visit) for stop in run.stops] for run in plan.runs]


def instances(paths: Sequence[Path]) -> list[Path]:
    """List the instance files of files and folders."""
    found: list[Path] = []
    for path in paths:
        folder = path / "instances" if (path / "instances").is_dir() else path
        found += sorted(folder.glob("*.txt")) if folder.is_dir() else [path]
    return found


def measure(path: Path, engine: str, asked: argparse.Namespace) -> str:
    """Run one engine on one instance and give its JSON line."""
    instance, best = read_instance(path), best_known(path)
    result = compete(partial(to_problem, path), engine, seconds=asked.budget, seed=asked.seed)
    routes = routes_of(result.plan)
    judged = judge(instance, routes)
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        name = instance.name if engine == "ours" else f"{instance.name}.{engine.replace(' ', '-')}"
        write_routes(asked.out / f"{name}.sol", routes, judged.distance)
    return line(
        instance.name,
        f"{instance.customers}/{instance.vehicles}",
        engine,
        result,
        cost=round(judged.distance, 1),
        travel=round(result.travel_s / 10, 1),
        best_known=best,
        gap_pct=round(100 * (judged.distance / best - 1), 2) if best and not judged.faults else None,
        feasible=not judged.faults and not result.breaches,
    )


def main(words: Sequence[str] | None = None) -> None:
    """Print one JSON line for each instance and engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    parser.add_argument("--budget", type=float, required=True, help="processor seconds for each engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(words)
    for path in instances(asked.paths):
        parts = parts_at(read_instance(path).customers) if asked.ablate else None
        for engine in rows_of(rivals=asked.rivals, without=parts):
            print(measure(path, engine, asked), flush=True)


if __name__ == "__main__":
    main()

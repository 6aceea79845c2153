"""Home care with simultaneous and successive services: the sets of Mankowska, Kummer and UniUD (Italy).

`python -m benchmarks.hhcrsp --budget SECONDS [--seed S] PATH... [--ablate] [--out DIR]`, each PATH an instance or the
folder of a set. One JSON line for each instance and engine. A plan is feasible when our checker and the evaluation of
`benchmarks.caregivers`, which share nothing, both say so. With `--out` solutions are written the way the sets publish
theirs, and those better than the best known are listed in `new_best.csv`.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.caregivers import best_known, earliest, judge, read_instance, write_solution
from benchmarks.contest import compete, line, rows_of
from benchmarks.days import roads
from benchmarks.records import is_record_kept, note_record
from solver.types import DayProblem, Mode, Sequence, Shift, TimeWindow, Travel, Visit, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from benchmarks.caregivers import Call, Instance
    from solver.types import DayPlan

UNITS = 300
"""Seconds of our clock for a minute of the instance: keeps the fractions of real distances, and a day inside a week."""

END_S = 600_000
UNSERVED = 100_000_000
DEPOT = "depot"
PARTS = ("exact clocks", "retiming")


def to_problem(path: Path) -> DayProblem:
    """State an instance as a day: each service is a visit, and the two of a patient are a sequence by two carers.

    The score of a plan is three times its objective, in our seconds.
    """
    instance = read_instance(path)
    day = TimeWindow(earliest_s=0, latest_s=END_S)
    visits = tuple(
        Visit(
            id=f"{need.patient} {need.service}",
            client=f"{need.patient} {need.service}",
            place=need.place,
            duration_s=UNITS * need.duration,
            window=TimeWindow(earliest_s=UNITS * need.opens, latest_s=END_S),
            late_after_s=UNITS * need.closes,
            providers=frozenset({DEPOT}),
            skills=frozenset({need.service}),
        )
        for need in instance.needs
    )
    shifts = tuple(
        Shift(
            id=carer,
            carer=carer,
            provider=DEPOT,
            mode=Mode.CAR,
            start_place=0,
            end_place=0,
            window=day,
            max_work_s=END_S,
            skills=abilities,
        )
        for carer, abilities in instance.abilities.items()
    )
    weights = Weights(
        commute=1.0,
        metre=0.0,
        late=1.0,
        latest=1.0,
        unallocated_green=UNSERVED,
        unallocated_amber=UNSERVED,
        unallocated_red=UNSERVED,
        unallocated_time_critical=UNSERVED,
    )
    return DayProblem(
        day="2026-01-01",
        visits=visits,
        shifts=shifts,
        travel=Travel(modes={Mode.CAR: roads(np.rint(UNITS * instance.distance).astype(np.int32))}),
        weights=weights,
        sequences=tuple(_ties(instance)),
    )


def _ties(instance: Instance) -> list[Sequence]:
    names: dict[str, list[str]] = {}
    for need in instance.needs:
        names.setdefault(need.patient, []).append(f"{need.patient} {need.service}")
    return [
        Sequence(
            first=names[patient][0],
            then=names[patient][1],
            least_s=round(UNITS * least),
            most_s=round(UNITS * most),
            same_carer=False,
        )
        for patient, (least, most) in instance.tied.items()
    ]


def calls_of(instance: Instance, plan: DayPlan) -> dict[str, list[Call]]:
    """Read the calls of each caregiver, timed anew in the exact distances of the file."""
    orders: dict[str, list[tuple[str, ...]]] = {carer: [] for carer in instance.abilities} | {
        run.shift: [tuple(stop.visit.split(" ")) for stop in run.stops] for run in plan.runs
    }
    return earliest(instance, orders)  # type: ignore[arg-type]


def instances(paths: Many[Path]) -> list[Path]:
    """List the instance files of files and folders."""
    found: list[Path] = []
    for path in paths:
        folder = path / "instances" if (path / "instances").is_dir() else path
        found += sorted(folder.glob("*.json")) if folder.is_dir() else [path]
    return found


def measure(path: Path, engine: str, asked: argparse.Namespace) -> str:
    """Run one engine on one instance and give its JSON line."""
    instance, best = read_instance(path), best_known(path)
    result = compete(partial(to_problem, path), engine, seconds=asked.budget, seed=asked.seed)
    routes = calls_of(instance, result.plan)
    judged = judge(instance, routes)
    if asked.out is not None:
        asked.out.mkdir(parents=True, exist_ok=True)
        name = instance.name if engine == "ours" else f"{instance.name}.{engine.replace(' ', '-')}"
        if not is_record_kept(asked.out, name, round(judged.cost, 3), legal=not judged.faults):
            write_solution(asked.out / f"{name}.sol.json", instance, routes)
        if not judged.faults:
            note_record(asked.out, name, round(judged.cost, 3), best)
    return line(
        instance.name,
        f"{instance.patients}/{len(instance.abilities)}",
        engine,
        result,
        cost=round(judged.cost, 3),
        travel=round(judged.distance, 3),
        best_known=best,
        gap_pct=round(100 * (judged.cost / best - 1), 2) if best and not judged.faults else None,
        feasible=not judged.faults and not result.breaches,
    )


def main(words: Many[str] | None = None) -> None:
    """Print one JSON line for each instance and engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    parser.add_argument("--budget", type=float, required=True, help="processor seconds for each engine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args(words)
    for path in instances(asked.paths):
        for engine in rows_of(rivals=False, without=PARTS if asked.ablate else None):
            print(measure(path, engine, asked), flush=True)


if __name__ == "__main__":
    main()

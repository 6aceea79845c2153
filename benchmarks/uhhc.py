"""Home care with all the rules of the unified format (UHHC): shifts, lunches, wishes, optional patients, idle time.

`python -m benchmarks.uhhc --budget SECONDS [--seed S] PATH... [--ablate] [--out DIR]`, each PATH an instance or the
folder of a set. One JSON line for each instance and engine, feasible when `benchmarks.unified`, which shares nothing
with what plans, says so. The product plans what a carer has; then the adapter's own search (`unified_search`) goes on
from its plan with what no carer has, such as the idle time of the idlest, and times it exactly (`unified_retime`).
With `--ablate` rows show what the product's plan costs when it is only timed, and when it comes from the search with
drawn starts. With `--out` solutions are written the
way the set publishes its own, and those better than the best known are listed in `new_best.csv`.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.contest import compete, line
from benchmarks.days import roads
from benchmarks.records import is_record_kept, note_record
from benchmarks.unified import HARD, best_known, judge, read_instance, write_solution
from benchmarks.unified_day import read_day
from benchmarks.unified_plan import routes_of
from benchmarks.unified_retime import retime
from benchmarks.unified_search import improve
from solver.types import Break, DayProblem, Mode, Priority, Sequence, Shift, TimeWindow, Travel, Visit, Weights

if TYPE_CHECKING:
    from collections.abc import Sequence as Many

    from benchmarks.unified import Instance, Stop
    from benchmarks.unified_day import Rows
    from solver.types import DayPlan

MINUTE_S = 60
END_MIN = 2_000
MUST = 10_000_000
PRODUCT_SHARE = 0.1
"""Of the budget: the rest is the adapter's."""
TEAM = "team"
ENGINES = ("ours", "ours without adapter", "ours without exact clocks")


class Measured(NamedTuple):
    """The stops of each caregiver, and the processor time of the adapter."""

    routes: dict[str, list[Stop]]
    cpu_s: float


def to_problem(path: Path) -> DayProblem:
    """State as much of an instance as a day of ours has: a plan costs sixty times its objective, in our seconds.

    Left out: idle time, balance, work after the shift, and the order of services that may come in any.
    """
    instance = read_instance(path)
    price = {name: 0.0 if isinstance(each, str) else float(each) for name, each in instance.weights.items()}
    ties = tuple(tie for patient in instance.patients if (tie := _tie(instance, patient)))
    weights = Weights(
        travel=price.get("travel_time", 0.0),
        commute=price.get("travel_time", 0.0),
        metre=0.0,
        waiting=price.get("total_waiting_time", 0.0),
        late=price.get("total_tardiness", 0.0),
        latest=price.get("highest_tardiness", 0.0),
        second_choice_visit=round(MINUTE_S * price.get("caregiver_preferences", 0.0)),
        unallocated_green=round(MINUTE_S * price.get("optional_patients", 0.0)) or MUST,
        unallocated_amber=MUST,
        unallocated_red=MUST,
        unallocated_time_critical=MUST,
    )
    return DayProblem(
        day="2026-01-01",
        visits=tuple(visit for patient in instance.patients for visit in _visits(instance, patient)),
        shifts=tuple(_shift(instance, carer) for carer in instance.caregivers),
        travel=Travel(modes={Mode.CAR: roads(np.array(instance.distances, np.int32) * MINUTE_S)}),
        weights=weights,
        sequences=ties,
        rest_s=0,
    )


def _name(patient: str, service: str) -> str:
    return f"{patient} {service}"


def _visits(instance: Instance, patient: str) -> list[Visit]:
    facts = instance.patients[patient]
    windows = sorted((each["start"], each["end"]) for each in facts["time_windows"])
    strict = instance.weights.get("total_tardiness") == HARD
    preferred = frozenset(facts.get("preferred_caregivers") or ())
    hard = "caregiver_preferences" not in instance.weights
    visits = []
    for need in facts["required_services"]:
        due = [end - need["duration"] * instance.at_end for _, end in windows]
        ends = due if strict else [*due[:-1], END_MIN]
        open_s = [TimeWindow(earliest_s=MINUTE_S * start, latest_s=MINUTE_S * end)
                  for (start, _), end in zip(windows, ends, strict=True)]  # fmt: skip
        barred = frozenset(facts.get("incompatible_caregivers") or ())
        visits.append(
            Visit(
                id=_name(patient, need["service"]),
                client=_name(patient, need["service"]),
                place=instance.place(patient),
                duration_s=MINUTE_S * need["duration"],
                window=open_s[0],
                other_windows=tuple(open_s[1:]),
                late_after_s=None if strict else MINUTE_S * due[-1],
                providers=frozenset({TEAM}),
                skills=frozenset({need["service"]}),
                preferred_carers=frozenset() if hard else preferred,
                barred_carers=barred
                | (frozenset(instance.caregivers) - preferred if hard and preferred else frozenset()),
                priority=Priority.GREEN if facts.get("optional") else Priority.RED,
            )
        )
    return visits


def _tie(instance: Instance, patient: str) -> Sequence | None:
    facts = instance.patients[patient]
    names = [_name(patient, need["service"]) for need in facts["required_services"]]
    if len(names) < 2:
        return None
    together = facts.get("synchronization") or {"type": "independent"}
    free = {"min": 0, "max": 0 if together["type"] == "simultaneous" else END_MIN}
    apart = together["distance"] if together["type"] == "sequential" else free
    return Sequence(
        first=names[0],
        then=names[1],
        least_s=MINUTE_S * apart["min"],
        most_s=MINUTE_S * apart["max"],
        same_carer=False,
    )


def _shift(instance: Instance, carer: str) -> Shift:
    facts = instance.caregivers[carer]
    window = facts["working_shift"]
    lunch = instance.lunch
    first, last = (
        max(lunch["start"], window["start"]) if lunch else 0,
        lunch.get("end", 0) - lunch.get("min_duration", 0),
    )
    eats = bool(facts.get("lunch_break")) and first <= min(last, window["end"] - lunch["min_duration"])
    rest = Break(
        duration_s=MINUTE_S * lunch.get("min_duration", 0),
        window=TimeWindow(earliest_s=MINUTE_S * first, latest_s=MINUTE_S * last),
    )
    return Shift(
        id=carer,
        carer=carer,
        provider=TEAM,
        mode=Mode.CAR,
        start_place=instance.terminals[facts["departing_point"]],
        end_place=instance.terminals[facts["arrival_point"]],
        window=TimeWindow(earliest_s=MINUTE_S * window["start"], latest_s=MINUTE_S * window["end"]),
        max_work_s=MINUTE_S * END_MIN,
        breaks=(rest,) if eats else (),
        skills=frozenset(facts["abilities"]),
    )


def rows_of(instance: Instance, plan: DayPlan) -> Rows:
    """Read the number of each service, by caregiver in their order, and before which stop they have lunch."""
    needs = [_name(patient, need["service"]) for patient, facts in instance.patients.items()
             for need in facts["required_services"]]  # fmt: skip
    number = {name: row for row, name in enumerate(needs)}
    runs = {run.shift: run for run in plan.runs}
    return [
        (
            [number[stop.visit] for stop in runs[carer].stops],
            runs[carer].rests[0].after_stop if runs[carer].rests else 0,
        )
        if carer in runs
        else ([], 0)
        for carer in instance.caregivers
    ]


def finish(instance: Instance, plan: DayPlan, *, seconds: float, seed: int) -> Measured:
    """Improve a plan of the product with all prices of the set, and time it exactly."""
    day, rows = read_day(instance), rows_of(instance, plan)
    improve(day, rows, seconds=0.01, seed=seed)  # load the machine code
    began = time.process_time()
    earliest = routes_of(instance, day, improve(day, rows, seconds=seconds, seed=seed))
    found = min(retime(instance, earliest), earliest, key=lambda routes: judge(instance, routes).cost)
    return Measured(found, time.process_time() - began)


def measure(path: Path, engine: str, asked: argparse.Namespace) -> str:
    """Run one engine on one instance and give its JSON line."""
    instance, best = read_instance(path), float(best_known(path).get("bks", 0))
    alone = engine == "ours without adapter"
    share = 1.0 if alone else PRODUCT_SHARE
    planner = "ours" if alone else engine
    result = compete(partial(to_problem, path), planner, seconds=asked.budget * share, seed=asked.seed)
    seconds = 0.0 if alone else asked.budget - result.cpu_s
    done = finish(instance, result.plan, seconds=seconds, seed=asked.seed)
    judged = judge(instance, done.routes)
    if asked.out is not None:
        name = instance.name if engine == "ours" else f"{instance.name}.{engine.replace(' ', '-')}"
        if not is_record_kept(asked.out, name, round(judged.cost, 2), legal=not judged.faults):
            write_solution(asked.out / f"{name}.sol.json", done.routes)
        if not judged.faults:
            note_record(asked.out, name, round(judged.cost, 2), best or None)
    return line(
        instance.name,
        f"{len(instance.patients)}/{len(instance.caregivers)}",
        engine,
        result,
        cost=round(judged.cost, 2),
        unserved=round(judged.components["optional_patients"]),
        travel=round(judged.components["travel_time"]),
        best_known=best or None,
        gap_pct=round(100 * (judged.cost / best - 1), 2) if best and not judged.faults else None,
        feasible=not judged.faults,
        cpu_s=round(result.cpu_s + done.cpu_s, 1),
        components={name: amount for name, amount in judged.components.items() if amount},
    )


def instances(paths: Many[Path]) -> list[Path]:
    """List the instance files of files and folders, which have a folder for each origin."""
    found: list[Path] = []
    for path in paths:
        folder = path / "instances" if (path / "instances").is_dir() else path
        found += sorted(folder.rglob("*.json")) if folder.is_dir() else [path]
    return found


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
        for engine in ENGINES if asked.ablate else ENGINES[:1]:
            print(measure(path, engine, asked), flush=True)


if __name__ == "__main__":
    main()

"""The engines side by side on the bundled area, in one run: `python -m benchmarks.engines --seconds S [--seed N]`.

One JSON line for each question (B: today's contracts, D: visits shared) and engine, with the same seconds for each;
every plan is checked by the independent checker. Ratios are against the compiled search alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.networks import bundled_network, import_network
from app.services.open_area import open_area
from app.services.translate import legal_providers, to_problem
from app.synthetic.area import generate
from app.synthetic.bundled import bundled_geography
from app.synthetic.parameters import OBAN_LORN
from solver.check import check
from solver.comparison import with_providers
from solver.score import score
from solver.solve import solve
from solver.types import Limits

if TYPE_CHECKING:
    from solver.types import DayProblem

ENGINES = ("kernel", "mixed", "ortools")
SMALL_LEGS = 150
"""The routing model alone plans areas up to this many legs; larger days are not asked of it."""


def questions() -> dict[str, DayProblem]:
    """State the demo's day under today's contracts, with visits shared, and for its smallest provider alone."""
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = Path(scratch)
        graph = import_network(bundled_network(data_dir), "bench", data_dir)
        dataset = generate(bundled_geography(graph), OBAN_LORN, seed=2026, day=date(2026, 3, 3))
        area = open_area(dataset, graph, data_dir)
    today = {row.client_id: frozenset({row.provider_id}) for row in dataset.allocation}
    by_contract = to_problem(dataset, area.travel, providers_of=today)
    hours: dict[str, int] = {}
    for visit in by_contract.visits:
        (provider,) = visit.providers
        hours[provider] = hours.get(provider, 0) + visit.duration_s
    smallest = min(hours, key=lambda name: (hours[name], name))
    alone = replace(
        by_contract,
        visits=tuple(visit for visit in by_contract.visits if smallest in visit.providers),
        shifts=tuple(shift for shift in by_contract.shifts if shift.provider == smallest),
    )
    return {"smallest provider": alone, "B": by_contract, "D": with_providers(by_contract, legal_providers(dataset))}


def measure(question: str, problem: DayProblem, engine: str, *, seconds: float, seed: int) -> dict[str, object]:
    """Plan once and say what came of it."""
    began = time.monotonic()
    plan = solve(problem, Limits(seconds=seconds, seed=seed), engine=engine)  # type: ignore[arg-type]
    placed = {stop.visit for run in plan.runs for stop in run.stops}
    return {
        "instance": question,
        "size": f"{len(problem.visits)}/{len(problem.shifts)}",
        "engine": engine,
        "cost": round(score(problem, plan).total),
        "unserved": len(problem.visits) - len(placed),
        "travel_from_home_s": sum(stop.travel_s for run in plan.runs for stop in run.stops),
        "feasible": not check(problem, plan),
        "iterations": plan.search.iterations if plan.search else 0,
        "wall_s": round(time.monotonic() - began, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """Print one JSON line for each question and engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    for question, problem in questions().items():
        solve(problem, Limits(iterations=50, seed=1), engine="kernel")  # compiled before anything is measured
        alone: float | None = None
        for engine in ENGINES:
            legs = sum(visit.carers_needed for visit in problem.visits)
            if engine == "ortools" and legs > SMALL_LEGS:
                continue
            row = measure(question, problem, engine, seconds=asked.seconds, seed=asked.seed)
            alone = alone or float(str(row["cost"]))
            print(json.dumps({**row, "cost_ratio": round(float(str(row["cost"])) / alone, 4)}), flush=True)


if __name__ == "__main__":
    main()

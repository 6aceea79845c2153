"""Care days of any size, ours against the rivals on the very same day.

`python -m benchmarks.homecare --visits N --carers M --seed S [--pairs] [--breaks] [--area AREA] [--budget SECONDS]
[--rivals] [--ablate] [--idle]`. One JSON line for each engine; `cost` is seconds of travel and 100,000 for each visit
unserved. With `--pairs` a second line plans the day with its pairs unlinked: `pairs_possible` are those of which that
plan serves both carers' visits, and `pairs_kept` how many of them the linked plan serves. With `--idle` the day is
planned again with each rule that never binds, and `cost_ratio` is what that costs.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.contest import compete, line, parts_at, rows_of
from benchmarks.county import county
from benchmarks.days import IDLE_RULES, Wish, care_day, countryside, with_idle_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.contest import Result
    from solver.types import DayPlan, DayProblem

AREAS = ("countryside", "county", "mainland")
"""Invented; real homes and boats of Argyll and Bute; the same without its islands."""

SECONDS = {100: 10.0, 300: 20.0, 1000: 40.0, 3000: 60.0}
"""Processor seconds by greatest number of visits; `MOST_SECONDS` beyond."""
MOST_SECONDS = 120.0

LARGEST_FOR_RIVALS = 3000


def build(wish: Wish, area: str, idle_rule: str | None = None) -> DayProblem:
    """Make the day that is asked for."""
    day = care_day(wish, countryside(wish) if area == "countryside" else county(wish, islands=area == "county"))
    return with_idle_rule(day, idle_rule) if idle_rule else day


def parts_of(day: DayProblem) -> tuple[str, ...]:
    """Name the parts that have anything to do on a day; a visit of two carers has two legs."""
    return parts_at(sum(visit.carers_needed for visit in day.visits))


def served_twice(plan: DayPlan) -> set[str]:
    """Give the double-handed visits that both carers make, linked or not."""
    sent = Counter(stop.visit.removesuffix("b") for run in plan.runs for stop in run.stops)
    return {visit for visit, carers in sent.items() if carers == 2}


def main(words: Sequence[str] | None = None) -> None:
    """Print one JSON line for each engine."""
    asked = _arguments(words)
    wish = Wish(visits=asked.visits, carers=asked.carers, seed=asked.seed, pairs=asked.pairs, breaks=asked.breaks)
    seconds = asked.budget or next((s for size, s in SECONDS.items() if wish.visits <= size), MOST_SECONDS)
    rivals = asked.rivals and wish.visits <= LARGEST_FOR_RIVALS and asked.area != "county"
    parts = parts_of(build(wish, asked.area)) if asked.ablate else None
    engines = rows_of(rivals=False, without=parts)
    if wish.pairs:
        unlinked = partial(build, replace(wish, pairs=False), asked.area)
        possible = compete(unlinked, "ours", seconds=seconds, seed=asked.seed)
        _print(asked, "ours, pairs unlinked", possible)
        both = served_twice(possible.plan)
    else:
        engines = rows_of(rivals=rivals, without=parts)
    for engine in engines:
        if wish.breaks and engine == "pyvrp":
            continue  # knows none
        result = compete(partial(build, wish, asked.area), engine, seconds=seconds, seed=asked.seed)
        more: dict[str, object] = {}
        if wish.pairs:
            more = {"pairs_possible": len(both), "pairs_kept": len(both & served_twice(result.plan))}
        _print(asked, engine, result, **more)
        if engine == "ours" and asked.idle:
            for rule in IDLE_RULES:
                bound = compete(partial(build, wish, asked.area, rule), engine, seconds=seconds, seed=asked.seed)
                _print(asked, f"ours, {rule} that never bind", bound, cost_ratio=round(bound.cost / result.cost, 4))


def _print(asked: argparse.Namespace, engine: str, result: Result, **more: object) -> None:
    rules = [name for name in ("pairs", "breaks") if getattr(asked, name)]
    name = "-".join([asked.area, *rules, str(asked.seed)])
    print(line(name, f"{asked.visits}/{asked.carers}", engine, result, **more), flush=True)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=300)
    parser.add_argument("--carers", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", action="store_true", help="link the carers of double-handed visits")
    parser.add_argument("--breaks", action="store_true", help="half an hour's rest in hours 3 to 5 of each shift")
    parser.add_argument("--area", choices=AREAS, default=AREAS[0])
    parser.add_argument("--budget", type=float, help="processor seconds for each engine")
    parser.add_argument("--rivals", action="store_true")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--idle", action="store_true", help="what rules that never bind cost")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()

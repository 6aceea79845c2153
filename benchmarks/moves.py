"""Measure what moving people buys: plan C by marginal cost against packages by distance alone, on the same days.

Usage: python -m benchmarks.moves [--area oban-lorn] [--overlap 1.0] [--leg-minutes M] [--seeds 7,8,9]
    [--iterations N] [--table]

Both have the same people, floors, ceilings, budget, start and iterations; they differ in who chooses the moves. One
JSON line for each share of people and chooser, over all seeds; with `--table` a table for people instead. Then for each
seed the knee, and minutes a visit and visits left out by degree of sharing. `--overlap` is the share of clients whose
provider has nothing to do with where they live: 1 lets providers overlap everywhere. `--leg-minutes` is the travel
reckoned for each call when carers are hired: the more, the less scarce they are.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.reports.curve import curve_json
from app.services.choice_lock import is_choice_locked
from app.services.compare import compare
from app.services.demo import DEMO_DAY, PEOPLE_SEED, SIZES
from app.services.make_day import make_day
from app.services.networks import bundled_network, import_network
from app.services.open_area import open_area
from app.services.requests import CompareRequest
from app.synthetic.area import generate
from app.synthetic.bundled import bundled_geography

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from app.services.open_area import OpenArea

CHOOSERS = {"marginal cost": "C", "distance alone": "N"}


def ground(name: str, overlap: float | None, leg_minutes: float | None, folder: Path) -> OpenArea:
    """Make a bundled area with its people, providers overlapping and carers hired as asked."""
    graph = import_network(bundled_network(folder), name, folder)
    size = SIZES[name]
    if overlap is not None:
        size = replace(size, market=replace(size.market, overlap=overlap))
    if leg_minutes is not None:
        size = replace(size, workforce=replace(size.workforce, leg_minutes=leg_minutes))
    made = generate(bundled_geography(graph), size, seed=PEOPLE_SEED, day=DEMO_DAY, cache=folder / "cache" / "travel")
    return open_area(make_day(made), graph, folder)


def rows(curves: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Sum the curves of all seeds (`curve_json`) up, point by point."""
    for points in zip(*(curve["moving"] for curve in curves), strict=True):
        for chooser in CHOOSERS:
            shown = [point if chooser == "marginal cost" else point["by_distance"] for point in points]
            change = [point["travel_pct"] for point in shown]
            yield {
                "move_pct": points[0]["move_pct"],
                "chosen_by": chooser,
                "people_moved": round(mean(point["people_moved"] for point in shown), 1),
                "travel_min_per_visit": round(mean(point["travel_min_per_visit"] for point in shown), 2),
                "travel_pct": round(mean(change), 1),
                "travel_pct_least_greatest": [min(change), max(change)],
                "visits_left_out": round(mean(point["visits_left_out"] for point in shown), 1),
            }


def table(found: list[dict[str, Any]]) -> Iterator[str]:
    """Set the two choosers side by side, as Markdown."""
    yield "| may move | chosen by | moved | minutes a visit | against B, % (least to greatest) | visits left out |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: |"
    for row in found:
        least, greatest = row["travel_pct_least_greatest"]
        cells = (
            f"{row['move_pct']} %",
            row["chosen_by"],
            f"{row['people_moved']:g}",
            f"{row['travel_min_per_visit']:.2f}",
            f"{row['travel_pct']:+.1f} ({least:+.1f} to {greatest:+.1f})",
            f"{row['visits_left_out']:g}",
        )
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure as asked."""
    asked = argparse.ArgumentParser(description="Moves by marginal cost against moves by distance alone.")
    asked.add_argument("--area", choices=sorted(SIZES), default="oban-lorn")
    asked.add_argument("--overlap", type=float, default=None)
    asked.add_argument("--leg-minutes", type=float, default=None)
    asked.add_argument("--seeds", default="7,8,9")
    asked.add_argument("--iterations", type=int, default=120_000)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--table", action="store_true")
    wish = asked.parse_args()
    seeds = [int(seed) for seed in wish.seeds.split(",")]
    with TemporaryDirectory() as folder:
        area = ground(wish.area, wish.overlap, wish.leg_minutes, Path(folder))
        curves = [curve_json(compare(area, request)) for request in _requests(wish, seeds)]
    shown = list(rows(curves))
    for line in table(shown) if wish.table else map(json.dumps, shown):
        print(line)
    for seed, curve in zip(seeds, curves, strict=True):
        degrees = {row["shared"]: [row["travel_min_per_visit"], row["visits_left_out"]] for row in curve["sharing"]}
        print(json.dumps({"seed": seed, "knee_pct": curve["knee_pct"], "sharing": degrees}))
    locked = sum(is_choice_locked(client) for client in area.dataset.clients)
    print(json.dumps({"people": len(area.dataset.clients), "choice_locked": locked}))


def _requests(wish: argparse.Namespace, seeds: list[int]) -> Iterator[CompareRequest]:
    for seed in seeds:
        yield CompareRequest(
            seed=seed, seeds=1, iterations=wish.iterations, curve=True, swap_iterations=0, processes=wish.processes
        )


if __name__ == "__main__":
    main()

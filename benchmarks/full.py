"""Everything of `make bench-full`: each public instance at its full budget, one result file each, resumable.

`python -m benchmarks.full [--out DIR] [--only WORD...] [--share PART]`. What has a result file in DIR is not run again,
so that the run may be stopped and started at any time; results of another budget are in a folder of their own, such as
`DIR/hhcrsp-kummer at 6 s`. Plans are in `solutions` there, with those that are better than the best known listed in
`new_best.csv`. Public sets are looked for in `$ROTA_SHARED/benchmarks`, or in `shared/benchmarks` beside the checkout.
In the end, and whenever nothing is left to do, a table is printed, by class of size where a set has several.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from benchmarks.panel import ROOT, SHARED, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Line = dict[str, Any]

SETS = {
    "vrptw-solomon": ("vrptw", "*.txt", 20.0),
    "vrptw-gehring-homberger": ("vrptw", "*.txt", 60.0),
    "hhcrsp-mankowska": ("hhcrsp", "*.json", 120.0),
    "hhcrsp-kummer": ("hhcrsp", "*.json", 120.0),
    "hhcrsp-italian": ("hhcrsp", "*.json", 120.0),
    "uhhc": ("uhhc", "*.json", 120.0),
}
"""Of each set the benchmark's module, its files, and the processor seconds of an instance."""
DAYS = ((100, 20), (300, 50), (1000, 160), (3000, 450), (10_000, 1_500))
SEEDS = (1, 2, 3)
CLASSES = {"hhcrsp": (25, 131), "vrptw": (200,)}
"""The greatest sizes of all classes but the last, by the first word of a set: patients, or customers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One call of a benchmark, and the name of its result file inside the folder of its group."""

    group: str
    name: str
    module: str
    words: tuple[str, ...]


def tasks(sets: Path, out: Path, *, share: float = 1.0) -> Iterator[Task]:
    """List every call; `share` scales the budgets of public instances."""
    for group, (module, pattern, seconds) in SETS.items():
        folder, budget_s = sets / group / "instances", f"{share * seconds:g}"
        at = f"{group} at {budget_s} s"
        for path in sorted(folder.rglob(pattern)):
            name = "-".join(path.relative_to(folder).with_suffix("").parts)
            words = ("--budget", budget_s, "--out", str(out / at / "solutions"), str(path))
            yield Task(group=at, name=name, module=module, words=words)
    for visits, carers in DAYS:
        for seed in SEEDS:
            for kind in ((), ("--pairs",)):
                size = ("--visits", str(visits), "--carers", str(carers), "--seed", str(seed))
                name = "-".join([str(visits), str(seed), *(word.strip("-") for word in kind)])
                yield Task(group="homecare", name=name, module="homecare", words=(*size, *(kind or ("--rivals",))))


def run(task: Task, out: Path) -> bool:
    """Run a task unless its result is there; tell whether there is a result now."""
    result = out / task.group / f"{task.name}.jsonl"
    if result.exists():
        return True
    print(f"{task.module} {' '.join(task.words)}", file=sys.stderr, flush=True)
    done = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-m", f"benchmarks.{task.module}", *task.words],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        print(f"failed: {task.group} {task.name}", file=sys.stderr, flush=True)
        return False
    result.parent.mkdir(parents=True, exist_ok=True)
    begun = result.with_suffix(".part")
    begun.write_text(done.stdout, encoding="utf-8")
    begun.replace(result)
    return True


def summary(out: Path) -> list[dict[str, object]]:
    """Tell of each class of each group how many results there are, and how far our costs are from the best known."""
    rows: list[dict[str, object]] = []
    for folder in sorted(each for each in out.iterdir() if each.is_dir()):
        lines = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]
        bounds = CLASSES.get(folder.name.partition("-")[0], ())
        classes: dict[int, list[Line]] = {}
        for line in lines:
            if line.get("engine") == "ours":
                classes.setdefault(bisect_left(bounds, _size(line)), []).append(line)
        rows += [_row(folder.name, classes[each]) for each in sorted(classes)]
    return rows


def _size(line: Line) -> int:
    return int(line["size"].partition("/")[0])


def _row(group: str, lines: list[Line]) -> dict[str, object]:
    sizes = sorted({_size(line) for line in lines})
    gaps = [float(line["gap_pct"]) for line in lines if line.get("gap_pct") is not None]
    row: dict[str, object] = {"set": group, "size": f"{sizes[0]}-{sizes[-1]}" if len(sizes) > 1 else str(sizes[0])}
    row |= {"instances": len(lines), "infeasible": sum(not line["feasible"] for line in lines)}
    if gaps:
        row |= {"median_gap_pct": round(median(gaps), 2), "mean_gap_pct": round(mean(gaps), 2)}
        row |= {"equalled": sum(gap == 0 for gap in gaps), "beaten": sum(gap < 0 for gap in gaps)}
    return row


def main(words: Sequence[str] | None = None) -> None:
    """Run what is left, and print the table of the sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--only", default=[], nargs="+", metavar="WORD", help="words of the set or the instance")
    parser.add_argument("--share", type=float, default=1.0, help="part of the full budget of public instances")
    asked = parser.parse_args(words)
    asked.out.mkdir(parents=True, exist_ok=True)
    chosen = [
        task
        for task in tasks(SHARED / "benchmarks", asked.out, share=asked.share)
        if all(word in f"{task.group} {task.name}" for word in asked.only)
    ]
    failed = [task for task in chosen if not run(task, asked.out)]
    print(table("All benchmarks", summary(asked.out)))
    if failed:
        raise SystemExit(f"{len(failed)} of {len(chosen)} failed; they run again next time")


if __name__ == "__main__":
    main()

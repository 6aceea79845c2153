"""Show for every line that judges or states a rule which test notices when it is broken.

`NUMBA_DISABLE_JIT=1 python -m tests.mutants [--only WORD] [--sample N --seed S] [--jobs N]`. Every change must be
noticed by a test, or be listed with its reason in `equivalent.csv`; else the command fails. Modules that are not
brought that far, and those of the search, are only tried when a word of their path is asked for (`suites.py`).
"""

from __future__ import annotations

import argparse
import csv
import gc
import os
import random
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.mutants.changes import Change, changed, changes
from tests.mutants.suites import EVERY, PRELOADED, SUITES
from tests.mutants.trial import NOBODY, Trial, run_all

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.csv")


class Mutant(NamedTuple):
    """A change of a module, by its path and the number of the change."""

    path: str
    number: int
    change: Change

    def __str__(self) -> str:
        return f"{self.path} {self.change}"

    @property
    def key(self) -> tuple[str, ...]:
        """How `equivalent.csv` names it: without its line, so that it is found again when the module grows."""
        return (self.path, self.change.function, self.change.before, self.change.after)


def mutants(only: str) -> list[Mutant]:
    """List the changes of the modules whose path has a word in it; without a word of those that `SUITES` names."""
    return [
        Mutant(path, number, change)
        for path in (EVERY if only else SUITES)
        if only in path
        for number, change in enumerate(changes((ROOT / path).read_text(encoding="utf-8")))
    ]


def equivalents() -> dict[tuple[str, ...], str]:
    """Read which changes change nothing that can be seen, and why."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as lines:
        return {tuple(row[:4]): row[4] for row in list(csv.reader(lines))[1:]}


def trial_of(mutant: Mutant) -> Trial:
    """Prepare the trial of a change."""
    tree = changed((ROOT / mutant.path).read_text(encoding="utf-8"), mutant.number)
    return Trial(_dotted(mutant.path), tree, EVERY[mutant.path])


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def preload() -> None:
    """Import what is not ours once, for all trials to share."""
    assert os.environ.get("NUMBA_DISABLE_JIT") == "1", "set NUMBA_DISABLE_JIT=1: compiled code does not change"
    for name in PRELOADED:
        __import__(name)
    gc.freeze()


def say(words: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def red_without_change(paths: Sequence[str], jobs: int) -> list[str]:
    """Give the tests that are red although nothing is changed: then nothing can be learned."""
    suites = sorted({EVERY[path] for path in paths})
    found = run_all([partial(Trial, "", None, suite) for suite in suites], jobs)
    return [red for _, red in found if red != NOBODY]


def say_by_module(tried: Sequence[Mutant], survivors: Sequence[Mutant], every: Sequence[Mutant]) -> None:
    """Print for each module how many changes were noticed, as rows of a table."""
    for path in sorted({mutant.path for mutant in tried}):
        of_module = [sum(mutant.path == path for mutant in some) for some in (tried, survivors, every)]
        say(f"| `{path}` | {of_module[2]} | {of_module[0]} | {of_module[0] - of_module[1]} |")


def main(words: Sequence[str] | None = None) -> int:
    """Try the changes and say what noticed each; give 1 when a change goes unnoticed that is not listed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD", help="only modules with this in their path")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many changes, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args(words)
    preload()
    known, every, began = equivalents(), mutants(asked.only), time.monotonic()
    chosen = [mutant for mutant in every if mutant.key not in known]
    if asked.sample is not None:
        chosen = random.Random(asked.seed).sample(chosen, min(asked.sample, len(chosen)))
    if red := red_without_change(sorted({mutant.path for mutant in chosen}), asked.jobs):
        say(f"Nothing is changed, and yet these are red: {', '.join(red)}.")
        return 1
    survivors = []
    for number, red_test in run_all([partial(trial_of, mutant) for mutant in chosen], asked.jobs):
        if red_test == NOBODY:
            survivors.append(chosen[number])
        say(f"{chosen[number]}: {red_test or 'NOBODY NOTICES'}")
    gone = known.keys() - {mutant.key for mutant in mutants("")}
    say_by_module(chosen, survivors, every)
    say(
        f"{len(chosen)} changes of {len(every)} tried in {time.monotonic() - began:.0f} s; {len(survivors)} unnoticed, "
        f"{len(every) - len([m for m in every if m.key not in known])} listed as equivalent."
    )
    for mutant in sorted(survivors):
        say(f"Nobody notices: {mutant}")
    for key in sorted(gone):
        say(f"Listed as equivalent and not there any more: {' | '.join(key)}")
    return 1 if survivors or gone else 0


if __name__ == "__main__":
    sys.exit(main())

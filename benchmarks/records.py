"""Lists the solutions that are better than the best known, in the folder where they are written."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE = "new_best.csv"
CLEARLY = 1e-3
"""Published costs are rounded to three decimals."""


def beats(cost: float, best_known: float | None) -> bool:
    """Tell whether a cost is below the best known by more than rounding."""
    return bool(best_known) and cost < float(best_known or 0) - CLEARLY


def is_record_kept(folder: Path, instance: str, cost: float, *, legal: bool) -> bool:
    """Tell whether the folder holds a new best, legal of course, that this solution is not to be written over."""
    row = _listed(folder).get(instance)
    return row is not None and (not legal or float(row["cost"]) < cost)


def _listed(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / FILE
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: row for row in csv.DictReader(lines)}


def note_record(folder: Path, instance: str, cost: float, best_known: float | None) -> None:
    """Add an instance to the list of the folder if its cost is a new best, also among those of the list."""
    if not beats(cost, best_known):
        return
    path, rows = folder / FILE, _listed(folder)
    if instance in rows and float(rows[instance]["cost"]) <= cost:
        return
    rows[instance] = {"instance": instance, "cost": str(cost), "best_known": str(best_known)}
    with path.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, ("instance", "cost", "best_known"))
        table.writeheader()
        table.writerows(rows[name] for name in sorted(rows))

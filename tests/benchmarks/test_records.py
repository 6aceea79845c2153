"""Tests of the list of solutions that are better than the best known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.records import FILE, note_record

if TYPE_CHECKING:
    from pathlib import Path


def test_only_what_is_better_is_listed_once_with_its_least_cost(tmp_path: Path) -> None:
    """A cost that only rounding sets apart is no record, nor one without a best known, nor one that is beaten."""
    for name, cost, best in [
        ("b", 9.0, 10.0),
        ("a", 9.9995, 10.0),
        ("c", 1.0, None),
        ("a", 7.5, 10.0),
        ("b", 9.5, 10.0),
    ]:
        note_record(tmp_path, name, cost, best)
    assert (tmp_path / FILE).read_text(encoding="utf-8").splitlines() == [
        "instance,cost,best_known",
        "a,7.5,10.0",
        "b,9.0,10.0",
    ]

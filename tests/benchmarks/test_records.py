"""Tests of the list of solutions that are better than the best known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.records import FILE, is_record_kept, note_record

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


def test_a_dearer_solution_does_not_replace_that_of_a_new_best(tmp_path: Path) -> None:
    """The file of a listed cost stays; without one, or for the same cost or less, it is written."""
    assert not is_record_kept(tmp_path, "a", 9.0, legal=True)
    note_record(tmp_path, "a", 8.0, 10.0)
    assert [is_record_kept(tmp_path, "a", cost, legal=True) for cost in (9.0, 8.0, 7.0)] == [True, False, False]
    assert not is_record_kept(tmp_path, "b", 9.0, legal=True)


def test_what_breaks_a_rule_does_not_replace_a_new_best(tmp_path: Path) -> None:
    """A solution that misses visits is cheap; where nothing is listed it is written all the same."""
    note_record(tmp_path, "a", 8.0, 10.0)
    assert is_record_kept(tmp_path, "a", 1.0, legal=False)
    assert not is_record_kept(tmp_path, "b", 1.0, legal=False)

"""Tests of the run over all benchmarks: what it lists, that it goes on where it stopped, and its table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.full import Task, run, summary, tasks

if TYPE_CHECKING:
    from pathlib import Path


def test_each_instance_is_a_task_of_its_set(tmp_path: Path) -> None:
    """Files are found in folders inside `instances`, and results are apart by budget, the share that is asked for."""
    for name in ("uhhc/instances/validation/one.json", "vrptw-solomon/instances/R101.txt", "other/instances/x.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    found = [task for task in tasks(tmp_path, tmp_path / "out", share=0.5) if task.group != "homecare"]
    assert [(task.group, task.name, task.module, task.words[:2]) for task in found] == [
        ("vrptw-solomon at 10 s", "R101", "vrptw", ("--budget", "10")),
        ("uhhc at 60 s", "validation-one", "uhhc", ("--budget", "60")),
    ]
    assert {task.group for task in tasks(tmp_path, tmp_path / "out")} == {
        "vrptw-solomon at 20 s", "uhhc at 120 s", "homecare",
    }  # fmt: skip


def test_what_has_a_result_is_not_run_again(tmp_path: Path) -> None:
    """A module that does not exist would fail, and leaves no result behind."""
    task = Task(group="g", name="one", module="no_such_benchmark", words=())
    assert not run(task, tmp_path)
    assert not (tmp_path / "g").exists()
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / "one.jsonl").touch()
    assert run(task, tmp_path)


def test_the_table_counts_our_rows_only(tmp_path: Path) -> None:
    """Of three results one is beaten, one equalled and one missed; a rival's row does not count."""
    (tmp_path / "g").mkdir()
    for number, gap in enumerate((-1.0, 0.0, 4.0)):
        rows = [
            {"engine": "ours", "size": "100/5", "gap_pct": gap, "feasible": True},
            {"engine": "pyvrp", "size": "100/5", "gap_pct": 50.0, "feasible": True},
        ]
        (tmp_path / "g" / f"{number}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert summary(tmp_path) == [
        {
            "set": "g",
            "size": "100",
            "instances": 3,
            "infeasible": 0,
            "median_gap_pct": 0.0,
            "mean_gap_pct": 1.0,
            "equalled": 1,
            "beaten": 1,
        }
    ]


def test_the_table_has_a_row_for_each_class_of_size(tmp_path: Path) -> None:
    """A set is parted where its classes are, with the sizes that are there; the greatest size of a class is in it."""
    for group, sizes in (("hhcrsp-x at 6 s", (10, 25, 44, 131, 157)), ("vrptw-x at 6 s", (200, 1000))):
        (tmp_path / group).mkdir()
        for size in sizes:
            row = {"engine": "ours", "size": f"{size}/9", "gap_pct": None, "feasible": size != 44}
            (tmp_path / group / f"{size}.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert [(row["size"], row["instances"], row["infeasible"]) for row in summary(tmp_path)] == [
        ("10-25", 2, 0), ("44-131", 2, 1), ("157", 1, 0), ("200", 1, 0), ("1000", 1, 0),
    ]  # fmt: skip

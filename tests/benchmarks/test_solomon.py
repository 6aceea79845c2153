"""Tests of `benchmarks.solomon`."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.solomon import best_known, judge, read_instance, read_routes, write_routes

if TYPE_CHECKING:
    from benchmarks.solomon import Instance

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "benchmarks"
SMALL = """small

VEHICLE
NUMBER     CAPACITY
  2         30

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME
    0      0         0          0          0        100          0
    1      3         4         10          0         50         10
    2      3         8         20         30         40         10
    3      1         1         15          0         90         10
"""
ROOT_OF_2 = 1.4142135623730951


@pytest.fixture
def small(tmp_path: Path) -> Instance:
    """Read three customers and two vehicles."""
    path = tmp_path / "small.txt"
    path.write_text(SMALL, encoding="utf-8")
    return read_instance(path)


def test_an_instance_is_read_as_written(small: Instance) -> None:
    """Every column lands where it belongs."""
    assert (small.name, small.vehicles, small.capacity, small.customers) == ("small", 2, 30, 3)
    assert small.demand.tolist() == [0, 10, 20, 15]
    assert small.ready.tolist() == [0, 0, 30, 0]
    assert small.due.tolist() == [100, 50, 40, 90]
    assert small.service.tolist() == [0, 10, 10, 10]


def test_distances_are_truncated_or_exact(small: Instance) -> None:
    """The way of two legs of the root of two costs 2.8 when each is cut to one decimal."""
    alone = [[1, 2], [3]]
    back = (9 + 64) ** 0.5
    assert judge(small, alone).distance == pytest.approx(5.0 + 4.0 + 8.5 + 2 * 1.4)
    assert judge(small, alone, truncated=False).distance == pytest.approx(5.0 + 4.0 + back + 2 * ROOT_OF_2)
    assert judge(small, alone).faults == ()


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([[1, 2]], "customer 3 is served 0 times"),
        ([[1, 2], [3, 1]], "customer 1 is served 2 times"),
        ([[1], [2], [3]], "3 routes for 2 vehicles"),
        ([[2, 1], [3]], "route 1 is late at 1"),
        ([[3, 2], [1]], "route 1 carries 35 of 30"),
    ],
)
def test_every_fault_is_found(small: Instance, routes: list[list[int]], fault: str) -> None:
    """Coverage, fleet, windows and capacity are each judged."""
    if fault.startswith("route 1 is late"):
        small.due[1] = 40
    assert judge(small, routes).faults == (fault,)


def test_routes_survive_writing(tmp_path: Path) -> None:
    """What is written is read back."""
    write_routes(tmp_path / "plan.sol", [[1, 2], [3]], 20.3)
    assert read_routes(tmp_path / "plan.sol") == [[1, 2], [3]]
    assert (tmp_path / "plan.sol").read_text(encoding="utf-8").endswith("Cost 20.3\n")


def test_an_instance_without_table_has_no_best_value(small: Instance, tmp_path: Path) -> None:
    """Without a `bks.csv` there is nothing to compare with."""
    assert small.customers == 3
    assert best_known(tmp_path / "small.txt") is None


@pytest.mark.parametrize("folder", ["vrptw-solomon", "vrptw-gehring-homberger"])
@pytest.mark.parametrize(("kind", "column"), [("distance", "bks_distance_dimacs"), ("hierarchical", "hier_distance")])
def test_published_solutions_have_their_listed_value(folder: str, kind: str, column: str) -> None:
    """Every published solution is legal and costs what its authors say."""
    table = SHARED / folder / "bks.csv"
    if not table.exists():
        pytest.skip(f"{table} is not there")
    judged = 0
    with table.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if not row[column]:
                continue
            instance = read_instance(table.parent / "instances" / row["instance"])
            routes = read_routes(table.parent / f"solutions-{kind}" / f"{instance.name}.sol")
            found = judge(instance, routes, truncated=kind == "distance")
            assert found.faults == (), instance.name
            assert found.distance == pytest.approx(float(row[column]), abs=0.0051), instance.name
            judged += 1
    assert judged > 20

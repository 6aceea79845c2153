"""The benchmark of imports: its made-up county is a good data set, and what it prints is complete."""

from __future__ import annotations

from benchmarks.imports import Size, county_week, measure

SMALL = Size(clients=6, visits=84, carers=5, providers=2)


def test_every_visit_of_the_week_has_a_row() -> None:
    """As many visits as asked for, on seven days, none of them of a client twice at the same time."""
    visits = county_week(SMALL).visits
    assert len(visits) == 84
    assert len({row.day for row in visits}) == 7
    assert len({(row.client_id, row.day, row.preferred) for row in visits}) == 84


def test_the_figures_add_up() -> None:
    """The county is read and stored, and total is reading and storing."""
    found = measure(SMALL)
    assert found["database"] == "sqlite"
    assert abs(found["read_s"] + found["store_s"] - found["total_s"]) < 0.01
    assert found["day_s"] >= 0

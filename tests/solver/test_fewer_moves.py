"""Moves that lose visits are taken back with those that hang on them, and floors and ceilings hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from solver.fewer_moves import without_what_loses
from solver.packages import Terms
from solver.types import TimeWindow
from tests.builders import a_problem, a_shift, a_visit

PROBLEM = a_problem([a_visit(f"v{n}", client=f"c{n}") for n in range(8)], [a_shift()])
TODAY = {f"c{n}": "north" if n < 4 else "south" for n in range(8)}


def terms(floor_pct: int = 0, ceiling_pct: int = 200) -> Terms:
    """State terms for four clients in the north and four in the south."""
    who = ("north", "south")
    return Terms(
        today=TODAY,
        legal={client: frozenset(who) for client in TODAY},
        floor_pct=dict.fromkeys(who, floor_pct),
        ceiling_pct=dict.fromkeys(who, ceiling_pct),
        budget=8,
    )


def test_who_crowded_in_at_that_time_goes_home() -> None:
    """A visit lost in the south sends home who joined the south at that hour, nobody else."""
    moved = TODAY | {"c0": "south", "c1": "south", "c5": "north"}
    later = replace(PROBLEM.visits[1], window=TimeWindow(earliest_s=60_000, latest_s=61_000))
    problem = replace(PROBLEM, visits=tuple(later if visit.id == "v1" else visit for visit in PROBLEM.visits))
    assert without_what_loses(problem, moved, {"v6"}, terms()) == TODAY | {"c1": "south", "c5": "north"}


def test_who_moved_and_lost_a_visit_goes_home_alone() -> None:
    """The others who joined the same provider had their visits."""
    moved = TODAY | {"c0": "south", "c1": "south"}
    assert without_what_loses(PROBLEM, moved, {"v0"}, terms()) == TODAY | {"c1": "south"}


def test_bounds_hold_for_those_who_are_left() -> None:
    """Sending two back to the north overfills it by who came instead, and empties the south: they go home too."""
    swapped = TODAY | {"c0": "south", "c1": "south", "c5": "north", "c6": "north"}
    for bounds in (terms(ceiling_pct=110), terms(floor_pct=90)):
        assert without_what_loses(PROBLEM, swapped, {"v7"}, bounds) == TODAY
    assert Counter(without_what_loses(PROBLEM, swapped, {"v7"}, terms()).values()) == {"north": 6, "south": 2}

"""Tests of the safe matrix that stands in for boats in the OR-Tools model: never late, no longer than that needs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.compile import compile_problem
from solver.routing_model import safe_matrix
from solver.timing import UNREACHABLE, arrival
from tests.builders import a_problem, a_sailing, a_shift, a_travel, a_visit, at

ROADS = [[0, 40, None, None], [40, 0, None, None], [None, None, 0, 15], [None, None, 15, 0]]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_the_safe_matrix_is_never_late_and_the_least_that_is_not(data: st.DataObject) -> None:
    """Whoever leaves inside the window and is due in time by the matrix is in time; a second less would be late."""
    hours = data.draw(st.lists(st.tuples(st.integers(8, 11), st.integers(0, 5), st.sampled_from((0, 1))), max_size=6))
    boats = [
        a_sailing(f"{row}", *((0, 2), (1, 3))[way], f"{hour}:{ten * 10 + row}", minutes=25)
        for row, (hour, ten, way) in enumerate(hours)
    ]
    day = compile_problem(
        a_problem([a_visit(str(k), place=k) for k in range(4)], [a_shift()], a_travel(ROADS, sailings=boats))
    )
    from_s = np.array(data.draw(st.lists(st.integers(450, 660), min_size=4, max_size=4)), np.int32) * 60
    due_s = np.array(data.draw(st.lists(st.integers(480, 780), min_size=4, max_size=4)), np.int32) * 60
    safe_s = np.zeros((4, 4), np.int64)
    safe_matrix(day.tables, 0, np.arange(4, dtype=np.int32), (from_s, due_s), safe_s)
    for origin, destination in np.ndindex(4, 4):
        leaves = [t for t in range(from_s[origin], at("13:01")) if t % 60 in {0, 1}]
        arrives = [arrival(day.tables, 0, origin, destination, t) for t in leaves]

        def late(takes_s: int, leaves: list[int] = leaves, arrives: list[int] = arrives, to: int = destination) -> bool:
            planned = zip(leaves, arrives, strict=True)
            return any(there_s > leave_s + takes_s for leave_s, there_s in planned if leave_s + takes_s <= due_s[to])

        assert not late(int(safe_s[origin, destination]))
        if 0 < safe_s[origin, destination] < UNREACHABLE and day.boat_count[0, origin, destination]:
            assert late(int(safe_s[origin, destination]) - 60)

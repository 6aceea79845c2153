"""Segments: a stored run laid out in time."""

from __future__ import annotations

import pytest

from app.db.plans import Run, Stop
from app.services.segments import segments_of
from geo.types import Departure
from tests.app.datasets import clock

FIRST, SECOND = (
    Departure(
        id=name,
        route=f"Crossing {name}",
        from_port=0,
        to_port=1,
        last_checkin_s=departs_s - 300,
        departs_s=departs_s,
        arrives_s=departs_s + 600,
        ashore_s=departs_s + 660,
        car=True,
    )
    for name, departs_s in (("first", clock(8)), ("second", clock(8, 30)))
)
BOATS = {FIRST.id: FIRST, SECOND.id: SECOND}


def run(boats: tuple[str, ...], *, arrive_s: int, start_s: int, travel_s: int) -> Run:
    """Give a run that leaves home at 07:30, makes one visit of half an hour and lives next door to it."""
    stop = Stop(
        visit="V1",
        client="C1",
        arrive_s=arrive_s,
        start_s=start_s,
        leave_s=start_s + 1800,
        travel_s=travel_s,
        travel_m=5000,
        boats=boats,
    )
    return Run(
        shift="S1",
        leave_home_s=clock(7, 30),
        stops=[stop],
        rests=[],
        back_home_s=start_s + 1800,
        home_travel_s=0,
        home_travel_m=0,
        home_boats=(),
    )


@pytest.mark.parametrize(
    ("boats", "expected"),
    [
        ((), [("travel", clock(7, 30), clock(9)), ("visit", clock(9), clock(9, 30))]),
        (
            ("first",),
            [
                ("travel", clock(7, 30), clock(7, 50)),
                ("wait", clock(7, 50), clock(8)),
                ("boat", clock(8), clock(8, 11)),
                ("travel", clock(8, 11), clock(9)),
                ("visit", clock(9), clock(9, 30)),
            ],
        ),
        (
            ("first", "second"),
            [
                ("travel", clock(7, 30), clock(8)),
                ("boat", clock(8), clock(8, 11)),
                ("travel", clock(8, 11), clock(8, 30)),
                ("boat", clock(8, 30), clock(8, 41)),
                ("travel", clock(8, 41), clock(9)),
                ("visit", clock(9), clock(9, 30)),
            ],
        ),
        (("gone",), [("travel", clock(7, 30), clock(9)), ("visit", clock(9), clock(9, 30))]),
    ],
)
def test_a_way_is_cut_at_its_boats(boats: tuple[str, ...], expected: list[tuple[str, int, int]]) -> None:
    """Waiting is at the pier of a single boat; with several it is only summed; unknown boats are named."""
    travel_s = clock(1, 30) - (600 if boats else 0)
    found = segments_of(run(boats, arrive_s=clock(9), start_s=clock(9), travel_s=travel_s), BOATS)
    assert [(part.kind.value, part.start_s, part.end_s) for part in found] == expected
    assert found[0].road_m == 5000
    assert found[0].waiting_s == (600 if len(boats) == 2 or boats == ("gone",) else None)
    assert found[0].boats == (("gone",) if boats == ("gone",) else ())


def test_a_late_arrival_is_shown_as_it_is() -> None:
    """In a recorded rota a carer may arrive after the visit began: nothing is waited, nothing is put right."""
    found = segments_of(run((), arrive_s=clock(9, 10), start_s=clock(9), travel_s=clock(1, 40)), BOATS)
    assert [(part.kind.value, part.start_s, part.end_s) for part in found] == [
        ("travel", clock(7, 30), clock(9, 10)),
        ("visit", clock(9), clock(9, 30)),
    ]


def test_what_is_walked_stands_beside_what_is_driven() -> None:
    """With the car left at a pier the first part of the way says how long of it is on foot; a drive says nothing."""
    crossed = run(("first",), arrive_s=clock(9), start_s=clock(9), travel_s=clock(1, 20))
    crossed.stops[0].walk_s = 900
    assert [part.walk_s for part in segments_of(crossed, BOATS)] == [900, None, None, None, None]
    driven = run((), arrive_s=clock(9), start_s=clock(9), travel_s=clock(1, 30))
    assert segments_of(driven, BOATS)[0].walk_s is None

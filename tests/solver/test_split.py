"""Tests of splitting a day into parts that cannot affect each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from solver.compile import compile_problem
from solver.sequences import Sequences
from solver.split import Part, breaks_of_shifts, cut, join, packed, part_of, split, unpacked
from solver.timing import arrival
from solver.types import DayProblem, ProviderHours, Shift, Visit
from tests.builders import a_break, a_problem, a_shift, a_visit
from tests.solver.days import random_day


def two_providers(**shift_changes: Any) -> tuple[list[Visit], list[Shift]]:
    """Build two visits, each with a provider of its own."""
    visits = [a_visit("v1", carers_needed=2), a_visit("v2", place=2, providers=frozenset({"south"}))]
    shifts = [
        a_shift("n1"),
        a_shift("s1", provider="south", breaks=(a_break(),), **shift_changes),
        a_shift("n2", breaks=(a_break(),)),
    ]
    return visits, shifts


def shift_sets(problem: DayProblem) -> list[list[int]]:
    """Give the shifts of each part."""
    return [part.shifts.tolist() for part in split(compile_problem(problem))]


def test_providers_that_share_nothing_are_parts() -> None:
    """Two providers with their own clients and carers fall apart."""
    assert shift_sets(a_problem(*two_providers())) == [[0, 2], [1]]


def test_a_visit_that_both_may_serve_joins_them() -> None:
    """One shared visit is enough to make one part."""
    visits, shifts = two_providers()
    visits.append(a_visit("v3", providers=frozenset({"north", "south"})))
    assert shift_sets(a_problem(visits, shifts)) == [[0, 1, 2]]


def test_a_carer_of_both_joins_them() -> None:
    """A carer who works for both providers ties them together."""
    assert shift_sets(a_problem(*two_providers(carer="carer-of-n1"))) == [[0, 1, 2]]


def test_bounded_hours_keep_a_provider_in_one_part() -> None:
    """A provider whose parts share no visit stays whole when its hours are bounded, and falls apart when not."""
    visits = [a_visit("v1", locked_shifts=frozenset({"a"})), a_visit("v2", locked_shifts=frozenset({"b"}))]
    shifts = [a_shift("a"), a_shift("b")]
    bounded = (ProviderHours(provider="north", floor_s=3600),)
    assert shift_sets(a_problem(visits, shifts)) == [[0], [1]]
    assert shift_sets(a_problem(visits, shifts, provider_hours=bounded)) == [[0, 1]]


def test_hopeless_visits_and_idle_shifts_are_in_no_part() -> None:
    """What nobody can serve is searched nowhere, nor are shifts that can serve nothing."""
    visits = [a_visit("v1"), a_visit("v2", providers=frozenset({"nobody"}))]
    parts = split(compile_problem(a_problem(visits, [a_shift("a"), a_shift("b", provider="south")])))
    assert [(part.legs.tolist(), part.shifts.tolist()) for part in parts] == [([0], [0])]


def test_a_part_is_a_day_of_its_own() -> None:
    """Pairs, breaks and refusals of a part point at its own rows."""
    day = compile_problem(a_problem(*two_providers()))
    north, south = (part_of(day, part) for part in split(day))
    assert north.mate.tolist() == [1, 0]
    assert (north.break_first.tolist(), north.break_count.tolist()) == ([0, 0], [0, 1])
    assert south.leg_visit.tolist() == [1]
    assert not south.refusal.any()
    assert south.break_duration_s.tolist() == [1800]


def test_sequences_survive_cutting_and_joining() -> None:
    """Sequences cut into parts and joined again are the same."""
    day = compile_problem(a_problem(*two_providers()))
    whole = Sequences(nodes=((0,), (2, 3), (4, 1)), start_s={0: 30_000, 1: 30_000})
    parts = split(day)
    assert join(day, [(part, cut(whole, day, part)) for part in parts]) == whole
    assert np.concatenate([part.legs for part in parts]).tolist() == [0, 1, 2]


def test_a_part_is_sent_with_its_own_boats_alone() -> None:
    """Packed and unpacked, every journey of a part arrives when it did, and others' journeys are not sent along."""
    day = compile_problem(random_day(30, 8, island=True))
    shifts = np.arange(4, 8)
    own = part_of(day, Part(legs=np.arange(0, len(day.place), 2), shifts=shifts, breaks=breaks_of_shifts(day, shifts)))
    sent = unpacked(packed(own))
    assert 0 < len(sent.boat_leave_s) < len(own.boat_leave_s)
    assert np.array_equal(sent.drive_s, own.drive_s)
    for origin, destination in np.ndindex(own.road_s.shape[1:]):
        for hour in range(6, 22):
            ways = [arrival(each.tables, 0, origin, destination, 3600 * hour) for each in (sent, own)]
            assert ways[0] == ways[1]

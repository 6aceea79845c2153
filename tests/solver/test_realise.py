"""Tests of turning sequences into timed runs and back."""

from __future__ import annotations

import pytest

from solver.check import check
from solver.compile import compile_problem
from solver.errors import SolverError
from solver.realise import Sketch, realise, sequences_of, timed_run
from solver.sequences import Sequences
from solver.types import DayPlan
from tests.builders import (
    a_break,
    a_plan,
    a_problem,
    a_run,
    a_sailing,
    a_shift,
    a_stop,
    a_travel,
    a_visit,
    a_window,
    at,
)


def test_home_is_left_as_late_as_the_first_stop_allows() -> None:
    """The carer of the default day leaves at 07:50 for a visit that opens at 08:00."""
    run = timed_run(a_travel(), Sketch(a_shift(), (a_visit(),), ()), {})
    assert (run.leave_home_s, run.stops[0].arrive_s, run.stops[0].start_s) == (at("07:50"), at("08:00"), at("08:00"))
    assert run.back_home_s == at("08:40")


def test_carers_travel_at_once_and_wait_at_the_door() -> None:
    """Between visits the carer does not linger: arriving early, she waits for the window to open."""
    visits = (a_visit("v1"), a_visit("v2", place=2, window=a_window("10:00", "11:00")))
    run = timed_run(a_travel(), Sketch(a_shift(), visits, ()), {})
    assert (run.stops[1].arrive_s, run.stops[1].start_s) == (at("08:40"), at("10:00"))


def test_a_pair_starts_when_it_is_told() -> None:
    """A double-handed visit starts at its common start, however early the carer is."""
    run = timed_run(a_travel(), Sketch(a_shift(), (a_visit(),), ()), {"v1": at("09:15")})
    assert (run.leave_home_s, run.stops[0].start_s) == (at("09:05"), at("09:15"))


def test_rests_come_after_the_visit_and_delay_the_next_leg() -> None:
    """A rest waits for its window at the stop before, and travel follows it."""
    shift = a_shift(breaks=(a_break("09:00", "10:00"),))
    visits = (a_visit("v1"), a_visit("v2", place=2, window=a_window("08:00", "12:00")))
    run = timed_run(a_travel(), Sketch(shift, visits, (1,)), {})
    assert (run.rests[0].after_stop, run.rests[0].start_s, run.rests[0].end_s) == (1, at("09:00"), at("09:30"))
    assert run.stops[1].arrive_s == at("09:40")


def test_rests_at_one_stop_are_taken_in_the_order_that_suits_their_windows() -> None:
    """Two rests at home are kept in the shift's order but taken the other way round."""
    shift = a_shift(breaks=(a_break("07:30", "09:00"), a_break("07:00", "07:10", minutes=15)))
    run = timed_run(a_travel(), Sketch(shift, (a_visit(),), (0, 0)), {})
    assert [rest.start_s for rest in run.rests] == [at("07:30"), at("07:00")]
    assert run.leave_home_s == at("08:00")


def test_a_leg_that_no_journey_makes_is_an_error() -> None:
    """Sending a carer where nothing leads is a bug, told at once."""
    with pytest.raises(SolverError, match="where no journey leads"):
        timed_run(a_travel([[0, None], [None, 0]]), Sketch(a_shift(), (a_visit(),), ()), {})


def test_boats_and_pairs_pass_the_checker_and_read_back_the_same() -> None:
    """Timed runs over water with pairs and breaks have no breach, and give their sequences back."""
    boats = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "12:00")]
    travel = a_travel([[0, None], [None, 0]], sailings=boats)
    visits = [a_visit(carers_needed=2), a_visit("v2")]
    shifts = [a_shift("a", breaks=(a_break("10:00", "11:00"),)), a_shift("b")]
    problem = a_problem(visits, shifts, travel)
    compiled = compile_problem(problem)
    start = at("08:40")
    sequences = Sequences(nodes=((0, 2, 3), (1,)), start_s={0: start, 1: start})
    runs = realise(problem, compiled, sequences)
    plan = DayPlan(day=problem.day, runs=runs, unallocated=())
    assert check(problem, plan) == ()
    assert runs[0].stops[0].boats == ("out",)
    assert runs[0].home_boats == ("back",)
    assert sequences_of(problem, compiled, plan) == sequences


def test_unknown_shifts_and_visits_are_left_out() -> None:
    """A plan of another day is read as far as this day knows it."""
    problem = a_problem()
    plan = a_plan(
        a_run([a_stop("gone", "08:00", "08:10"), a_stop("v1", "08:20", "08:50")], "07:50", "09:00"),
        a_run([a_stop("v1", "08:10", "08:40")], "08:00", "08:50", shift="gone"),
    )
    assert sequences_of(problem, compile_problem(problem), plan).nodes == ((0,),)

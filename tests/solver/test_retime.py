"""Times of fixed sequences: by hand for each rule, and judged by the checker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.check import check
from solver.compile import compile_problem
from solver.realise import realise
from solver.retime import RetimeSettings, retime
from solver.sequences import Sequences
from solver.types import DayPlan, Weights
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at

if TYPE_CHECKING:
    from solver.types import DayProblem, Run


def retimed(problem: DayProblem, *nodes: tuple[int, ...], start_s: dict[int, int] | None = None) -> tuple[Run, ...]:
    """Time sequences that serve every visit again, and have the plan checked."""
    compiled = compile_problem(problem)
    before = Sequences(nodes, start_s or {})
    after = retime(problem, compiled, before)
    assert after is not None
    assert after.nodes == before.nodes
    runs = realise(problem, compiled, after)
    assert check(problem, DayPlan(day=problem.day, runs=runs, unallocated=())) == ()
    return runs


def starts(run: Run) -> list[int]:
    """Give the starts of a run's visits."""
    return [stop.start_s for stop in run.stops]


def test_a_visit_starts_when_it_is_liked() -> None:
    """With time to spare a visit starts at its preferred instant, not as early as it can."""
    (run,) = retimed(a_problem([a_visit(preferred_start_s=at("09:20"))]), (0,))
    assert starts(run) == [at("09:20")]
    assert run.leave_home_s == at("09:10")


def test_deviation_is_shared_out_least() -> None:
    """Of three visits liked at the same time, the middle one gets it: the least deviation in all."""
    visits = [a_visit(f"v{k}", place=1, preferred_start_s=at("09:00")) for k in range(3)]
    (run,) = retimed(a_problem(visits), (0, 1, 2))
    assert starts(run) == [at("08:30"), at("09:00"), at("09:30")]


def test_waiting_goes_where_nothing_is_liked() -> None:
    """Without preferences the day is as short as it can be: the first visit waits for the second at home."""
    visits = [a_visit("v1"), a_visit("v2", place=2, window=a_window("10:00", "10:30"))]
    (run,) = retimed(a_problem(visits), (0, 1))
    assert starts(run) == [at("09:20"), at("10:00")]


def test_a_pair_starts_together_when_it_suits_both() -> None:
    """Both carers of a double-handed visit start at the preferred time, the later arrival deciding if need be."""
    visits = [
        a_visit("v1", carers_needed=2, preferred_start_s=at("09:00")),
        a_visit("v2", place=4, window=a_window("08:40", "10:00")),
    ]
    shifts = [a_shift("one"), a_shift("two")]
    runs = retimed(a_problem(visits, shifts), (0,), (2, 1), start_s={0: at("10:00"), 1: at("10:00")})
    assert starts(runs[0]) == [at("09:40")]
    assert starts(runs[1]) == [at("08:40"), at("09:40")]


def test_breaks_keep_their_windows() -> None:
    """A visit that would like the time of the break before it gets the nearest time after."""
    visits = [a_visit("v1"), a_visit("v2", preferred_start_s=at("11:20"), window=a_window("11:00", "13:00"))]
    problem = a_problem(visits, [a_shift(breaks=(a_break("11:00", "12:00"),))])
    (run,) = retimed(problem, (0, 2, 1))
    assert starts(run)[1] == at("11:30")
    assert run.rests[0].start_s == at("11:00")


def test_a_break_at_home_comes_before_leaving() -> None:
    """A rest before the first visit ends before the carer sets out."""
    problem = a_problem([a_visit(preferred_start_s=at("09:20"))], [a_shift(breaks=(a_break("08:20", "09:00"),))])
    (run,) = retimed(problem, (1, 0))
    assert starts(run) == [at("09:20")]
    assert run.rests[0].end_s <= run.leave_home_s == at("09:10")


def test_a_boat_decides_the_nearest_start() -> None:
    """Liked at half past nine, a visit on the island starts when a boat that suits lands, and the boat back is kept."""
    boats = [a_sailing("o1", 0, 1, "08:00"), a_sailing("o2", 0, 1, "09:00"), a_sailing("b", 1, 0, "11:00")]
    travel = a_travel([[0, None], [None, 0]], sailings=boats)
    visit = a_visit(window=a_window("08:00", "12:00"), preferred_start_s=at("09:30"))
    (run,) = retimed(a_problem([visit], travel=travel), (0,))
    assert starts(run) == [at("09:30")]
    assert run.stops[0].boats == ("o1",)
    late = a_visit(window=a_window("08:00", "12:00"), preferred_start_s=at("12:00"))
    (run,) = retimed(a_problem([late], travel=travel), (0,))
    assert starts(run) == [at("10:20")]
    assert run.stops[0].boats == ("o2",)


def test_road_is_taken_when_the_boat_is_later() -> None:
    """Where both lead there, a start that no boat allows is reached by road."""
    boats = [a_sailing("o1", 0, 1, "09:00"), a_sailing("b", 1, 0, "11:00")]
    travel = a_travel([[0, 120], [120, 0]], sailings=boats)
    visit = a_visit(window=a_window("08:00", "12:00"), preferred_start_s=at("09:10"))
    free = Weights(commute=0.0, metre=0.0)
    (run,) = retimed(a_problem([visit], travel=travel, weights=free), (0,))
    assert starts(run) == [at("09:10")]
    assert run.stops[0].boats == ()


def test_a_cheaper_boat_is_waited_for() -> None:
    """What a journey costs comes before when the visit would be liked."""
    boats = [a_sailing("o1", 0, 1, "09:00"), a_sailing("b", 1, 0, "11:00")]
    travel = a_travel([[0, 120], [120, 0]], sailings=boats)
    visit = a_visit(window=a_window("08:00", "12:00"), preferred_start_s=at("09:10"))
    (run,) = retimed(a_problem([visit], travel=travel), (0,))
    assert starts(run) == [at("09:35")]
    assert run.stops[0].boats == ("o1",)


def test_nothing_better_is_none() -> None:
    """Times that are already the best are kept by the caller."""
    problem = a_problem([a_visit(window=a_window("08:00", "08:00"))])
    assert retime(problem, compile_problem(problem), Sequences(((0,),), {})) is None


def test_a_sequence_that_cannot_be_kept_is_none() -> None:
    """When no times keep every rule there is nothing to return."""
    visits = [
        a_visit("v1", window=a_window("08:00", "08:10")),
        a_visit("v2", place=5, window=a_window("08:00", "08:10")),
    ]
    problem = a_problem(visits)
    assert retime(problem, compile_problem(problem), Sequences(((0, 1),), {})) is None


def test_nobody_at_work_is_none() -> None:
    """A plan without visits has no times to improve."""
    problem = a_problem()
    assert retime(problem, compile_problem(problem), Sequences(((),), {})) is None


def test_pairs_that_start_apart_are_brought_together() -> None:
    """Sequences whose pair has no common start yet get one."""
    visits = [a_visit("v1", carers_needed=2), a_visit("v2", place=2)]
    runs = retimed(a_problem(visits, [a_shift("one"), a_shift("two")]), (0,), (2, 1))
    assert starts(runs[0])[0] == starts(runs[1])[1]


def test_the_same_question_has_the_same_answer() -> None:
    """Work is counted and not timed, so two calls agree even when the limit is tight."""
    visits = [a_visit(f"v{k}", place=1 + k % 4, preferred_start_s=at("09:00") + 60 * k) for k in range(4)]
    problem = a_problem(visits)
    compiled = compile_problem(problem)
    tight = RetimeSettings(deterministic_limit=0.001)
    first, second = (retime(problem, compiled, Sequences(((0, 1, 2, 3),), {}), settings=tight) for _ in range(2))
    assert first == second

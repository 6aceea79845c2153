"""Times of fixed sequences: by hand for each rule, and judged by the checker."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver.check import check
from solver.compile import compile_problem
from solver.realise import realise
from solver.retime import RetimeSettings, retime
from solver.routing import Effort, solve_routing, standing
from solver.sequences import Sequences
from solver.types import Before, ClientNeeds, DayPlan, TimeWindow, Visit, Weights
from solver.types import Sequence as Link
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at
from tests.ruled_days import ruled_days

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


def clock_prices() -> st.SearchStrategy[Weights]:
    """Draw prices of everything that depends on the clock; each is free now and then."""
    return st.builds(
        Weights,
        waiting=st.sampled_from((0.0, 0.5, 2.0)),
        early=st.sampled_from((0.0, 0.3)),
        late=st.sampled_from((0.0, 1.0)),
        latest=st.sampled_from((0.0, 3.0)),
        slack=st.sampled_from((0.0, 0.7)),
        changed_start=st.sampled_from((0.0, 1.5)),
    )


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(ruled_days(), ruled_days(boats=True)), clock_prices())
def test_times_are_legal_and_never_dearer(problem: DayProblem, weights: Weights) -> None:
    """On days with every rule the runs of a search that knows no clock get times that cost no more."""
    compiled = compile_problem(problem)
    runs = solve_routing(problem, compiled, effort=Effort(solutions=10, seconds=20.0))
    liked = tuple(
        replace(
            visit, early_before_s=visit.window.earliest_s + 900, late_after_s=visit.window.latest_s - 1800,
            preferred_start_s=visit.preferred_start_s or visit.window.latest_s,
        )
        for visit in problem.visits
    )  # fmt: skip
    priced = replace(problem, visits=liked, weights=weights)
    compiled = compile_problem(priced)
    before = standing(priced, compiled, runs)
    found = retime(priced, compiled, runs)
    after = before if found is None else standing(priced, compiled, found)
    assert after.breaches == 0
    assert after.cost <= before.cost + 0.01


@st.composite
def tiny_days(draw: st.DrawFn) -> DayProblem:
    """Draw two or three visits to two clients whose instants are all multiples of five minutes, and two shifts."""
    visits = []
    for number in range(draw(st.integers(2, 3))):
        from_s = at("08:00") + 900 * draw(st.integers(0, 4))
        second = TimeWindow(earliest_s=from_s + 5400, latest_s=from_s + 5700)
        visits.append(
            a_visit(
                f"v{number}",
                client=draw(st.sampled_from(("a", "b"))),
                place=draw(st.integers(1, 2)),
                duration_s=600,
                window=TimeWindow(earliest_s=from_s, latest_s=from_s + 600 * draw(st.integers(1, 2))),
                other_windows=(second,) if draw(st.integers(0, 3)) == 0 else (),
                early_before_s=from_s + 300 * draw(st.integers(0, 4)),
                late_after_s=from_s + 300 * draw(st.integers(0, 6)),
            )
        )
    rest = (a_break("08:20", "09:30", 10),) if draw(st.booleans()) else ()
    shifts = [
        a_shift("one", breaks=rest, max_span_s=draw(st.sampled_from((None, 7200)))),
        a_shift("two", start_place=3, end_place=3),
    ]
    return a_problem(
        visits,
        shifts,
        weights=draw(clock_prices()),
        sequences=(Link(first="v0", then="v1", least_s=900, most_s=3600),) if draw(st.booleans()) else (),
        clients=(ClientNeeds(client="a", min_gap_s=1200),) if draw(st.booleans()) else (),
        before=(Before(visit="v0", shifts=frozenset({"one"}), start_s=visits[0].window.earliest_s + 300),),
    )


def instants(visit: Visit) -> list[int]:
    """List the starts of a visit that are multiples of five minutes."""
    return [at_s for w in (visit.window, *visit.other_windows) for at_s in range(w.earliest_s, w.latest_s + 1, 300)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tiny_days(), st.permutations(range(3)), st.integers(0, 3), st.integers(0, 3))
def test_times_are_the_best_of_all(problem: DayProblem, order: list[int], first: int, rest_at: int) -> None:
    """Trying every start finds no times that cost less, and legal ones only where they are found too."""
    compiled = compile_problem(problem)
    legs = [leg for leg in order if leg < len(problem.visits)]
    one, two = legs[:first], legs[first:]
    if one and problem.shifts[0].breaks:
        one.insert(min(rest_at, len(one)), len(problem.visits))
    nodes = (tuple(one), tuple(two))
    best = None
    for starts_s in product(*(instants(visit) for visit in problem.visits)):
        tried = standing(problem, compiled, Sequences(nodes, dict(enumerate(starts_s))))
        at_s = {stop.visit: stop.start_s for run in tried.runs.values() for stop in run.stops}
        if tried.breaches == 0 and tuple(at_s[visit.id] for visit in problem.visits) == starts_s:
            best = min(tried.cost, tried.cost if best is None else best)
    found = standing(problem, compiled, retime(problem, compiled, Sequences(nodes, {})) or Sequences(nodes, {}))
    assert (found.breaches == 0) is (best is not None)
    assert best is None or abs(found.cost - best) < 0.01

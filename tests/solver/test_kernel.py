"""Tests of the compiled search: every rule on tiny days, and its own bookkeeping on random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from solver.check import check
from solver.compile import Compiled, compile_problem
from solver.kernel.annealing import Annealing
from solver.kernel.jit import compiled as to_machine_code
from solver.kernel.rng import new_rng
from solver.kernel.search import CHAIN_EVERY, absence_prices, cost_now
from solver.kernel.state import UNCHAINED, UNPAIRED, State, new_state, prepare
from solver.realise import realise, unfinished
from solver.sequences import Sequences, earliest_starts, plan_cost
from solver.types import ClientNeeds, DayPlan, DayProblem, LockedRun, ProviderHours, Sequence, TimeWindow, Weights
from tests.builders import a_break, a_problem, a_sailing, a_shift, a_travel, a_visit, a_window, at
from tests.solver.days import random_day


def searched(problem: DayProblem, iterations: int = 300, seed: int = 1) -> tuple[Compiled, Annealing]:
    """Search a whole day as one part."""
    compiled = compile_problem(problem)
    annealing = Annealing(compiled, seed)
    annealing.advance(iterations, (0.0, 1.0))
    return compiled, annealing


@to_machine_code
def as_seen(state: State, share: float) -> float:
    """Price the plan at hand as the search does when a share of it is done."""
    return cost_now(state, absence_prices(share))


def placed(problem: DayProblem, iterations: int = 300) -> set[str]:
    """Give the visits that the search places, after checking that their runs are legal."""
    compiled, annealing = searched(problem, iterations)
    runs = realise(problem, compiled, annealing.sequences)
    found = {stop.visit for run in runs for stop in run.stops}
    absent = [visit for visit in problem.visits if visit.id not in found]
    breaches = check(problem, DayPlan(day=problem.day, runs=runs, unallocated=()))
    assert {breach.visit for breach in breaches} <= {visit.id for visit in absent}
    return found


@pytest.mark.parametrize(
    ("refused", "allowed"),
    [
        ({"providers": frozenset({"south"})}, {}),
        ({"skills": frozenset({"peg"})}, {"skills": frozenset()}),
        ({"barred_carers": frozenset({"anna"})}, {"barred_carers": frozenset({"ben"})}),
        ({"window": a_window("14:21", "15:00")}, {"window": a_window("14:20", "15:00")}),
        ({"window": a_window("06:00", "07:09")}, {"window": a_window("06:00", "07:10")}),
        ({"carers_needed": 2}, {"carers_needed": 1}),
    ],
)
def test_a_visit_is_placed_just_when_it_is_allowed(refused: dict[str, Any], allowed: dict[str, Any]) -> None:
    """One shift and one visit: placed on the edge of each rule, left out one step beyond."""
    assert placed(a_problem([a_visit(**refused)])) == set()
    assert placed(a_problem([a_visit(**allowed)])) == {"v1"}


def test_locked_visits_stay_on_their_shift() -> None:
    """A visit locked to the far shift goes there, however much nearer the other is."""
    shifts = [a_shift("near"), a_shift("far", start_place=5, end_place=5)]
    problem = a_problem([a_visit(locked_shifts=frozenset({"far"}))], shifts)
    compiled, annealing = searched(problem)
    assert annealing.sequences.nodes == ((), (0,))
    assert annealing.cost == plan_cost(compiled, annealing.sequences)


def test_work_limit_counts_contact_and_travel_between_visits() -> None:
    """Two half hours with ten minutes between are 70 minutes of work: allowed at 70, not at 69."""
    visits = [a_visit("v1"), a_visit("v2", place=2)]
    assert len(placed(a_problem(visits, [a_shift(max_work_s=70 * 60)]))) == 2
    assert len(placed(a_problem(visits, [a_shift(max_work_s=69 * 60)]))) == 1


def test_a_break_is_in_every_run_in_use() -> None:
    """A run holds its breaks as soon as it has a visit, and an idle shift has none."""
    shifts = [a_shift(breaks=(a_break("11:00", "12:00"), a_break("13:00", "14:00"))), a_shift("idle", provider="south")]
    compiled, annealing = searched(a_problem([a_visit()], shifts))
    run, idle = annealing.sequences.nodes
    assert (sorted(run), idle) == ([0, 1, 2], ())
    assert earliest_starts(compiled, 0, run, {}) is not None


def test_a_break_leaves_no_time_for_a_visit_that_needs_it() -> None:
    """A visit that fills the break's whole window is left out; a window one visit longer takes both."""
    visit = a_visit(duration_s=3 * 3600, window=a_window("10:00", "10:00"))
    assert placed(a_problem([visit], [a_shift(breaks=(a_break("10:30", "12:30"),))])) == set()
    assert placed(a_problem([visit], [a_shift(breaks=(a_break("10:30", "13:00"),))])) == {"v1"}


def test_a_break_moves_to_let_a_visit_in() -> None:
    """Three visits round a break fit only with the break between the right two."""
    visits = [
        a_visit("a", window=a_window("10:00", "10:00")),
        a_visit("b", window=a_window("11:00", "11:00")),
        a_visit("c", window=a_window("11:30", "12:10")),
    ]
    assert placed(a_problem(visits, [a_shift(breaks=(a_break("10:30", "12:30"),))])) == {"a", "b", "c"}


def test_a_pair_starts_together_with_two_carers() -> None:
    """Both legs of a double-handed visit start at one instant on shifts of different carers."""
    problem = a_problem([a_visit(carers_needed=2)], [a_shift("a"), a_shift("b", start_place=5, end_place=5)])
    compiled, annealing = searched(problem)
    runs = realise(problem, compiled, annealing.sequences)
    assert len(runs) == 2
    assert runs[0].stops[0].start_s == runs[1].stops[0].start_s
    assert check(problem, DayPlan(day=problem.day, runs=runs, unallocated=())) == ()


def test_a_carer_is_not_sent_twice_to_a_pair() -> None:
    """Two shifts of one carer do not make two carers."""
    shifts = [a_shift("a", carer="anna"), a_shift("b", carer="anna")]
    assert placed(a_problem([a_visit(carers_needed=2)], shifts)) == set()


def test_a_pair_is_not_given_up_where_visits_of_one_carer_are() -> None:
    """Early on the plan at hand misses a visit that costs more than a tenth of its price, but no such pair."""
    known = frozenset({"nobody-on-shift"})
    visits = [a_visit("pair", carers_needed=2, known_carers=known), a_visit("one", place=2, known_carers=known)]
    weights = Weights(unfamiliar_visit=350_000, unallocated_amber=2_000_000)
    problem = a_problem(visits, [a_shift("a"), a_shift("b")], weights=weights)
    annealing = Annealing(compile_problem(problem), 1)
    annealing.advance(50, (0.0, 0.01))
    assert annealing.n_unserved == 0
    assert (annealing.state.run_of >= 0).tolist() == [True, True, False]


def test_a_pair_weighs_a_little_more_than_two_other_visits() -> None:
    """A fiftieth of the price decides between them, not a second of travel; the books keep the true prices."""
    pair, singles = [a_visit(carers_needed=2)], [a_visit(), a_visit("b")]
    for visits, early, late in ((pair, 54_000, 204_000), (singles, 20_000, 200_000)):
        problem = a_problem(visits, weights=Weights(unallocated_amber=100_000))
        state = new_state(prepare(compile_problem(problem)), 1)
        assert [round(as_seen(state, share)) for share in (0.0, 1.0)] == [early, late]
        assert state.ledger.sum() == 200_000


def test_boats_are_taken_exactly() -> None:
    """A visit across the water is placed when the last boat back is caught to the minute, and not a minute later."""
    roads = [[0, None], [None, 0]]
    boats = [a_sailing("out", 0, 1, "08:00"), a_sailing("back", 1, 0, "10:00")]
    travel = a_travel(roads, sailings=boats)
    in_time = a_visit(duration_s=75 * 60, window=a_window("08:35", "09:00"))
    too_long = a_visit(duration_s=76 * 60, window=a_window("08:35", "09:00"))
    assert placed(a_problem([in_time], [a_shift()], travel)) == {"v1"}
    assert placed(a_problem([too_long], [a_shift()], travel)) == set()


def test_a_red_visit_wins_over_a_green_one() -> None:
    """Where one of two fits, the dearer to leave out is placed, whichever comes first."""
    for order in (1, -1):
        visits = [
            a_visit("red", time_critical=True, window=a_window("09:00", "09:00")),
            a_visit("amber", place=2, window=a_window("09:00", "09:00")),
        ][::order]
        assert placed(a_problem(visits)) == {"red"}


def test_a_visit_is_left_out_when_it_is_not_worth_its_way() -> None:
    """The price of absence is compared with the detour."""
    cheap = Weights(unallocated_amber=100)
    assert placed(a_problem([a_visit(place=5)], weights=cheap)) == set()


def test_the_familiar_carer_is_sent_where_the_way_is_as_long() -> None:
    """An unfamiliar carer costs ten minutes, so the known one goes."""
    shifts = [a_shift("a"), a_shift("b")]
    _, annealing = searched(a_problem([a_visit(known_carers=frozenset({"carer-of-b"}))], shifts))
    assert annealing.sequences.nodes == ((), (0,))


def test_provider_hours_draw_visits() -> None:
    """A floor sends the visit to the farther provider; without it the nearer one has it."""
    shifts = [a_shift("near"), a_shift("far", provider="south", start_place=5, end_place=5)]
    visit = a_visit(providers=frozenset({"north", "south"}))
    floor = (ProviderHours(provider="south", floor_s=1800),)
    free, bound = a_problem([visit], shifts), a_problem([visit], shifts, provider_hours=floor)
    assert searched(free)[1].sequences.nodes == ((0,), ())
    compiled, annealing = searched(bound)
    assert annealing.sequences.nodes == ((), (0,))
    assert annealing.cost == plan_cost(compiled, annealing.sequences)


@pytest.mark.parametrize(("seed", "island"), [(1, False), (2, False), (4, True), (6, True), (8, True)])
def test_random_days_are_legal_and_the_books_agree(seed: int, *, island: bool) -> None:
    """On random days every run is legal, pairs are whole, and the running cost is the plan's price worked out anew."""
    problem = random_day(60, 12, seed, island=island)
    compiled, annealing = searched(problem, 2_000, seed)
    sequences = annealing.sequences
    assert annealing.cost == plan_cost(compiled, sequences)
    runs = realise(problem, compiled, sequences)
    found = {stop.visit for run in runs for stop in run.stops}
    left_out = {breach.visit for breach in check(problem, DayPlan(day=problem.day, runs=runs, unallocated=()))}
    assert left_out == {visit.id for visit in problem.visits} - found
    assert annealing.n_unserved == sum(v.carers_needed for v in problem.visits if v.id not in found)


def rich_day(seed: int, another_carer: int) -> DayProblem:
    """Make a tight day of visits along a line: pairs, breaks, links, gaps, a settled run, limits and many prices.

    Two shifts are one carer's; breaks may come before leaving home, and a pair shares a carer with another visit.
    """
    rng = random.Random(seed)
    visits = [
        a_visit(
            f"v{row}",
            client=f"c{row % 5}",
            place=rng.randrange(6),
            duration_s=900 * rng.randint(1, 3),
            window=TimeWindow(earliest_s=(start_s := at("08:00") + 1800 * rng.randrange(8)), latest_s=start_s + 5400),
            other_windows=(a_window("14:00", "14:30"),) if row == 2 else (),
            providers=frozenset({"north", "south"}),
            carers_needed=2 if row in {3, 7} else 1,
            known_carers=frozenset({"carer-of-s1"}) if row % 2 else frozenset(),
            area="hill" if row % 3 else "shore",
            load=1,
        )
        for row in range(14)
    ]
    limits: tuple[dict[str, Any], ...] = (
        {"max_drive_s": 3000, "capacity": 3},
        {"max_span_s": 2 * 3600, "max_drive_s": 4000},
        {"max_work_s": 2 * 3600},
        {"capacity": 2, "carer": "twice", "window": a_window("08:00", "10:00")},
        {"max_drive_s": 3600, "carer": "twice", "window": a_window("10:00", "12:30")},
    )
    rests = (
        (),
        (a_break("08:00", "09:00", 10), a_break("08:00", "08:30", 5), a_break("09:00", "11:00", 15)),
        (),
        (a_break("08:00", "08:30", 5), a_break("08:00", "09:15", 5)),
        (a_break("10:00", "10:15", 5), a_break("10:00", "11:00", 10)),
    )
    shifts = [
        replace(
            a_shift(
                f"s{row}",
                provider=("north", "south")[row % 2],
                start_place=rng.randrange(6),
                end_place=rng.randrange(6),
                window=a_window("08:00", "12:30"),
                contracted_s=2 * 3600,
                breaks=rests[row],
            ),
            **limit,
        )
        for row, limit in enumerate(limits)
    ]
    return a_problem(
        [*visits, a_visit("first", place=4), a_visit("second", place=2)],
        [*shifts, a_shift("settled")],
        sequences=tuple(
            Sequence(first=first, then=then, least_s=900, most_s=3 * 3600, same_carer=same)
            for first, then, same in (
                ("v0", "v1", None),
                ("v5", "v6", True),
                ("v3", "v10", False),
                ("v9", "v7", True),
            )
        ),
        clients=tuple(ClientNeeds(client=client, min_gap_s=1800, one_provider=True) for client in ("c2", "c4")),
        locked_runs=(LockedRun(shift="settled", visits=("first", "second")),),
        provider_hours=(ProviderHours(provider="north", floor_s=3600, ceiling_s=7200),),
        weights=Weights(
            another_carer=another_carer, another_area=100, overtime=0.5, undertime=0.25, provider_hours=1.0
        ),
    )


@pytest.mark.parametrize(("seed", "another_carer"), [(2, 500), (4, 500), (2, 0), (3, 0)])
def test_the_books_agree_after_every_iteration(seed: int, another_carer: int) -> None:
    """Whatever an iteration takes out, puts in, keeps or undoes: the plan at hand is legal and its price is its own.

    Where another carer has a price no ends of runs are exchanged. Chains are looked for now and then.
    """
    problem = rich_day(seed, another_carer)
    compiled = compile_problem(problem)
    annealing = Annealing(compiled, seed)
    state, tied = annealing.state, annealing.day.nodes["tied"]
    for k in range(50):
        if k % 5 == 0:
            state.counts[UNCHAINED] = CHAIN_EVERY
        annealing.advance(1, (0.0, 0.0))  # hot: most changes stay
        lengths = state.runs["length"].tolist()
        nodes = tuple(
            tuple(int(n) for n in row[:length]) for row, length in zip(state.stops["node"], lengths, strict=False)
        )
        legs = [node for run in nodes for node in run if node < annealing.n_legs]
        now = Sequences(nodes=nodes, start_s={leg: int(state.open_s[leg]) for leg in legs if tied[leg]})
        absent = state.run_of < 0
        assert int(state.ledger.sum()) == plan_cost(compiled, now)
        assert int(state.ledger[UNPAIRED]) == compiled.unplaced_cost[absent & (compiled.mate >= 0)].sum()
        assert annealing.cost == plan_cost(compiled, annealing.sequences)
        plan = unfinished(problem, realise(problem, compiled, now))
        assert check(problem, plan) == ()
        assert {leg for leg in range(annealing.n_legs) if state.run_of[leg] >= 0} == set(legs)


def test_the_first_plan_is_complete_and_more_iterations_never_cost_more() -> None:
    """The best plan so far only ever gets cheaper."""
    annealing = Annealing(compile_problem(random_day(60, 12)), 1)
    costs = [annealing.cost]
    for step in range(10):
        annealing.advance(100, (step / 10, (step + 1) / 10))
        costs.append(annealing.cost)
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] < costs[0]


def test_the_same_seed_gives_the_same_plan() -> None:
    """A search bounded by iterations depends on its seed and nothing else."""
    problem = random_day(60, 12)
    first, again, other = (searched(problem, 1_000, seed)[1].sequences for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_warm_start_is_kept_or_bettered() -> None:
    """Going on from a plan costs no more than the plan, not even without iterations."""
    problem = random_day(60, 12)
    compiled, annealing = searched(problem, 1_000)
    for iterations in (0, 200):
        warm = Annealing(compiled, 2, annealing.sequences)
        warm.advance(iterations, (0.0, 1.0))
        assert warm.cost <= annealing.cost
        assert warm.cost == plan_cost(compiled, warm.sequences)


def test_a_warm_start_drops_what_is_not_allowed() -> None:
    """Of a plan that breaks rules the rest is kept: a late visit, half a pair, a run without its break."""
    visits = [a_visit("a"), a_visit("b", place=2), a_visit("pair", place=3, carers_needed=2)]
    shifts = [a_shift("x", breaks=(a_break(),)), a_shift("y", window=a_window("07:00", "08:40"))]
    compiled = compile_problem(a_problem(visits, shifts))
    broken = Sequences(nodes=((0, 2, 4), (1,)), start_s={2: at("09:00")})
    warm = Annealing(compiled, 1, broken)
    assert warm.cost == plan_cost(compiled, warm.sequences)
    assert set(warm.sequences.nodes[0]) == {0, 1, 4}
    assert warm.sequences.nodes[1] == ()


def test_travel_that_is_no_metric_is_survived() -> None:
    """Where a detour is the faster way, removing a visit may break a run: the search stays legal and goes on."""
    minutes = [[0, 5, 5, 90], [5, 0, 5, 5], [5, 5, 0, 90], [90, 5, 90, 0]]
    visits = [a_visit(f"v{k}", place=1 + k % 3, window=a_window("08:00", "09:30")) for k in range(6)]
    shifts = [a_shift("x", window=a_window("07:30", "12:00")), a_shift("y", window=a_window("07:30", "12:00"))]
    problem = a_problem(visits, shifts, a_travel(minutes))
    assert placed(problem, 2_000)


def test_a_day_without_visits_or_without_shifts_is_no_trouble() -> None:
    """Nothing to search is an empty plan."""
    assert searched(a_problem([]))[1].cost == 0
    assert searched(a_problem([a_visit()], []))[1].cost == 100_000


def test_seeds_make_different_generators() -> None:
    """Neighbouring seeds, and zero, start from different numbers, none of them zero."""
    starts = [int(new_rng(seed)[0]) for seed in range(20)]
    assert len(set(starts)) == 20
    assert 0 not in starts

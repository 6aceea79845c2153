"""The ledger: its swaps sum to the step from B to C, each rostered for real, each safe to stop at."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, replace
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from app.reports.comparison import comparison_json
from app.reports.ledger import ledger_json, plan_fields
from app.services.carer_changes import Continuity, carer_changes, carers_by_client
from app.services.cost_rates import rates_on, read_rates
from app.services.share_gain import AMONG_PAIRS, BEFORE, Gain, gain_in, share_gain, splits_of
from app.services.swap_ledger import (
    Effect,
    Ledger,
    LedgerAsked,
    package_seconds,
    swap_ledger,
)
from solver.check import check
from solver.comparison import Step, alike_where_nobody_moves, all_familiar, with_providers
from solver.errors import PlanRejected
from solver.providers_apart import day_of, joined, plan_of
from solver.sharing import equal_profit, game_of, proportional
from solver.solve import solve
from solver.swap_rosters import _found
from solver.types import Limits
from tests.app.areas import in_this_process, tiny_area, tiny_comparison

if TYPE_CHECKING:
    from app.services.compare import PlanResult


@cache
def ends() -> tuple[PlanResult, PlanResult]:
    """Give plan B, and a plan in which three people of each of two providers have swapped."""
    before = tiny_comparison().plans["B"]
    one, other = sorted(set(before.provider_of.values()))[:2]
    chosen = {
        client: new
        for old, new in ((one, other), (other, one))
        for client in sorted(name for name, held in before.provider_of.items() if held == old)[:3]
    }
    provider_of = {**before.provider_of, **chosen}
    problem = with_providers(before.problem, {client: frozenset({name}) for client, name in provider_of.items()})
    problem = replace(all_familiar(problem, chosen), keep=frozenset())
    plan = solve(problem, Limits(iterations=400, seed=3))
    steps = alike_where_nobody_moves(
        Step(plan=before.plan, problem=before.problem, provider_of=before.provider_of, iterations=1),
        Step(plan=plan, problem=problem, provider_of=provider_of, iterations=1),
    )
    return replace(before, plan=steps[0].plan), replace(
        before, plan=steps[1].plan, problem=problem, provider_of=provider_of
    )


@cache
def ledger(most: int = 24) -> Ledger:
    """Tell the step swap by swap."""
    area = tiny_area()
    rates = rates_on(read_rates(), area.dataset.day, [row.provider_id for row in area.dataset.providers])
    asked = LedgerAsked(rates=rates, iterations=60, seed=3, run=in_this_process, most_swaps=most)
    return swap_ledger(area, *ends(), asked)


def test_swaps_sum_to_the_difference_between_the_plans() -> None:
    """Minutes, miles, visits and every price: what the swaps do not explain is nothing."""
    residual = ledger().residual
    assert (residual.travel_s, residual.metres, residual.contact_s, residual.visits) == (0, 0, 0, 0)
    assert [residual.gbp, residual.travelling_gbp, residual.cost] == pytest.approx([0, 0, 0], abs=1e-6)
    assert len(ledger().swaps) >= 2


def test_the_last_swap_absorbs_nothing() -> None:
    """Leaving the last swap out changes the residual by exactly its own effect: it is no remainder."""
    before, after = ends()
    *others, last = ledger().swaps
    travel_s = [
        sum(stop.travel_s + stop.boat_wait_s for run in found.plan.runs for stop in run.stops[1:])
        for found in (before, after)
    ]
    explained = sum(row.effect.travel_s for row in others)
    assert travel_s[1] - travel_s[0] - explained == last.effect.travel_s


def test_a_swap_touches_only_its_providers() -> None:
    """Nobody else's rota, hours or miles change."""
    for row in ledger().swaps:
        assert set(row.effects) == set(row.swap.providers)


def test_hours_after_each_swap_are_those_agreed_and_above_every_floor() -> None:
    """The list may be stopped at any line."""
    area = tiny_area()
    hours_s = package_seconds(ends()[0].problem)
    provider_of = dict(ends()[0].provider_of)
    floor_pct = {row.provider_id: row.floor_pct for row in area.dataset.providers}
    first: Counter[str] = Counter()
    for client, provider in provider_of.items():
        first[provider] += hours_s[client]
    for row in ledger().swaps:
        for move in row.swap.moves:
            assert provider_of[move.client] == move.giver
            provider_of[move.client] = move.receiver
        held: Counter[str] = Counter({row.provider_id: 0 for row in area.dataset.providers})
        for client, provider in provider_of.items():
            held[provider] += hours_s[client]
        assert row.held_s == dict(held)
        assert row.below_floor == ()
        assert all(held[name] * 100 >= first[name] * pct for name, pct in floor_pct.items())
    assert provider_of == ends()[1].provider_of


def test_fewer_longer_swaps_explain_the_same() -> None:
    """Joined swaps sum to the same difference."""
    assert len(ledger(1).swaps) <= len(ledger().swaps)
    sums = [sum((row.effect for row in told.swaps), Effect()) for told in (ledger(1), ledger())]
    assert sums[0].travel_s == sums[1].travel_s


def test_a_roster_that_breaks_a_rule_stops_the_ledger() -> None:
    """The checker looks at every roster on the way; one breach is a bug of ours."""
    area = tiny_area()
    rates = rates_on(read_rates(), area.dataset.day, [row.provider_id for row in area.dataset.providers])

    def spoilt(function: object, tasks: list[dict[str, object]]) -> list[object]:
        found = in_this_process(function, tasks)  # type: ignore[arg-type]
        (first, *others), *rest = found
        run = first.plans[1].runs[0]
        broken = replace(run, leave_home_s=run.leave_home_s - 8 * 3600)
        plans = (first.plans[0], replace(first.plans[1], runs=(broken, *first.plans[1].runs[1:])), *first.plans[2:])
        return [[replace(first, plans=plans), *others], *rest]

    with pytest.raises(PlanRejected):
        swap_ledger(area, *ends(), LedgerAsked(rates=rates, iterations=20, run=spoilt))


def test_a_whole_plan_can_be_put_together_from_the_providers() -> None:
    """The parts of plan B are plan B, and the checker finds nothing in it."""
    before = ends()[0]
    parts = []
    for name in set(before.provider_of.values()):
        clients = {client for client, provider in before.provider_of.items() if provider == name}
        parts.append(plan_of(day_of(before.problem, name, clients), before.plan))
    whole = joined(before.problem, parts)
    assert whole.runs == before.plan.runs
    assert not check(before.problem, whole)


def test_people_with_other_carers_are_counted_once() -> None:
    """The swaps sum to the difference of the two plans, person by person, however often a roster was made anew."""
    told = ledger()
    came = [carers_by_client(found.problem, found.plan) for found in ends()]
    other = [client for client, was in came[0].items() if came[1].get(client) and came[1][client].keys() != was.keys()]
    swaps = sum((row.continuity for row in told.swaps), Continuity())
    assert swaps == told.continuity == carer_changes(*came)
    assert sum(asdict(told.continuity).values()) == len(other) > 0
    spoilt = replace(told, continuity=replace(told.continuity, all_carers=99))
    assert plan_fields(spoilt, share_gain(told), {}, {})["ledger_residual"] > 0


def test_savings_are_told_first_and_add_up() -> None:
    """What is so far after each line is the sum of the lines; a line that costs says why it stands there."""
    so_far = Effect()
    for number, row in enumerate(ledger().swaps, start=1):
        so_far = so_far + row.effect
        assert row.number == number
        assert astuple(row.so_far) == pytest.approx(astuple(so_far))
        assert row.why_here or row.effect.cost <= 0
    assert "below its floor" not in str(ledger_json(ledger(), share_gain(ledger()))["swaps"])


def test_the_gain_is_shared_so_that_nobody_is_worse_off() -> None:
    """Shares sum to what is paid in all; with a gain, nobody pays more than alone under the chosen rule."""
    gain = share_gain(ledger())
    for split in gain.splits.values():
        assert sum(split.share.values()) == pytest.approx(gain.game.cost(gain.game.whole))
    assert gain.total == pytest.approx(gain.game.alone().sum() - gain.game.cost(gain.game.whole))
    assert (gain.worse_off(gain.rule) == {}) == (gain.total >= -0.01)
    told = ledger_json(ledger(), gain)
    assert gain_in(told).as_json() == told["sharing"] == gain.as_json()


def test_the_rule_shown_first_is_one_that_passes_both_tests() -> None:
    """In proportion a pair would do better by itself here: equal profit is chosen, and who objects to what is told."""
    costs = {"A": 10.0, "B": 10.0, "C": 10.0, "AB": 10.0, "AC": 20.0, "BC": 20.0, "ABC": 20.0}
    game = game_of({frozenset(names): cost for names, cost in costs.items()})
    splits = {"proportional": proportional(game), "equal profit": equal_profit(game)}
    gain = Gain(own={"A": 9.0, "B": 2.0, "C": -1.0}, game=game, splits=splits)
    assert gain.rule == "equal profit"
    shown = gain.as_json()
    assert (shown["chosen_rule"], list(shown["rules"])) == ("equal profit", ["equal profit", "proportional"])
    assert [rule["passes"] for rule in shown["rules"].values()] == [True, False]
    (pair,) = shown["rules"]["proportional"]["pairs_worse_off"]
    assert (pair["pair"], pair["by_gbp"]) == (["A", "B"], 3.33)
    assert gain.worse_off(BEFORE) == {"C": 1.0}
    assert shown["some_group_loses_gbp"] == 0
    unfair = replace(splits["proportional"], share={"A": 12.0, "B": 4.0, "C": 4.0})
    told = replace(gain, splits={"unfair": unfair}).as_json()["rules"]["unfair"]
    assert (told["passes"], told["worse_off"], told["worse_off_by_gbp"]) == (False, ["A"], {"A": 2.0})


def test_a_split_that_passes_both_tests_is_found_where_no_group_of_three_can_be_kept() -> None:
    """With an empty core equal profit charges everybody more; heeding pairs alone it passes, and is chosen."""
    costs = dict.fromkeys("ABCD", 10.0) | {"".join(pair): 20.0 for pair in combinations("ABCD", 2)}
    costs |= {"AB": 15.0, "ABCD": 35.0} | {"".join(some): 20.0 for some in combinations("ABCD", 3)}
    game = game_of({frozenset(names): cost for names, cost in costs.items()})
    gain = Gain(own=dict.fromkeys("ABCD", 1.25), game=game, splits=splits_of(game))
    assert gain.splits[AMONG_PAIRS].share == pytest.approx({"A": 7.5, "B": 7.5, "C": 10, "D": 10}, abs=1e-4)
    shown = gain.as_json()
    assert (gain.rule, shown["chosen_rule"]) == (AMONG_PAIRS, AMONG_PAIRS)
    assert [name for name, rule in shown["rules"].items() if rule["passes"]] == [AMONG_PAIRS]
    assert shown["some_group_loses_gbp"] == round(game_epsilon := gain.splits["equal profit"].epsilon or 0, 2)
    assert game_epsilon > 1


def test_the_ledger_as_json_names_nobody_who_moves() -> None:
    """It has figures and providers; clients are counted."""
    told = ledger()
    gain = share_gain(told)
    text = str(ledger_json(told, gain))
    assert not any(f"'{client}'" in text for client in ends()[0].provider_of)
    fields = plan_fields(told, gain, {"P01": 5.0, "P02": 1.0}, {"P01": 4.9, "P02": 3.0})
    assert (fields["ledger_residual"], fields["providers_below_floor"]) == (0, 1)


def test_a_comparison_tells_its_own_ledger() -> None:
    """The compared area has a ledger from its own B to its own C, without a remainder."""
    found = tiny_comparison()
    assert found.ledger is not None
    assert found.ledger.residual.travel_s == 0
    moved = {move.client for row in found.ledger.swaps for move in row.swap.moves}
    before, after = (found.plans[letter].provider_of for letter in "BC")
    assert moved == {client for client in before if before[client] != after[client]}


def test_what_the_search_may_be_to_blame_for_is_told() -> None:
    """An end that another roster of the same clients beats is noise; one that it does not beat is none."""
    told = ledger()
    assert told.noise >= 0
    assert told.more_visits >= 0
    before = ends()[0]
    assert _found(before.problem, before.plan, before.plan) == (0.0, 0)
    fewer = replace(before.plan, runs=before.plan.runs[1:])
    assert _found(before.problem, fewer, before.plan) == (0.0, len(before.plan.runs[0].stops))
    assert _found(before.problem, before.plan, fewer) == (0.0, 0)


def test_plan_c_says_who_is_below_a_floor_and_who_worse_off() -> None:
    """What the demo prints of C: nobody below a floor, nobody moved whose choice is locked, and no remainder."""
    found = comparison_json(tiny_comparison(), tiny_area().dataset, attribution="nobody")
    plan = found["plans"]["C"]
    assert (plan["providers_below_floor"], plan["ledger_residual"], plan["choice_locked_moved"]) == (0, 0, 0)
    rules = found["ledger"]["sharing"]["rules"]
    assert plan["sharing_rule"] == found["ledger"]["sharing"]["chosen_rule"] == next(iter(rules))
    assert plan["providers_worse_off"] == len(rules[plan["sharing_rule"]]["worse_off"])
    assert plan["providers_worse_off_before_sharing"] == len(found["ledger"]["sharing"]["worse_off_before_sharing"])
    assert "providers_worse_off" not in found["plans"]["B"]

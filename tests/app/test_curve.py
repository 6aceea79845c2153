"""The curves: each point a plan that was checked, the knee where it bends, and distance alone beside it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from app.cli.curve import curve
from app.reports.comparison import comparison_json
from app.reports.curve import curve_json, falling, knee
from solver.check import check
from solver.comparison import placed_visits
from tests.app.areas import tiny_area, tiny_comparison

if TYPE_CHECKING:
    from app.services.requests import CompareRequest


@pytest.mark.parametrize(
    ("points", "bend"),
    [
        ([(0, 10), (10, 4), (50, 3.5), (100, 3)], 1),
        ([(0, 10), (10, 9.5), (50, 5), (100, 3)], 2),
        ([(0, 10), (10, 11), (100, 10)], None),
        ([(0, 10), (50, 9.95), (100, 9.95)], None),
        ([(0, 10), (50, 9.5), (100, 3)], None),
        ([(0, 10), (100, 3)], None),
    ],
)
def test_the_knee_is_where_the_curve_bends_most(points: list[tuple[float, float]], bend: int | None) -> None:
    """Below the straight line and farthest from it; a curve that does not fall, or only at its end, has none."""
    assert knee(points) == bend


def test_the_knee_is_found_on_a_curve_that_never_rises() -> None:
    """A point that is worse than a smaller one counts as that: who may move more people may also move fewer."""
    hole = [(0.0, 10.0), (5.0, 6.0), (10.0, 10.0), (30.0, 5.9), (100.0, 6.5)]
    assert falling(hole) == [(0, 10), (5, 6), (10, 6), (30, 5.9), (100, 5.9)]


def test_more_people_moving_never_make_a_plan_dearer() -> None:
    """Each point is at least as good as the one before; one that is kept from a smaller share is that very plan."""
    found = tiny_comparison()
    for before, after in pairwise(found.curve.values()):
        assert after.cost <= before.cost + 1e-6
        assert after.metrics.visits_placed >= before.metrics.visits_placed
    for pct, kept in found.taken_from.items():
        assert kept < pct
        if kept in found.curve:
            assert found.curve[pct].plan is found.curve[int(kept)].plan
    assert found.curve[0].plan is found.plans["B"].plan


def test_every_point_is_a_legal_plan() -> None:
    """Whoever allocated and whatever is shared, the checker finds nothing."""
    found = tiny_comparison()
    plans = [*found.curve.values(), *found.by_distance.values(), *found.sharing.values()]
    assert len(plans) == 2 * 6 + 3
    for each in plans:
        assert not check(each.problem, each.plan)
        assert each.metrics.choice_locked_moved == 0


def test_distance_alone_keeps_the_budget_and_the_floors() -> None:
    """The rule of thumb plays by the same rules."""
    found = tiny_comparison()
    people = found.plans["B"].metrics.people
    for pct, each in found.by_distance.items():
        assert each.metrics.people_changing_provider <= people * pct // 100
        before, after = (plan.metrics.hours_by_provider for plan in (found.plans["B"], each))
        assert all(after.get(name, 0) >= 0.6 * hours - 0.01 for name, hours in before.items())


def test_each_degree_of_sharing_places_what_the_one_before_does() -> None:
    """More cooperation never costs a visit, and only visits that may be shared are."""
    found = tiny_comparison()
    steps = [found.plans["C"], *found.sharing.values()]
    for before, after in pairwise(steps):
        assert len(placed_visits(after.plan)) >= len(placed_visits(before.plan))
        assert after.cost <= before.cost + 1e-6
    double = found.sharing["double-handed and cover"]
    provider = {shift.id: shift.provider for shift in double.problem.shifts}
    visits = {visit.id: visit for visit in double.problem.visits}
    placed = placed_visits(found.plans["C"].plan)
    for run in double.plan.runs:
        for stop in run.stops:
            if provider[run.shift] != double.provider_of[visits[stop.visit].client]:
                assert visits[stop.visit].carers_needed > 1 or stop.visit not in placed


def test_the_curves_as_json() -> None:
    """Every share of people has distance alone beside it, and degrees go from none to all."""
    found = curve_json(tiny_comparison())
    assert [row["move_pct"] for row in found["moving"]] == [0, 5, 10, 20, 30, 100]
    assert all(set(row["by_distance"]) <= set(row) for row in found["moving"])
    for row in found["moving"]:
        for shown in (row, row["by_distance"]):
            least, greatest = shown["travel_pct_over_seeds"]
            assert least <= shown["travel_pct"] <= greatest
    assert list(found["knee_pct_by_seed"]) == ["3", "4"]
    assert found["knee_pct"] == found["knee_pct_by_seed"]["3"]
    assert [row["shared"] for row in found["sharing"]] == [
        "none",
        "double-handed and cover",
        "islands too",
        "all visits",
    ]
    assert found["moving"][0]["people_moved"] == 0


@pytest.mark.parametrize("if_willing", [False, True])
def test_the_command_says_who_could_not_move(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, if_willing: bool
) -> None:
    """Beside the points, for people and for programs, and it asks on about the willing where it is told to."""
    asked: list[CompareRequest] = []
    shown = comparison_json(tiny_comparison(), tiny_area().dataset, attribution="")
    shown["curves"]["moving"][3] |= {"taken_from_pct": 10.0, "note": "it would not pay"}

    def carry_out(_area: str, request: CompareRequest, *, quiet: bool) -> dict[str, Any]:
        asked.append(request)
        return {**shown, "if_willing": request.if_willing, "quiet": quiet}

    monkeypatch.setattr("app.cli.curve.carry_out", carry_out)
    curve(area="tiny", iterations=9, if_willing=if_willing)
    said = " ".join(capsys.readouterr().out.split())
    assert "At 20 % the search found nothing better (it would not pay): plan C of 10 % is kept." in said
    assert "20 % (as" in said
    assert "people could move in C and D" in said
    assert ("counted as willing" in said) == if_willing
    curve(area="tiny", iterations=9, if_willing=if_willing, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["people_staying_by_reason"] == shown["people_staying_by_reason"]
    assert all(request.if_willing == if_willing and request.curve for request in asked)

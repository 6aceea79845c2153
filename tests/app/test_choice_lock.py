"""The choice lock is proved on every plan that is stored, by arithmetic that knows nothing of searches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.choice_lock import choice_locked_moved, is_choice_locked, require_choice_locks
from app.services.perform import store_plan
from solver.errors import PlanRejected
from tests.app.areas import tiny_area, tiny_comparison


def test_no_plan_of_a_comparison_moves_a_locked_person() -> None:
    """B, C and D, whoever searched."""
    for letter in "BCD":
        assert choice_locked_moved(tiny_area().dataset, tiny_comparison().plans[letter].plan) == []


def test_a_plan_that_moves_one_is_refused_before_it_is_stored() -> None:
    """Were everybody locked, plan D would break locks: it is rejected, and no session is even asked."""
    area, shared = tiny_area(), tiny_comparison().plans["D"]
    everybody = tuple(replace(client, sds_option=1) for client in area.dataset.clients)
    dataset = replace(area.dataset, clients=everybody)
    assert shared.metrics.people_changing_provider > 0
    breaches = choice_locked_moved(dataset, shared.plan)
    assert {breach.rule for breach in breaches} == {"choice-locked"}
    with pytest.raises(PlanRejected):
        require_choice_locks(dataset, shared.plan)
    with pytest.raises(PlanRejected):
        store_plan(None, None, replace(area, dataset=dataset), letter="D", found=shared, seed=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("option", "chosen", "locked"),
    [(1, False, True), (2, False, True), (3, False, False), (4, True, True), (4, False, False)],
)
def test_the_law_says_who_is_locked(option: int, chosen: bool, locked: bool) -> None:  # noqa: FBT001 - cases
    """Options 1 and 2, and the chosen parts of 4."""
    client = replace(tiny_area().dataset.clients[0], sds_option=option, choice_locked=chosen)
    assert is_choice_locked(client) is locked


def test_a_plan_of_carers_who_left_is_no_key_error() -> None:
    """A shift or visit of an older import is not in the data set: it says nothing about locks, and stops nothing."""
    dataset, plan = tiny_area().dataset, tiny_comparison().plans["B"].plan
    gone = replace(dataset, shifts=(), visits=())
    assert choice_locked_moved(gone, plan) == []

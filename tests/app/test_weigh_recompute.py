"""Comparing again is weighed against dropping what was declined, and nothing new is shared before it was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.db.engine import writing
from app.db.optimisations import get_optimisation
from app.db.proposals import Choice, Status, get_version, steps_of
from app.services.ask_list import ask_list
from app.services.comparison_used import used_in_words
from app.services.proposal_steps import take_step, vote
from app.services.proposals import DraftAsked, draft, revise, weighed
from tests.app.proposed import AREA, NOON, PLANNER, WHO, store_comparison

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal


def shared(session: Session, *, budget_pct: float = 50) -> Proposal:
    """Draft a proposal from a stored comparison and share it."""
    store_comparison(session)
    proposal = draft(session, AREA, DraftAsked(title="One road", budget_pct=budget_pct), PLANNER)
    take_step(session, proposal, Status.SHARED, PLANNER)
    return proposal


def test_what_is_new_after_a_decline_is_a_draft_again(sqlite_engine: Engine) -> None:
    """Nobody new is shared unseen: the planner looks first. A comparison without anything new stays shared."""
    with writing(sqlite_engine) as session:
        proposal = shared(session, budget_pct=11)
        again = store_comparison(session)
        revise(session, proposal, PLANNER, why="the same again", optimisation=again)
        assert (proposal.status, get_version(session, proposal).content["weighed"]["swaps_new"]) == (Status.SHARED, [])
        vote(session, proposal, WHO[0], Choice.DECLINE, PLANNER, swap=1)
        revise(session, proposal, PLANNER, why="compared again", optimisation=store_comparison(session))
        told = get_version(session, proposal).content["weighed"]
        assert (told["people_new"], told["swaps_new"], told["better"]) == (2, [2], "recomputed")
        assert (told["dropped"]["people"], told["recomputed"]["people"]) == (0, 2)
        assert proposal.status is Status.DRAFT
        assert steps_of(session, proposal)[-1].note.startswith("compared again: ")
        take_step(session, proposal, Status.SHARED, PLANNER)


def test_dropping_is_better_where_comparing_again_finds_less(sqlite_engine: Engine) -> None:
    """Both are told against the same plan B, also where the new comparison's own is dearer, and what would be lost."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        vote(session, proposal, WHO[0], Choice.DECLINE, PLANNER, swap=1)
        again = store_comparison(session, only=(2,))
        told = weighed(session, proposal, PLANNER, again)
        assert (told["better"], told["people_gone"], told["swaps_gone"], told["swaps_new"]) == ("dropped", 1, [3], [])
        assert (told["dropped"]["cost"], told["recomputed"]["cost"]) == (-1800, -900)
        plan = {"travel_min_per_visit": 8.0, "visits_placed": 100, "travelling_gbp": 300.0, "cost": 9_000}
        for name, cost in ((proposal.optimisation_id, 9_000), (again, 7_000)):
            row = get_optimisation(session, name)
            row.result = {**(row.result or {}), "plans": {"B": {**plan, "cost": cost}}}
        told = weighed(session, proposal, PLANNER, again)
        assert (told["better"], told["recomputed"]["cost"]) == ("recomputed", -2900)
        assert (proposal.status, proposal.version) == (Status.SHARED, 1)


def test_a_draft_tells_its_comparison_and_takes_none_that_a_proposal_constrains(sqlite_engine: Engine) -> None:
    """What was compared around one proposal's declines is used where it is named, and then said to be that."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        around = get_optimisation(session, store_comparison(session, only=(2,)))
        around.request = {"proposal": str(proposal.id), "move_budget_pct": 10.0}
        session.flush()
        told = get_version(session, draft(session, AREA, DraftAsked(title="Again"), PLANNER)).content["comparison"]
        assert told["optimisation"] == str(proposal.optimisation_id)
        assert used_in_words(told).endswith("done 2026-11-17 12:00 UTC: no constraints.")
        assert ask_list(session, AREA, NOON.date()).optimisation == proposal.optimisation_id
        named = ask_list(session, AREA, NOON.date(), optimisation=around.id)
        assert f"at most 10 % moving; around what is declined in proposal {proposal.id}." in used_in_words(
            named.comparison
        )

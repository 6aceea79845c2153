"""Proposals: people first, versions, votes, and no step that was not agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.consents import Answer, Ground, Said, add_protection, lift_protections
from app.db.engine import reading, writing
from app.db.proposals import AUTOMATIC, By, Choice, Status, get_version, moves_of, steps_of
from app.db.rotas import latest_with_ledger
from app.errors import NotFound, OwnProposal, PeopleUnasked, ProposalUnready, VoteRefused, WavesUnjudged
from app.services.impact import HEADINGS
from app.services.judge_wave import Given, record_judgement
from app.services.movable import DECLINED, LOCKED, NO_RECORD, SAID_NO, reasons_to_stay
from app.services.proposal_content import OVER_BUDGET, WITH_THEM
from app.services.proposal_steps import standing, take_step, vote
from app.services.proposals import (
    DraftAsked,
    draft,
    leave_everywhere,
    recompute_request,
    revise,
    staying,
    write_impact,
)
from app.services.see_proposal import seen
from app.services.transition import Measured
from tests.app.areas import tiny_dataset
from tests.app.proposed import AREA, COMMISSIONER, NOON, PLANNER, WHO, ledger, moves, say, store_comparison

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal

ALL = DraftAsked(title="Two providers, one road", budget_pct=50)


def drafted(session: Session, asked: DraftAsked = ALL, *, answer: Answer | None = Answer.ASKED) -> Proposal:
    """Draft a proposal from the stored comparison."""
    store_comparison(session, answer=answer)
    return draft(session, AREA, asked, PLANNER)


def shared(session: Session) -> Proposal:
    """Draft a proposal and share it."""
    proposal = drafted(session)
    take_step(session, proposal, Status.SHARED, PLANNER)
    return proposal


def endorse(session: Session, proposal: Proposal) -> None:
    """Let both providers endorse."""
    for provider in WHO:
        vote(session, proposal, provider, Choice.ENDORSE, PLANNER)


def judge(session: Session, proposal: Proposal, *, going_back: int = 0) -> None:
    """Judge the first wave by figures given, good ones if nobody asked to go back."""
    hours = {row["provider"]: 99.0 for row in get_version(session, proposal).content["providers"]}
    before = Measured(travel_min_per_visit=9.0, visits_left_out=1, hours_by_provider=hours, visits_placed=90)
    after = replace(before, travel_min_per_visit=6.0)
    given = Given(before=before, after=after, people_going_back=going_back)
    record_judgement(session, proposal, 1, COMMISSIONER, given=given)


def test_a_transition_is_complete_when_every_wave_was_judged_to_go_on(sqlite_engine: Engine) -> None:
    """The latest judgement counts, a "no" in between loses none; without one, a note says why it ends."""
    with writing(sqlite_engine) as session:
        proposal, early = shared(session), draft(session, AREA, ALL, PLANNER)
        take_step(session, early, Status.SHARED, PLANNER)
        for row in (proposal, early):
            endorse(session, row)
            with pytest.raises(ProposalUnready, match="during the transition"):
                judge(session, row)
            for step in (Status.ADOPTED, Status.TRANSITION):
                take_step(session, row, step, COMMISSIONER)
        for going_back in (None, 1):
            if going_back:
                judge(session, proposal)
                judge(session, proposal, going_back=going_back)
            with pytest.raises(WavesUnjudged, match="not judged to go on: wave 1"):
                take_step(session, proposal, Status.COMPLETE, PLANNER)
        judge(session, proposal)
        say(session, moves()[4].client_id, Answer.NO, minutes=5)
        leave_everywhere(session, AREA, moves()[4].client_id, By(actor="key/other", at=NOON + timedelta(days=30)))
        content = get_version(session, proposal, 2).content
        assert content["dated_from"] == NOON.date().isoformat()
        (wave,) = content["transition"]
        assert [said["go_on"] for said in wave["judgements"]] == [True, False, True]
        assert {said["by"] for said in wave["judgements"]} == {COMMISSIONER.actor}
        told = seen(session, proposal, provider=WHO[0], with_people=False)
        assert [sorted(said) for said in told["transition"][0]["judgements"]] == [["at", "by", "go_on"]] * 3
        take_step(session, proposal, Status.COMPLETE, PLANNER)
        take_step(session, early, Status.COMPLETE, PLANNER, note="the island's road is closed")
        assert [steps_of(session, row)[-1].note for row in (proposal, early)] == [
            "",
            "Without wave 1: the island's road is closed",
        ]


def test_a_proposal_goes_all_the_way(engine: Engine) -> None:
    """Drafted, shared, endorsed by both, adopted by somebody else, and carried out: every step with its name."""
    with writing(engine) as session:
        proposal = shared(session)
        endorse(session, proposal)
        take_step(session, proposal, Status.ADOPTED, COMMISSIONER, note="board of 17 November")
        take_step(session, proposal, Status.TRANSITION, COMMISSIONER)
        judge(session, proposal)
        take_step(session, proposal, Status.COMPLETE, PLANNER)
        name = proposal.id
    with reading(engine) as session:
        from app.db.proposals import get_proposal  # noqa: PLC0415 - only here

        steps = steps_of(session, get_proposal(session, AREA, name))
        assert [(step.status, step.taken_by) for step in steps] == [
            (Status.DRAFT, "key/planner"),
            (Status.SHARED, "key/planner"),
            (Status.ADOPTED, "key/commissioner"),
            (Status.TRANSITION, "key/commissioner"),
            (Status.COMPLETE, "key/planner"),
        ]


def test_nobody_moves_without_a_record(sqlite_engine: Engine) -> None:
    """A draft from a comparison that asked nobody moves nobody, and says why."""
    with writing(sqlite_engine) as session:
        content = get_version(session, drafted(session, answer=None)).content
        assert content["people"]["moving"] == 0
        assert content["left_out"] == {NO_RECORD: len(moves())}


def test_who_said_no_stays_and_their_swap_with_them(sqlite_engine: Engine) -> None:
    """A swap stands or falls as one, and the others still keep every floor."""
    with writing(sqlite_engine) as session:
        store_comparison(session)
        say(session, moves()[0].client_id, Answer.NO, minutes=5)
        proposal = draft(session, AREA, ALL, PLANNER)
        content = get_version(session, proposal).content
        assert content["left_out"] == {SAID_NO: 1, WITH_THEM: 1}
        assert {row.client_id for row in moves_of(session, proposal)} == {row.client_id for row in moves()[2:]}
        assert [swap["number"] for swap in content["swaps"]] == [2, 3]
        assert all(swap["estimated"] for swap in content["swaps"])
        assert all(swap["below_floor"] == [] for swap in content["swaps"])


@pytest.mark.parametrize("ground", list(Ground))
def test_protected_people_stay(sqlite_engine: Engine, ground: Ground) -> None:
    """At the end of life, just moved or flagged, nobody is moved, until that day is over or it is lifted."""
    with writing(sqlite_engine) as session:
        store_comparison(session)
        said = Said(area=AREA, client=moves()[0].client_id, actor="key/planner", at=NOON)
        add_protection(session, said, ground, until=NOON.date())
        proposal = draft(session, AREA, ALL, PLANNER)
        assert get_version(session, proposal).content["left_out"] == {str(ground): 1, WITH_THEM: 1}
        assert lift_protections(session, said) == 1
        again = draft(session, AREA, ALL, PLANNER)
        assert get_version(session, again).content["left_out"] == {}


def test_the_law_comes_before_any_answer() -> None:
    """Somebody whose provider is their own choice stays, whatever a record says."""
    clients = tiny_dataset().clients
    stay = reasons_to_stay(clients, {client.client_id: Answer.ASKED for client in clients}, {})
    locked = {client.client_id for client in clients if client.sds_option in {1, 2} or client.choice_locked}
    assert stay == dict.fromkeys(locked, LOCKED)


def test_the_budget_counts_people(sqlite_engine: Engine) -> None:
    """Eleven per cent of some twenty people are two: the first swap fits, the others do not."""
    with writing(sqlite_engine) as session:
        content = get_version(session, drafted(session, DraftAsked(title="Few", budget_pct=11))).content
        assert content["people"]["moving"] == 2
        assert content["left_out"] == {OVER_BUDGET: 3}


def test_a_withdrawn_consent_takes_effect_in_every_draft(sqlite_engine: Engine) -> None:
    """Both open proposals have a new version without the person at once; what others said of the old one is void."""
    with writing(sqlite_engine) as session:
        first = shared(session)
        endorse(session, first)
        second = draft(session, AREA, ALL, PLANNER)
        client = moves()[0].client_id
        say(session, client, Answer.NO, minutes=5)
        assert leave_everywhere(session, AREA, client, PLANNER) == [first.id, second.id]
        for proposal in (first, second):
            assert proposal.version == 2
            assert client not in {row.client_id for row in moves_of(session, proposal)}
            assert client not in str(get_version(session, proposal).why)
        assert standing(session, first).silent == WHO
        assert len(moves_of(session, first, 1)) == len(moves())


def test_an_adopted_proposal_goes_back_when_somebody_withdraws(sqlite_engine: Engine) -> None:
    """What was adopted is no longer what is proposed: it has to be endorsed again."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        endorse(session, proposal)
        take_step(session, proposal, Status.ADOPTED, COMMISSIONER)
        say(session, moves()[4].client_id, Answer.NO, minutes=5)
        leave_everywhere(session, AREA, moves()[4].client_id, PLANNER)
        assert (proposal.status, proposal.version) == (Status.SHARED, 2)


def test_whoever_had_a_hand_in_any_version_does_not_adopt(sqlite_engine: Engine) -> None:
    """Not who drafted, revised or shared it, whatever versions follow by themselves; who took a "no" down may."""
    reviser, sharer = (By(actor=f"machine/{name}", at=NOON) for name in ("rita", "sam"))
    client = moves()[4].client_id
    with writing(sqlite_engine) as session:
        proposal = drafted(session)
        revise(session, proposal, reviser, why="without swap 2", without={2})
        take_step(session, proposal, Status.SHARED, sharer)
        say(session, client, Answer.NO, minutes=5)
        assert leave_everywhere(session, AREA, client, COMMISSIONER) == [proposal.id]
        endorse(session, proposal)
        for by in (PLANNER, reviser, sharer, By(actor="machine/Rita", at=NOON)):
            with pytest.raises(OwnProposal, match="somebody else"):
                take_step(session, proposal, Status.ADOPTED, by)
        told = [seen(session, proposal, provider=None, with_people=False, version=number) for number in (1, 2, 3)]
        assert {version["proposed_by"] for version in told} == {PLANNER.actor}
        assert [(version["version_by"], version["caused_by"]) for version in told] == [
            (PLANNER.actor, None),
            (reviser.actor, None),
            (AUTOMATIC, COMMISSIONER.actor),
        ]
        take_step(session, proposal, Status.ADOPTED, COMMISSIONER)


def test_nothing_is_adopted_that_is_not_agreed(sqlite_engine: Engine) -> None:
    """A provider that has not said anything, one that declines, and one swap declined each stand in the way."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        one, other = WHO
        vote(session, proposal, one, Choice.ENDORSE, PLANNER)
        with pytest.raises(ProposalUnready, match=f"not endorsed yet by {other}"):
            take_step(session, proposal, Status.ADOPTED, COMMISSIONER)
        vote(session, proposal, other, Choice.DECLINE, PLANNER)
        with pytest.raises(ProposalUnready, match="declined"):
            take_step(session, proposal, Status.ADOPTED, COMMISSIONER)


def test_a_declined_swap_is_revised_away(sqlite_engine: Engine) -> None:
    """The new version is without it, still safe at every step, and everybody votes again."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        endorse(session, proposal)
        vote(session, proposal, WHO[1], Choice.DECLINE, PLANNER, swap=2, comment="too far for us in winter")
        assert standing(session, proposal).swaps_declined == (2,)
        revise(session, proposal, PLANNER, why="without swap 2", without={2})
        content = get_version(session, proposal).content
        assert [(swap["number"], swap["estimated"]) for swap in content["swaps"]] == [(1, False), (3, True)]
        assert content["left_out"] == {DECLINED: 2}
        with pytest.raises(NotFound, match="no swap 2"):
            revise(session, proposal, PLANNER, why="again", without={2})
        assert standing(session, proposal).silent == WHO
        endorse(session, proposal)
        take_step(session, proposal, Status.ADOPTED, COMMISSIONER)


def test_nobody_is_adopted_over_who_has_only_said_to_be_happy_to_be_asked(sqlite_engine: Engine) -> None:
    """That is enough to be proposed, not to be moved."""
    with writing(sqlite_engine) as session:
        proposal = drafted(session, answer=Answer.HAPPY_TO_BE_ASKED)
        take_step(session, proposal, Status.SHARED, PLANNER)
        endorse(session, proposal)
        with pytest.raises(PeopleUnasked, match="5 of those who would move have not been asked"):
            take_step(session, proposal, Status.ADOPTED, COMMISSIONER)


def test_a_provider_votes_on_its_own_swaps(sqlite_engine: Engine) -> None:
    """Others may comment; a swap that does not exist has no votes; a draft has none at all."""
    with writing(sqlite_engine) as session:
        proposal = drafted(session)
        with pytest.raises(ProposalUnready):
            vote(session, proposal, WHO[0], Choice.ENDORSE, PLANNER)
        take_step(session, proposal, Status.SHARED, PLANNER)
        for swap, what in ((1, "swap 1"), (None, "this version")):
            with pytest.raises(VoteRefused, match=f"P01 takes no part in {what}") as refused:
                vote(session, proposal, "P01", Choice.DECLINE, PLANNER, swap=swap)
            assert "key" not in refused.value.action
        for choice in Choice:
            with pytest.raises(NotFound, match=f"no provider P88 in {AREA}"):
                vote(session, proposal, "P88", choice, PLANNER)
        vote(session, proposal, "P01", Choice.COMMENT, PLANNER, swap=1, comment="fine with us")
        with pytest.raises(NotFound):
            vote(session, proposal, WHO[0], Choice.ENDORSE, PLANNER, swap=99)
        assert standing(session, proposal).swaps_declined == ()


@pytest.mark.parametrize(
    ("status", "to"),
    [(Status.DRAFT, Status.ADOPTED), (Status.DRAFT, Status.TRANSITION), (Status.WITHDRAWN, Status.SHARED)],
)
def test_no_step_is_left_out(sqlite_engine: Engine, status: Status, to: Status) -> None:
    """A draft cannot be adopted, and what was withdrawn stays so."""
    with writing(sqlite_engine) as session:
        proposal = drafted(session)
        if status is not Status.DRAFT:
            take_step(session, proposal, status, PLANNER)
        with pytest.raises(ProposalUnready):
            take_step(session, proposal, to, COMMISSIONER)


def test_a_proposal_is_not_shared_over_somebody_who_must_stay(sqlite_engine: Engine) -> None:
    """Between draft and sharing people's answers may have changed: they are looked up again."""
    with writing(sqlite_engine) as session:
        proposal = drafted(session)
        say(session, moves()[0].client_id, Answer.NO, minutes=5)
        with pytest.raises(ProposalUnready, match="1 of those who would move must stay"):
            take_step(session, proposal, Status.SHARED, PLANNER)


def test_the_impact_has_six_headings_with_figures_and_texts_that_people_write(sqlite_engine: Engine) -> None:
    """A text that was edited outlives a revision beside new figures; once shared, texts are what was voted on."""
    with writing(sqlite_engine) as session:
        proposal = drafted(session)
        content = get_version(session, proposal).content
        assert tuple(content["impact"]) == HEADINGS
        assert all(section["figures"] and section["text"] for section in content["impact"].values())
        assert content["impact"]["people"]["figures"]["moving"] == 5
        writer = By(actor="key/writer", at=NOON)
        write_impact(session, proposal, "people", "We have spoken with all five.", by=writer)
        with pytest.raises(NotFound, match="no heading beauty"):
            write_impact(session, proposal, "beauty", "None.", by=writer)
        revise(session, proposal, PLANNER, why="without swap 3", without={3})
        people = get_version(session, proposal).content["impact"]["people"]
        assert people["text"] == "We have spoken with all five."
        assert (people["figures"]["moving"], people["written_for"], people["written_by"]) == (4, 1, writer.actor)
        take_step(session, proposal, Status.SHARED, PLANNER)
        with pytest.raises(ProposalUnready):
            write_impact(session, proposal, "people", "Something else.", by=writer)
        endorse(session, proposal)
        with pytest.raises(OwnProposal):
            take_step(session, proposal, Status.ADOPTED, writer)


def test_a_provider_sees_its_own_people_and_carers_only(sqlite_engine: Engine) -> None:
    """The third provider sees figures and nobody; the partnership sees people for a purpose it gives."""
    with writing(sqlite_engine) as session:
        proposal = drafted(session)
        everybody = {row.client_id for row in moves()}
        for provider, with_people, clients in (
            ("P01", True, set()),
            (WHO[0], True, {row.client_id for row in moves() if row.giver == WHO[0]}),
            (None, False, set()),
            (None, True, everybody),
        ):
            found = seen(session, proposal, provider=provider, with_people=with_people)
            assert {row["client"] for row in found["moves"]} == clients
            if provider:
                assert {row["provider"] for row in found["tupe"]["carers"]} <= {provider}
                assert {row["provider"] for row in found["providers"] if row["floor_hours"] is not None} == {provider}
        with pytest.raises(NotFound):
            seen(session, proposal, provider=None, with_people=False, version=7)


def test_a_new_comparison_replaces_estimates(sqlite_engine: Engine) -> None:
    """Compared again around a declined swap, for one seed and for those who agreed, effects are rostered again."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        vote(session, proposal, WHO[0], Choice.DECLINE, PLANNER, swap=1)
        revise(session, proposal, PLANNER, why="without swap 1", without={1})
        assert get_version(session, proposal).content["estimated"] is True
        asked = recompute_request(session, proposal)
        assert (asked.seeds, asked.if_willing, asked.proposal) == (1, False, str(proposal.id))
        stay = staying(session, proposal, NOON.date(), tiny_dataset().clients)
        gone = {row.client_id for row in moves() if row.number == 1}
        assert {client for client, why in stay.items() if why == DECLINED} == gone
        again = store_comparison(session, only=(2, 3))
        revise(session, proposal, PLANNER, why="compared again", optimisation=again)
        content = get_version(session, proposal).content
        assert (content["estimated"], content["left_out"], len(content["swaps"])) == (False, {}, 2)


def test_what_was_declined_once_stays_declined(sqlite_engine: Engine) -> None:
    """Neither a comparison that swaps the same people again nor versions in between bring them back."""
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        vote(session, proposal, WHO[0], Choice.DECLINE, PLANNER, swap=2)
        gone = {row.client_id for row in moves() if row.number == 2}
        for turn in range(2):
            revise(session, proposal, PLANNER, why=f"turn {turn}", optimisation=proposal.optimisation_id)
            assert get_version(session, proposal).content["left_out"] == {DECLINED: len(gone)}
            assert not gone & {row.client_id for row in moves_of(session, proposal)}
            stay = staying(session, proposal, NOON.date(), tiny_dataset().clients)
            assert {client for client, why in stay.items() if why == DECLINED} == gone


def test_swaps_that_only_together_keep_the_floors_are_one(sqlite_engine: Engine) -> None:
    """It goes by all its numbers: a vote or a revision may name any of them, and means the whole."""
    with writing(sqlite_engine) as session:
        store_comparison(session)
        source = latest_with_ledger(session, AREA)
        told = ledger()
        one, held_s = WHO[0], told["bounds"]["held_s"][WHO[0]]
        told["bounds"]["ceiling_s"][one] = held_s
        told["bounds"]["floor_s"][one] = held_s - 1800
        source.result = {"ledger": told}
        proposal = draft(session, AREA, ALL, PLANNER)
        assert [swap["made_of"] for swap in get_version(session, proposal).content["swaps"]] == [[2], [1, 3]]
        take_step(session, proposal, Status.SHARED, PLANNER)
        vote(session, proposal, WHO[0], Choice.DECLINE, PLANNER, swap=3)
        assert standing(session, proposal).swaps_declined == (1,)
        stay = staying(session, proposal, NOON.date(), tiny_dataset().clients)
        declined = {row.client_id for row in moves() if row.number != 2}
        assert {client for client, why in stay.items() if why == DECLINED} == declined
        revise(session, proposal, PLANNER, why="without it", without={3})
        assert [swap["number"] for swap in get_version(session, proposal).content["swaps"]] == [2]


def test_waves_follow_from_the_day_of_adoption(sqlite_engine: Engine) -> None:
    """Votes take their time: what is adopted forty days later is not to begin with notice given before."""
    later = By(actor="key/commissioner", at=NOON + timedelta(days=40))
    with writing(sqlite_engine) as session:
        proposal = shared(session)
        endorse(session, proposal)
        before = get_version(session, proposal).content
        take_step(session, proposal, Status.ADOPTED, later)
        after = get_version(session, proposal).content
    adopted = later.at.date()
    assert after["dated_from"] == adopted.isoformat()
    for was, wave in zip(before["transition"], after["transition"], strict=True):
        assert date.fromisoformat(wave["start"]) - date.fromisoformat(was["start"]) == timedelta(days=40)
        assert date.fromisoformat(wave["notice_by"]) >= adopted
    assert all(
        adopted <= date.fromisoformat(action["on"]) <= adopted + timedelta(days=90) for action in after["actions"]
    )


def test_totals_are_the_sums_of_the_swaps(sqlite_engine: Engine) -> None:
    """Nothing is in the total that no swap explains, and what is so far after the last swap is all."""
    with writing(sqlite_engine) as session:
        content = get_version(session, drafted(session)).content
        assert content["swaps"][-1]["so_far"] == pytest.approx(content["totals"])
        assert content["continuity"] == {"all_carers": 6, "main_carer": 3, "one_of_many": 0}
        assert content["impact"]["continuity"]["figures"]["all_carers"] == 6
        assert content["sharing"]["before_sharing"] == {WHO[0]: 12, WHO[1]: 3}
        assert content["sharing"]["gain_gbp_a_day"] == 15
        assert "nobody is" in content["impact"]["cost"]["text"]
        for name in ledger()["swaps"][0]["effect"]:
            assert content["totals"][name] == pytest.approx(sum(swap["effect"][name] for swap in content["swaps"]))
        assert content["actions"][0]["on"] == NOON.date().isoformat()
        last = date.fromisoformat(content["actions"][-1]["on"])
        assert last <= NOON.date() + timedelta(days=90)

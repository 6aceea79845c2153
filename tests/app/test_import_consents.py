"""Whom to ask, and what they said: a list goes out, comes back filled in, and is taken whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.clients import client_ids
from app.db.consents import Answer, Ground, Said, add_protection, latest_answers
from app.db.engine import writing
from app.db.proposals import get_version, moves_of
from app.errors import AnswersRejected, NotFound
from app.services.ask_list import answer_sheet, ask_list
from app.services.import_consents import AnswerFile, Taken, import_answers, read_answers
from app.services.movable import NO_RECORD, NOT_YET_ASKED, not_yet_asked
from app.services.proposals import DraftAsked, draft
from app.synthetic.consents import synthetic_answers
from tests.app.areas import tiny_dataset
from tests.app.proposed import AREA, NOON, PLANNER, WHO, moves, say, store_comparison

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine

DAY = NOON.date()


def test_only_those_are_asked_who_may_move_and_have_not_agreed(engine: Engine) -> None:
    """No record and "happy to be asked" are on the list; yes, no and a protection are not, nor others' clients."""
    agreed, willing, refused, safe, silent = (row.client_id for row in moves())
    with writing(engine) as session:
        store_comparison(session, answer=None)
        say(session, agreed, Answer.ASKED)
        say(session, willing, Answer.HAPPY_TO_BE_ASKED)
        say(session, refused, Answer.NO)
        add_protection(session, Said(area=AREA, client=safe, actor="tests", at=NOON), Ground.END_OF_LIFE)
        listed = ask_list(session, AREA, DAY).people
        own = [ask_list(session, AREA, DAY, provider=name).people for name in WHO]
        with pytest.raises(NotFound, match="no provider P99"):
            ask_list(session, AREA, DAY, provider="P99")
    assert {row.client: row.so_far for row in listed} == {willing: NOT_YET_ASKED, silent: NO_RECORD}
    assert all(row.provider == name for name, rows in zip(WHO, own, strict=True) for row in rows)
    assert sum(len(rows) for rows in own) == len(listed)


def answers(text: str, *, provider: str | None = None) -> AnswerFile:
    """Make a file of answers."""
    return AnswerFile(name="asked.csv", content=text.encode(), provider=provider)


def taken(count: int, *left: UUID, unanswered: int = 0, stored: bool = True) -> Taken:
    """Say what a file came to."""
    return Taken(answers=count, unanswered=unanswered, proposals=left, stored=stored)


def test_the_list_comes_back_as_consents(engine: Engine) -> None:
    """Filled in, it lets a proposal move everybody on it, in swaps of the same numbers; a "no" gives a new version."""
    with writing(engine) as session:
        store_comparison(session, answer=None)
        assert not moves_of(session, draft(session, AREA, DraftAsked(title="early", budget_pct=50), PLANNER))
        listed = ask_list(session, AREA, DAY).people
        filled = answers(answer_sheet(listed).replace(",,", ",asked,at the review"))
        assert import_answers(session, AREA, filled, PLANNER) == taken(len(moves()))
        assert ask_list(session, AREA, DAY).people == ()
        proposal = draft(session, AREA, DraftAsked(title="One road", budget_pct=50), PLANNER)
        moving = {row.client_id: row.number for row in moves_of(session, proposal)}
        assert moving == {row.client: row.swap for row in listed}
        assert sorted(moving) == sorted(row.client_id for row in moves())
        assert not not_yet_asked(moving, latest_answers(session, AREA))
        refused = answers("client_id,answer\n" + "".join(f"{name},no\n" for name in list(moving)[:2]))
        later = type(PLANNER)(actor=PLANNER.actor, at=NOON + timedelta(hours=1))
        tried = import_answers(session, AREA, refused, later, dry_run=True)
        assert tried == taken(2, proposal.id, stored=False)
        assert get_version(session, proposal).version == 1
        assert import_answers(session, AREA, refused, later) == taken(2, proposal.id)
        assert get_version(session, proposal).version == 2


def test_a_list_that_is_half_filled_in_is_taken(sqlite_engine: Engine) -> None:
    """A row without an answer is of somebody who has not answered yet: counted, no fault, and still on the list."""
    with writing(sqlite_engine) as session:
        store_comparison(session, answer=None)
        sheet = answer_sheet(ask_list(session, AREA, DAY).people)
        half = answers(sheet.replace(",,", ",asked,", 2))
        assert import_answers(session, AREA, half, PLANNER) == taken(2, unanswered=len(moves()) - 2)
        assert len(ask_list(session, AREA, DAY).people) == len(moves()) - 2
        assert import_answers(session, AREA, answers(sheet), PLANNER) == taken(0, unanswered=len(moves()))


def test_every_fault_is_told_and_nothing_is_stored(engine: Engine) -> None:
    """Unknown people, other words, people twice: all with row and column, in words of the file."""
    one, other = (row.client_id for row in moves()[:2])
    sheet = answers(f"client_id,answer\n{one},asked\nnobody,asked\n{other},maybe\n{one},no\n")
    with writing(engine) as session:
        store_comparison(session, answer=None)
        with pytest.raises(
            AnswersRejected, match=r"3 fault\(s\) in the answers; the first: asked.csv, row 3"
        ) as refused:
            import_answers(session, AREA, sheet, PLANNER)
        assert latest_answers(session, AREA) == {}
        known = client_ids(session, AREA)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [
        (3, "client_id"),
        (4, "answer"),
        (5, "client_id"),
    ]
    assert "data set" not in f"{refused.value}{refused.value.action}"
    assert [row.answer for row in read_answers(answers(f"client_id,answer\n{one},NO\n"), known)] == [Answer.NO]


def test_faults_that_say_the_same_are_told_once() -> None:
    """With every row, as people write them down."""
    rows = "".join(
        f"{name},{said}\n" for name, said in zip("abcdefg", ("maybe",) * 3 + ("no", "eh", "eh", "no"), strict=True)
    )
    with pytest.raises(AnswersRejected) as refused:
        read_answers(answers(f"client_id,answer\n{rows}"), set("abcdef"))
    told = [(fault.row, fault.column, fault.message.rpartition("(")[2]) for fault in refused.value.faults]
    assert told == [(2, "answer", "5 rows: 2 to 4, 6, 7)"), (8, "client_id", "there is no such client")]


def test_a_provider_answers_for_its_own_clients(sqlite_engine: Engine) -> None:
    """Another provider's clients are unknown in its file, as if there were none of that id."""
    with writing(sqlite_engine) as session:
        store_comparison(session, answer=None)
        own = next(row for row in moves() if row.giver == WHO[0])
        sheet = f"client_id,answer\n{own.client_id},asked\n"
        assert import_answers(session, AREA, answers(sheet, provider=WHO[0]), PLANNER).answers == 1
        with pytest.raises(AnswersRejected, match="no such client"):
            import_answers(session, AREA, answers(sheet, provider=WHO[1]), PLANNER)


def test_synthetic_people_answer_alike_and_only_for_themselves() -> None:
    """The same seed gives the same answers, and nobody is asked whose choice the law protects."""
    said = synthetic_answers(tiny_dataset(), seed=1)
    assert said == synthetic_answers(tiny_dataset(), seed=1)
    options = {client.client_id: client for client in tiny_dataset().clients}
    assert said
    assert all(options[client].sds_option >= 3 and not options[client].choice_locked for client in said)

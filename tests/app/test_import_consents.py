"""Whom to ask, and what they said: a list goes out, comes back filled in, and is taken whole or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.db.clients import client_ids
from app.db.consents import Answer, Ground, Said, add_protection, latest_answers
from app.db.engine import reading, writing
from app.db.proposals import get_version, moves_of
from app.errors import ImportRejected
from app.services.ask_list import answer_sheet, ask_list
from app.services.import_consents import import_answers, read_answers
from app.services.movable import NO_RECORD, NOT_YET_ASKED, not_yet_asked
from app.services.proposals import DraftAsked, draft
from app.synthetic.consents import synthetic_answers
from tests.app.areas import tiny_dataset
from tests.app.proposed import AREA, NOON, PLANNER, WHO, moves, say, store_comparison

if TYPE_CHECKING:
    from pathlib import Path

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
    assert {row.client: row.so_far for row in listed} == {willing: NOT_YET_ASKED, silent: NO_RECORD}
    assert all(row.provider == name for name, rows in zip(WHO, own, strict=True) for row in rows)
    assert sum(len(rows) for rows in own) == len(listed)


def test_the_list_comes_back_as_consents(engine: Engine, tmp_path: Path) -> None:
    """Filled in, it lets a proposal move everybody on it; a later "no" gives the proposal one new version."""
    sheet = tmp_path / "asked.csv"
    with writing(engine) as session:
        store_comparison(session, answer=None)
        assert not moves_of(session, draft(session, AREA, DraftAsked(title="early", budget_pct=50), PLANNER))
        listed = ask_list(session, AREA, DAY).people
        sheet.write_text(answer_sheet(listed).replace(",,", ",asked,at the review"), "utf-8")
        assert import_answers(session, AREA, sheet, PLANNER) == (len(moves()), [])
        assert ask_list(session, AREA, DAY).people == ()
        proposal = draft(session, AREA, DraftAsked(title="One road", budget_pct=50), PLANNER)
        moving = [row.client_id for row in moves_of(session, proposal)]
        assert sorted(moving) == sorted(row.client_id for row in moves())
        assert not not_yet_asked(moving, latest_answers(session, AREA))
        numbers = {row.client_id: row.number for row in moves_of(session, proposal)}
        assert numbers == {row.client: row.swap for row in listed}
        sheet.write_text("client_id,answer\n" + "".join(f"{name},no\n" for name in moving[:2]), "utf-8")
        later = type(PLANNER)(actor=PLANNER.actor, at=NOON + timedelta(hours=1))
        assert import_answers(session, AREA, sheet, later) == (2, [proposal.id])
        assert get_version(session, proposal).version == 2


def test_every_fault_is_told_and_nothing_is_stored(engine: Engine, tmp_path: Path) -> None:
    """Unknown people, other words, people twice: all with row and column."""
    one, other = (row.client_id for row in moves()[:2])
    sheet = tmp_path / "asked.csv"
    sheet.write_text(f"client_id,answer\n{one},asked\nnobody,asked\n{other},maybe\n{one},no\n", "utf-8")
    with reading(engine) as session, pytest.raises(ImportRejected) as refused:
        import_answers(session, AREA, sheet, PLANNER)
    assert {(fault.row, fault.column) for fault in refused.value.faults} >= {(3, "client_id"), (4, "answer")}
    with writing(engine) as session:
        store_comparison(session, answer=None)
        with pytest.raises(ImportRejected) as again:
            import_answers(session, AREA, sheet, PLANNER)
        assert latest_answers(session, AREA) == {}
        known = client_ids(session, AREA)
    assert [(fault.row, fault.column) for fault in again.value.faults] == [
        (3, "client_id"),
        (4, "answer"),
        (5, "client_id"),
    ]
    sheet.write_text(f"client_id,answer\n{one},NO\n", "utf-8")
    assert [row.answer for row in read_answers(sheet, known)] == [Answer.NO]


def test_synthetic_people_answer_alike_and_only_for_themselves() -> None:
    """The same seed gives the same answers, and nobody is asked whose choice the law protects."""
    said = synthetic_answers(tiny_dataset(), seed=1)
    assert said == synthetic_answers(tiny_dataset(), seed=1)
    options = {client.client_id: client for client in tiny_dataset().clients}
    assert said
    assert all(options[client].sds_option >= 3 and not options[client].choice_locked for client in said)

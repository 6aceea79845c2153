"""Published versions: final whatever writes to them, stored once for each reader, one after the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.db.engine import reading, writing
from app.db.proposals import By, MoveRow, Status, add_proposal, add_version
from app.db.rota_versions import Kind, RotaDocument, RotaVersion, days_worth_copying
from app.db.rotas import latest_comparison
from app.errors import DraftChanged, PublicationRefused, RotaMovedOn
from app.schemas.rotas import RotaBody
from app.services.draft_rota import draft_of_plan, draft_of_published
from app.services.publish_rota import Publication, publish
from app.services.read_rota import published_body
from app.services.rota_changes import ChangeKind, changes_between
from tests.app.service import NOON, SMALL
from tests.app.stored_rotas import publish_letter, store_plans

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.db.rota_drafts import RotaDraft

WHY = Publication(reason="Tests", by="tests", acknowledged={})


@pytest.mark.parametrize("table", [RotaVersion, RotaDocument])
def test_the_database_refuses_to_change_what_is_published(engine: Engine, table: type[RotaVersion]) -> None:
    """Even past the functions here, on both databases."""
    store_plans(engine)
    with pytest.raises(DBAPIError, match="a published rota is final"), writing(engine) as session:
        session.execute(update(table).values(number=table.number + 7))
    with reading(engine) as session:
        assert set(session.scalars(select(table.number))) == {1}


def test_a_version_is_deleted_whole(engine: Engine) -> None:
    """For retention: its documents go with it."""
    store_plans(engine)
    with writing(engine) as session:
        session.execute(delete(RotaVersion))
    with reading(engine) as session:
        assert session.scalars(select(RotaDocument.subject)).all() == []


def test_only_documents_that_change_are_stored_again(engine: Engine) -> None:
    """Publishing the same again stores none; another plan stores those of the readers whose part is other."""
    store_plans(engine)
    with writing(engine) as session:
        publish_letter(session, "B")
        publish_letter(session, "A")
    with reading(engine) as session:
        stored = session.execute(select(RotaDocument.number, RotaDocument.kind, RotaDocument.subject)).all()
    first = {(kind, subject) for number, kind, subject in stored if number == 1}
    assert first == {
        (Kind.AREA, SMALL.area),
        *((Kind.PROVIDER, name) for name in ("P1", "P2")),
        *((Kind.CARER, name) for name in ("K1", "K2")),
    }
    assert [number for number, _, _ in stored if number == 2] == []
    assert {(kind, subject) for number, kind, subject in stored if number == 3} == first


def test_a_plan_c_is_held_against_adopted_proposals(sqlite_engine: Engine) -> None:
    """Clients whom it gives away are counted for good, until a proposal that gives them to that provider is adopted."""
    store_plans(sqlite_engine)
    found = []
    with writing(sqlite_engine) as session:
        for letter, status in (("C", Status.SHARED), ("C", Status.ADOPTED), ("B", Status.ADOPTED)):
            draft = draft_of_published(session, SMALL.area, SMALL.day, provider=None, by="tests")
            given_away = {**draft.staffing["provider_of_shift"], "S3": "P1"}
            draft.letter, draft.staffing = letter, {**draft.staffing, "provider_of_shift": given_away}
            comparison = latest_comparison(session, SMALL.area).id
            proposal = add_proposal(session, SMALL.area, "Tests", comparison, By(actor="tests", at=NOON))
            move = MoveRow(client_id="C2", number=1, giver="P2", receiver="P1", hours_s=1800)
            add_version(session, proposal, {}, [move], why="Tests", by=By(actor="tests", at=NOON))
            proposal.status = status
            found.append(publish(session, draft, [], WHY).unagreed_clients)
    assert found == [1, 0, None]


def drafts(session: Session, many: int) -> list[RotaDraft]:
    """Begin some drafts of plan A."""
    return [draft_of_plan(session, SMALL.area, SMALL.day, letter="A", provider=None, by="tests") for _ in range(many)]


def test_of_two_drafts_from_one_version_one_is_published(engine: Engine) -> None:
    """The other has to look at what is published now; the same draft is not published twice."""
    store_plans(engine)
    with writing(engine) as session:
        one, other = drafts(session, 2)
    with writing(engine) as session:
        assert publish(session, one, [], WHY).number == 2
    with pytest.raises(RotaMovedOn), writing(engine) as session:
        publish(session, other, [], WHY)
    with writing(engine) as session:
        again = draft_of_published(session, SMALL.area, SMALL.day, provider="P1", by="tests")
    again.revision = 9
    with pytest.raises(DraftChanged), writing(engine) as session:
        publish(session, again, [], WHY)


def test_nothing_is_published_over_a_fault(engine: Engine) -> None:
    """All faults are told, and no version appears."""
    store_plans(engine)
    with writing(engine) as session:
        (draft,) = drafts(session, 1)
    with pytest.raises(PublicationRefused) as caught, writing(engine) as session:
        publish(session, draft, [("V1", "is wrong"), ("V2", "is wrong too")], WHY)
    assert [where for where, _ in caught.value.faults] == ["V1", "V2"]
    with reading(engine) as session:
        assert session.scalars(select(RotaVersion.number)).all() == [1]


def test_a_version_counts_what_it_changes_late(sqlite_engine: Engine) -> None:
    """Within the notice every change is late; long before none is; the first version changes nothing."""
    store_plans(sqlite_engine)
    with writing(sqlite_engine) as session:
        (draft,) = drafts(session, 1)
        version = publish(session, draft, [], WHY)
    assert (len(version.changes), version.late_changes) == (2, 2)
    with reading(sqlite_engine) as session:
        assert session.get_one(RotaVersion, (SMALL.area, SMALL.day, 1)).changes == []
        was = published_body(session, SMALL.area, SMALL.day, Kind.AREA, SMALL.area, number=1)
        now = published_body(session, SMALL.area, SMALL.day, Kind.AREA, SMALL.area)
    early = datetime(2026, 11, 1, tzinfo=UTC)
    assert [change.late for change in changes_between(was, now, noticed_by=early)] == [False, False]


def test_changes_say_what_became_of_each_visit() -> None:
    """Added, removed, given to somebody else, or at another time; what is the same is not told."""

    def body(**visits: tuple[str, int]) -> RotaBody:
        noon = datetime(2026, 11, 17, 12, tzinfo=UTC)
        runs = [
            {
                "shift": carer,
                "carer": carer,
                "provider": "P1",
                "leave_home": noon,
                "back_home": noon,
                "contact_s": 0,
                "travel_s": 0,
                "wait_s": 0,
                "break_s": 0,
                "segments": [
                    {
                        "kind": "visit",
                        "start": noon + timedelta(minutes=minutes),
                        "end": noon + timedelta(minutes=minutes + 30),
                        "duration_s": 1800,
                        "visit": visit,
                        "client": "C1",
                    }
                ],
            }
            for visit, (carer, minutes) in visits.items()
        ]
        return RotaBody.model_validate({"area": "glen", "day": date(2026, 11, 17), "runs": runs, "unallocated": []})

    was = body(same=("K1", 0), moved=("K1", 60), later=("K1", 120), gone=("K1", 180))
    now = body(same=("K1", 0), moved=("K2", 60), later=("K1", 125), new=("K2", 240))
    found = changes_between(was, now, noticed_by=datetime(2026, 11, 17, 13, 30, tzinfo=UTC))
    assert [(change.visit, change.kind, change.late) for change in found] == [
        ("gone", ChangeKind.REMOVED, False),
        ("later", ChangeKind.RETIMED, False),
        ("moved", ChangeKind.REASSIGNED, True),
        ("new", ChangeKind.ADDED, False),
    ]


def test_the_copy_takes_coming_days_and_what_is_new(sqlite_engine: Engine) -> None:
    """A day far away is copied while its publication is young, and a near day however old that is."""
    store_plans(sqlite_engine)
    far, near = SMALL.day + timedelta(days=90), (SMALL.day, SMALL.day)
    now = datetime.now(UTC)
    with reading(sqlite_engine) as session:
        assert days_worth_copying(session, (far, far), published_after=now - timedelta(days=1))
        assert days_worth_copying(session, near, published_after=now + timedelta(days=1))
        assert not days_worth_copying(session, (far, far), published_after=now + timedelta(days=1))

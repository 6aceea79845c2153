"""A person is erased from every table, document and log entry, and nothing else changes; the proof shows it."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Enum, insert, select, update
from sqlalchemy.types import TypeDecorator

from app.db.actuals import ActualVisit
from app.db.areas import get_area
from app.db.audit import Entry, entry_of, every_entry, record, seal
from app.db.calendars import replace_feed
from app.db.engine import reading, writing
from app.db.erasures import PersonKind, erased_among, list_erasures, proof_of
from app.db.optimisations import Optimisation
from app.db.person_columns import WITHOUT_PEOPLE, Person, documents, free_texts, in_area, people_tables
from app.db.plans import Plan, load_plan
from app.db.rota_versions import Kind, find_document, latest_version
from app.db.tables import METADATA
from app.errors import PersonNotFound
from app.services.draft_rota import draft_of_published
from app.services.erase_person import erase_person
from app.services.export_person import export_person
from app.services.import_dataset import digest, import_dataset
from app.services.load_dataset import load_dataset
from tests.app.datasets import GOOD
from tests.app.service import SMALL
from tests.app.stored_rotas import PLANS, store_plans

if TYPE_CHECKING:
    from sqlalchemy import Column, Engine
    from sqlalchemy.orm import Session

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
CLIENT = Person(PersonKind.CLIENT, SMALL.area, "C2")
CARER = Person(PersonKind.CARER, SMALL.area, "K2")
NOT_FILLED = {"audit_entry", "erasure", *WITHOUT_PEOPLE}
"""Tables that these tests fill in their own way, or that are about nobody."""
TRIED = {
    CLIENT: {"client", "visit", "stop", "unallocated", "rota_version", "rota_document", "rota_draft", "actual_visit"},
    CARER: {"carer", "shift", "run", "stop", "rota_version", "rota_document", "rota_draft", "actual_visit"},
}
THEIRS = {CLIENT: {"C2", "V2", "V3"}, CARER: {"K2", "S2", "S3"}}


@pytest.fixture
def both(engine: Engine) -> Engine:
    """Fill a database of each kind."""
    return fill(engine)


@pytest.fixture
def stored(sqlite_engine: Engine) -> Engine:
    """Fill a SQLite database."""
    return fill(sqlite_engine)


def fill(engine: Engine) -> Engine:
    """Store all that names people: a data set, plans, rotas, drafts, feeds, actual visits, an audit."""
    store_plans(engine)
    with writing(engine) as session:
        import_dataset(session, replace(SMALL, area="islay"))
        draft_of_published(session, SMALL.area, SMALL.day, provider=None, by="tests")
        replace_feed(session, SMALL.area, "K2", sha256="0" * 64, at=NOON)
        values = {"area": SMALL.area, "day": SMALL.day, "arrived": 29_000, "left": 31_000}
        session.execute(insert(ActualVisit).values(visit_id="V2", carer_id="K2", **values))
        read = Entry(at=NOON, actor="key/a", action="read", subject="", area=SMALL.area)
        for subject in ("carer/K2", "client/C2 day/2026-11-17", "carer/K1", "provider/K2"):
            record(session, replace(read, subject=subject))
        session.execute(update(Optimisation).values(problem={"detail": "There is no way to C2 for K2."}))
        fill_empty_tables(session)
        record(session, replace(read, subject="carer/K2", area="islay"))
    return engine


def fill_empty_tables(session: Session) -> None:
    """Add a row that names both people to every table of the area that has none, made from its columns alone.

    So a table that is added later is tried from its first day. Ids that belong together stand in earlier rows.
    """
    wanted = {table for table in people_tables() if table.name not in NOT_FILLED}
    wanted |= {key.referred_table for table in wanted for key in table.foreign_key_constraints}
    for table in METADATA.sorted_tables:
        if table not in wanted or session.execute(select(table).limit(1)).first() is not None:
            continue
        row: dict[str, object] = {}
        for constraint in table.foreign_key_constraints:
            other = constraint.referred_table
            theirs = select(*(element.column for element in constraint.elements))
            inside = other.c.name == SMALL.area if other.name == "area" else in_area(other, SMALL.area)
            row |= dict(zip(constraint.column_keys, session.execute(theirs.where(inside)).one(), strict=True))
        row |= {column.name: value_for(column) for column in table.columns if column.name not in row}
        session.execute(table.insert(), [row])


def value_for(column: Column[Any]) -> object:
    """Make up the value of a column."""
    known = {"area": SMALL.area, "client_id": "C2", "visit_id": "V2", "carer_id": "K2", "shift_id": "S2"}
    if column.name in known:
        return known[column.name]
    if column in documents(column.table):  # type: ignore[arg-type]
        return {"visits": [{"visit": "V2", "client": "C2", "carer": "K2"}], "of": {"S2": "K2"}}
    if column in free_texts(column.table):  # type: ignore[arg-type]
        return "C2 would rather keep K2."
    kind = column.type
    made: dict[type, object] = {
        bool: False,
        int: 1,
        float: 1.0,
        str: "x",
        datetime: NOON,
        date: SMALL.day,
        UUID: uuid4(),
        tuple: (),
        list: [],
    }
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class)) if kind.enum_class else kind.enums[0]
    return made[kind.impl_instance.python_type if isinstance(kind, TypeDecorator) else kind.python_type]


def whole_text(engine: Engine, *, leave: str = "islay") -> dict[str, str]:
    """Give everything in the database as text, packed documents unpacked, without the other area."""
    with reading(engine) as session:
        found = {}
        for name, table in METADATA.tables.items():
            rows = [dict(row) for row in session.execute(select(table)).mappings() if row.get("area") != leave]
            found[name] = " ".join(_text(value) for row in rows for value in row.values())
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return (gzip.decompress(value) if value.startswith(b"\x1f\x8b") else value).decode(errors="replace")
    return str(value)


def naming_whom(engine: Engine, words: set[str]) -> set[str]:
    """Find the tables in which a word stands."""
    pattern = re.compile(r"(?<![\w-])(?:" + "|".join(words) + r")(?![\w-])")
    return {name for name, text in whole_text(engine).items() if pattern.search(text)}


@pytest.mark.parametrize("person", [CLIENT, CARER], ids=["client", "carer"])
def test_nothing_is_left_of_who_is_erased(both: Engine, person: Person) -> None:
    """Before, the ids stand in many tables; afterwards in none, whatever the table or document."""
    assert naming_whom(both, THEIRS[person]) >= TRIED[person]
    with writing(both) as session:
        erase_person(session, person, reason="asked for it", actor="cli")
    left = naming_whom(both, THEIRS[person])
    if person is CARER:  # one entry of the audit is about a provider that happens to have the same id
        assert "provider/K2" in whole_text(both)["audit_entry"]
        left -= {"audit_entry"}
    assert left == set()


def test_another_area_keeps_who_has_the_same_id(stored: Engine) -> None:
    """An id means somebody else in another area."""
    with writing(stored) as session:
        erase_person(session, CARER, reason="asked for it", actor="cli")
    with reading(stored) as session:
        assert load_dataset(session, "islay") == replace(SMALL, area="islay")
        assert [row.subject for row in every_entry(session) if row.area == "islay"] == ["carer/K2"]


@pytest.mark.parametrize("person", [CLIENT, CARER], ids=["client", "carer"])
def test_what_was_done_stays_provable(both: Engine, person: Person) -> None:
    """Hours, figures and other people stay; the audit's chain holds; the both plan is the same under other ids."""
    with reading(both) as session:
        before = {plan.letter: load_plan(session, plan.id) for plan in session.scalars(select(Plan))}
    assert before == PLANS
    with writing(both) as session:
        erase_person(session, person, reason="asked for it", actor="cli")
    with reading(both) as session:
        after = {plan.letter: load_plan(session, plan.id) for plan in session.scalars(select(Plan))}
        rows = list(every_entry(session))
        area = get_area(session, SMALL.area)
        assert area.digest == digest(load_dataset(session, SMALL.area))
    assert [[stop.start_s for run in plan.runs for stop in run.stops] for plan in after.values()] == [
        [stop.start_s for run in plan.runs for stop in run.stops] for plan in before.values()
    ]
    assert after["A"] == before["A"]
    assert all(seal(row.seq, entry_of(row), row.previous) == row.digest for row in rows)
    assert [row.previous for row in rows[1:]] == [row.digest for row in rows[:-1]]


def test_readers_are_shown_the_rota_without_the_person(stored: Engine) -> None:
    """A published rota has other bytes and another tag, and its other visits are as before."""
    with reading(stored) as session:
        before = find_document(session, SMALL.area, SMALL.day, Kind.AREA, SMALL.area)
    with writing(stored) as session:
        erase_person(session, CLIENT, reason="asked for it", actor="cli")
    with reading(stored) as session:
        after = find_document(session, SMALL.area, SMALL.day, Kind.AREA, SMALL.area)
        version = latest_version(session, SMALL.area, SMALL.day)
    assert version is not None
    assert before is not None
    assert after is not None
    assert after.etag != before.etag
    was, now = (gzip.decompress(document.body).decode() for document in (before, after))
    assert re.sub(r"erased-\w+", "?", now) == re.sub(r'"(C2|V2|V3)"', '"?"', was)


def test_the_proof_counts_and_is_chained(stored: Engine) -> None:
    """A proof tells what became of how many rows, names nobody, recognises the id, and seals the proof before."""
    with writing(stored) as session:
        first = erase_person(session, CLIENT, reason="asked for it", actor="cli")
        second = erase_person(session, CARER, reason="left", actor="cli")
    assert first.rows["visit"] == {"deleted": 2}
    assert first.rows["stop"]["renamed"] > 0
    assert first.rows["rota_version"] == {"rewritten": 1}
    assert first.rows["audit_entry"] == {"blotted out": 1}
    assert second.previous == first.digest
    with reading(stored) as session:
        kept = [proof_of(row) for row in list_erasures(session)]
        assert erased_among(session, SMALL.area, PersonKind.CLIENT, ["C1", "C2"]) == ["C2"]
        assert erased_among(session, SMALL.area, PersonKind.CARER, ["C2"]) == []
    assert kept == [first, second]
    assert all(proof.sealed() == proof.digest for proof in kept)
    assert replace(first, reason="another").sealed() != first.digest


def test_who_is_unknown_cannot_be_erased(stored: Engine) -> None:
    """Nothing is done, and no proof made, for an id that is nowhere; nor a second time."""
    with writing(stored) as session:
        erase_person(session, CLIENT, reason="asked for it", actor="cli")
    for person in (CLIENT, replace(CARER, id="nobody")):
        with pytest.raises(PersonNotFound), writing(stored) as session:
            erase_person(session, person, reason="asked for it", actor="cli")
    with reading(stored) as session:
        assert len(list_erasures(session)) == 1


@pytest.mark.parametrize("person", [CLIENT, CARER], ids=["client", "carer"])
def test_an_export_has_every_table_that_names_the_person(stored: Engine, person: Person) -> None:
    """What is handed over covers each table in which the ids stand, and the audit."""
    with reading(stored) as session:
        told = export_person(session, person)
    found = {*told["rows"], *told["documents"], *(["audit_entry"] if told["audit"] else [])}
    assert naming_whom(stored, THEIRS[person]) <= found
    assert {kind: set(ids) for kind, ids in told["ids"].items() if ids} == {
        CLIENT: {"client": {"C2"}, "visit": {"V2", "V3"}},
        CARER: {"carer": {"K2"}, "shift": {"S2", "S3"}},
    }[person]


def test_an_export_names_nobody_who_is_not_concerned(stored: Engine) -> None:
    """Of documents only the parts about the person are handed over."""
    with reading(stored) as session:
        told = export_person(session, CLIENT)
    assert "C1" not in str(told["documents"])
    assert "V2" in str(told["documents"])


def test_an_export_of_nobody_is_refused(stored: Engine) -> None:
    """An id that is nowhere is said to be unknown."""
    with pytest.raises(PersonNotFound), reading(stored) as session:
        export_person(session, replace(CLIENT, id="nobody"))


def test_the_data_set_that_is_left_can_be_used(stored: Engine) -> None:
    """Without the client, what is left is a data set of its own, equal to one that never had the person."""
    with writing(stored) as session:
        erase_person(session, CLIENT, reason="asked for it", actor="cli")
    with reading(stored) as session:
        left = load_dataset(session, SMALL.area)
    assert [client.client_id for client in left.clients] == [
        client.client_id for client in GOOD.clients if client.client_id != "C2"
    ]
    assert {visit.client_id for visit in left.visits} == {"C1"}


def test_every_table_that_may_name_people_is_tried(stored: Engine) -> None:
    """The data of these tests names one of the two in every table that can name anybody."""
    named = naming_whom(stored, THEIRS[CLIENT] | THEIRS[CARER])
    assert {table.name for table in people_tables()} - named <= {
        "rest",
        "package",
        "carer_absence",
        "visit_change",
        "plan",
    }

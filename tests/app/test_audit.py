"""The audit: entries are chained in the order of their commits, cannot be changed, and vanish with a rollback."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.audit import (
    ORIGIN,
    AuditEntry,
    Entry,
    Head,
    blot_out,
    entries_about,
    entry_of,
    every_entry,
    head,
    list_entries,
    record,
    seal,
    seal_subject,
)
from app.db.engine import make_engine, reading, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
READ = Entry(at=NOON, actor="key/abc", action="read_carer_rota", subject="carer/K1", area="oban", role="coordinator")


def rows(engine: Engine) -> list[AuditEntry]:
    """Give everything stored, in order."""
    with reading(engine) as session:
        return list(every_entry(session))


def test_entries_are_chained(engine: Engine) -> None:
    """Each has the next number, seals the one before, and can be sealed again from what is stored."""
    for subject in ("carer/K1", "carer/K2"):
        with writing(engine) as session:
            record(session, replace(READ, subject=subject), replace(READ, subject=f"{subject}/again"))
    stored = rows(engine)
    assert [row.seq for row in stored] == [1, 2, 3, 4]
    assert [row.previous for row in stored] == [ORIGIN, *(row.digest for row in stored[:-1])]
    assert all(seal(row.seq, entry_of(row), row.previous) == row.digest for row in stored)
    with reading(engine) as session:
        assert head(session) == Head(seq=4, digest=stored[-1].digest)


def test_an_empty_audit_has_an_origin(engine: Engine) -> None:
    """Before the first entry there is a head to chain to."""
    with reading(engine) as session:
        assert head(session) == Head(seq=0, digest=ORIGIN)


def test_every_field_is_sealed() -> None:
    """Whatever is altered, the digest is another."""
    digest = seal(1, READ, ORIGIN)
    altered = {
        "at": NOON.replace(microsecond=1),
        "status": 200,
        **dict.fromkeys(("actor", "action", "subject", "area", "provider", "role", "purpose", "correlation_id"), "x"),
        **dict.fromkeys(("nonce", "subject_seal"), "y"),
    }
    assert altered.keys() == Entry.__dataclass_fields__.keys()
    others = {seal(1, replace(READ, **{name: value}), ORIGIN) for name, value in altered.items()}
    assert len(others | {digest, seal(2, READ, ORIGIN), seal(1, READ, "1" * 64)}) == len(altered) + 3


def test_a_subject_can_be_blotted_out_and_nothing_else(engine: Engine) -> None:
    """Without its subject an entry still holds the chain together; every other change is refused."""
    with writing(engine) as session:
        record(session, READ, replace(READ, subject="carer/K12"), replace(READ, subject="carer/K1 day/2026-11-17"))
    with writing(engine) as session:
        assert blot_out(session, entries_about(session, "oban", {("carer", "K1")})) == 2
    stored = rows(engine)
    assert [row.subject for row in stored] == ["erased", "carer/K12", "erased"]
    assert all(seal(row.seq, entry_of(row), row.previous) == row.digest for row in stored)
    for values in ({"subject": "carer/K2", "nonce": None}, {"subject": "erased", "nonce": None, "actor": "nobody"}):
        with pytest.raises(DBAPIError, match="append-only"), writing(engine) as session:
            session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(**values))


def test_a_subject_that_was_altered_breaks_its_seal() -> None:
    """As long as the subject is there, it is what the chain says."""
    entry = replace(READ, nonce="n", subject_seal=seal_subject("n", READ.subject).removeprefix("sealed/"))
    blotted = replace(entry, nonce=None, subject="erased")
    assert seal(1, entry, ORIGIN) == seal(1, blotted, ORIGIN)
    assert seal(1, replace(entry, subject="carer/K2"), ORIGIN) != seal(1, entry, ORIGIN)


def test_what_did_not_happen_is_not_taken_down(engine: Engine) -> None:
    """A rollback takes its entries with it, and the chain goes on without a gap."""
    with Session(engine) as session:
        session.begin()
        record(session, READ)
        session.rollback()
        session.commit()
    with writing(engine) as session:
        record(session, READ)
    assert [row.seq for row in rows(engine)] == [1]


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry"])
def test_the_database_refuses_changes(engine: Engine, change: str) -> None:
    """Neither an entry nor its absence can be made up afterwards."""
    with writing(engine) as session:
        record(session, READ)
    with pytest.raises(DBAPIError, match="append-only"), writing(engine) as session:
        session.execute(text(change))
    assert [row.actor for row in rows(engine)] == ["key/abc"]


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_postgresql_refuses_to_empty_the_table(engine: Engine) -> None:
    """TRUNCATE, which fires no row trigger, is refused too."""
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_entry"))


def test_entries_of_an_area_are_paged(engine: Engine) -> None:
    """A reader goes on after the last number it has, and sees its own area only."""
    with writing(engine) as session:
        record(session, READ, replace(READ, area="islay"), replace(READ, subject="carer/K2"), replace(READ, area=None))
    with reading(engine) as session:
        first = list_entries(session, "oban", limit=1)
        rest = list_entries(session, "oban", after=first[-1].seq)
    assert [row.seq for row in (*first, *rest)] == [1, 3]


def write_many(url: str, actor: str, times: int) -> None:
    """Commit one entry after the other."""
    engine = make_engine(url)
    for _ in range(times):
        with writing(engine) as session:
            record(session, replace(READ, actor=actor))


def test_processes_that_write_together_make_one_chain(engine: Engine) -> None:
    """Three processes at once: no number is missing, none is given twice, every link holds."""
    url = engine.url.render_as_string(hide_password=False)
    make = multiprocessing.get_context("spawn").Process
    writers = [make(target=write_many, args=(url, f"key/{name}", 25)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    stored = rows(engine)
    assert [row.seq for row in stored] == list(range(1, 76))
    assert [row.previous for row in stored[1:]] == [row.digest for row in stored[:-1]]
    with reading(engine) as session:
        assert dict(session.execute(select(AuditEntry.actor, func.count()).group_by(AuditEntry.actor)).all()) == {
            f"key/{name}": 25 for name in "abc"
        }

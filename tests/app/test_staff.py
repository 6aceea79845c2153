"""All about one person who signs in, told and erased from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli.commands import program
from app.db.audit import Entry, every_entry, record
from app.db.engine import make_engine, reading, writing
from app.db.people import Person, SignedIn, SignInLink, find_invited, posts_of
from app.security.audit import verify_chain
from app.security.members import Invitation, invite
from app.security.roles import Role
from tests.app.service import NOON, SMALL, settings_in, store_small

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine
    from typer.testing import Result

EMAIL = "Fiona@example.org"


@pytest.fixture
def fiona(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Give the id of somebody with a role, a link and a browser, who has read a rota."""
    settings = settings_in(tmp_path)
    monkeypatch.setenv("ROTA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ROTA_DATABASE_URL", settings.database_url)
    store_small(settings)
    with writing(sqlite_engine) as session:
        made = invite(session, Invitation(area=SMALL.area, role=Role.PLANNER, email=EMAIL), issuer=None)
        browser = SignedIn(
            sha256="0" * 64,
            person_id=made.person,
            organisation_id=made.organisation_id,
            role=Role.PLANNER,
            purpose="care-planning",
            seen_at=NOON,
            expires_at=NOON + timedelta(days=1),
        )
        session.add(browser)
        read = Entry(at=datetime.now(UTC), actor=f"person/{made.person}", action="GET /v1/rotas", subject="client/C1")
        record(session, read)
    return made.person


def rota(*words: str | Path) -> Result:
    """Run a command about her."""
    return CliRunner().invoke(program, ("person", *map(str, words), "--kind", "staff"))


def test_she_is_told_what_is_stored(fiona: UUID, tmp_path: Path) -> None:
    """By e-mail or id: rows without secrets, and what she did without those it was about."""
    for who in (EMAIL, str(fiona)):
        assert rota("export", who, tmp_path / "all.json").exit_code == 0
        told = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
        assert told["rows"]["person"][0]["email"] == EMAIL.casefold()
        assert set(told["rows"]) == {"person", "membership", "sign_in_link", "signed_in"}
        assert [entry["action"] for entry in told["audit"]] == ["GET /v1/rotas"]
        assert not {"sha256", "C1"} & set(json.dumps(told).replace('"', " ").split())


def test_she_is_erased_and_what_she_did_stays(fiona: UUID, sqlite_engine: Engine, tmp_path: Path) -> None:
    """No e-mail, link, browser or role is left, not even in the files; the audit holds, under an id alone."""
    assert rota("erase", EMAIL.upper(), "--reason", "left us", "--yes").exit_code == 0
    engine = make_engine(str(sqlite_engine.url))
    with reading(engine) as session:
        assert find_invited(session, issuer="link", email=EMAIL) is None
        assert posts_of(session, fiona) == []
        assert not [*session.scalars(select(SignInLink)), *session.scalars(select(SignedIn))]
        assert [(row.issuer, row.email) for row in session.scalars(select(Person))] == [("erased", None)]
        rows = list(every_entry(session))
        verify_chain(rows)
    engine.dispose()
    assert [row.action for row in rows] == ["GET /v1/rotas", "erase_staff"]
    for path in tmp_path.glob("rota.sqlite*"):
        assert EMAIL.casefold().encode() not in path.read_bytes()
    again = rota("erase", EMAIL, "--reason", "left us", "--yes")
    assert "nobody who signs in" in str(again.exception)


def test_who_comes_back_with_a_backup_is_erased_again(fiona: UUID, sqlite_engine: Engine, tmp_path: Path) -> None:
    """The list of proofs names erased staff by the id that stays, and repeating it finds them; once, and audited."""
    assert rota("erase", EMAIL, "--reason", "left us", "--yes").exit_code == 0
    kept = CliRunner().invoke(program, ("person", "proofs", "--json")).stdout
    assert json.loads(kept)["staff"] == [str(fiona)]
    assert CliRunner().invoke(program, ("person", "proofs", str(fiona))).stdout.startswith(f"staff {fiona}")
    (tmp_path / "proofs.json").write_text(kept, encoding="utf-8")
    with writing(sqlite_engine) as session:  # as the backup has her
        back = session.get_one(Person, fiona)
        back.issuer, back.subject, back.email = "link", None, EMAIL.casefold()
    for said in ("Erased again: 1.\n", "Erased again: 0.\n"):
        assert CliRunner().invoke(program, ("person", "repeat", str(tmp_path / "proofs.json"))).stdout == said
    with reading(sqlite_engine) as session:
        assert find_invited(session, issuer="link", email=EMAIL) is None
        assert [row.action for row in every_entry(session)].count("erase_staff") == 2


def test_clients_and_carers_are_of_an_area() -> None:
    """Without one the command says what is missing, before anything is opened."""
    said = CliRunner().invoke(program, ("person", "export", "C1", "out.json", "--kind", "client"))
    assert (said.exit_code, "a client is of an area" in " ".join(said.stderr.split())) == (2, True)

"""`rota rota`: what is stored can be read by people and handed on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from app.cli.commands import program
from app.db.engine import writing
from app.errors import NotFound, RotaNotFound
from app.services.import_dataset import import_dataset
from solver.plain import plan_from_plain
from tests.app.service import SMALL, settings_in
from tests.app.stored_rotas import DAY, PLANS, store_plans

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from sqlalchemy import Engine


@pytest.fixture(autouse=True)
def _installation(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line find the test's database, with two plans of a comparison."""
    settings = settings_in(tmp_path)
    monkeypatch.setenv("ROTA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ROTA_DATABASE_URL", settings.database_url)
    store_plans(sqlite_engine)


def rota(*words: str) -> Result:
    """Run a command of `rota rota` for the area."""
    return CliRunner().invoke(program, ("rota", *words, "--area", SMALL.area))


def test_a_rota_reads_like_a_day() -> None:
    """Each run has its carer, mode and times; boats say when to check in; what is left out says why."""
    text = rota("show").stdout
    assert "oban-small, Tuesday 17 November 2026: version 1, published" in text
    assert ": Planned." in text
    assert "K2 of P2 by bike, shift S3" in text
    assert "boat from Gallanach to Kerrera, check in by 07:43" in text
    assert "V1 at C1, double-handed with another provider's carer" in text
    assert "2 visit(s) left out" in text
    assert "V3 of C2: K1 and K2 could not come." in text


def test_a_rota_of_an_earlier_data_set_is_told(sqlite_engine: Engine) -> None:
    """One line warns after another import, and a program reads the same."""
    assert "Out of date" not in rota("show").stdout
    assert json.loads(rota("show", "--json").stdout)["out_of_date"] is False
    with writing(sqlite_engine) as session:
        import_dataset(session, replace(SMALL, recorded=()))
    assert rota("show").stdout.count("Out of date") == 1
    assert json.loads(rota("show", "--json").stdout)["out_of_date"] is True


@pytest.mark.parametrize(
    ("words", "shifts"),
    [
        ((), ["S1", "S2", "S3"]),
        (("--provider", "P1"), ["S1"]),
        (("--carer", "K2"), ["S2", "S3"]),
        (("--plan", "A"), ["S1"]),
        (("--day", DAY), ["S1", "S2", "S3"]),
    ],
)
def test_json_has_the_runs_that_were_asked_for(words: tuple[str, ...], shifts: list[str]) -> None:
    """Everybody's, one provider's, one carer's, or another plan's; times are local, what does not apply is absent."""
    found = json.loads(rota("show", "--json", *words).stdout)
    assert [run["shift"] for run in found["runs"]] == shifts
    assert found["runs"][0]["segments"][0]["kind"] == "travel"
    assert found["runs"][0]["segments"][0]["start"] == f"{DAY}T07:30:00Z"
    assert "visit" not in found["runs"][0]["segments"][0]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--day", "2026-01-01"), RotaNotFound),
        (("--plan", "D"), RotaNotFound),
        (("--carer", "K9"), NotFound),
        (("--provider", "P9"), NotFound),
    ],
)
def test_what_is_not_there_is_told(words: tuple[str, ...], error: type[Exception]) -> None:
    """Another day, plan, carer or provider is not found."""
    assert isinstance(rota("show", *words).exception, error)


def test_one_provider_or_one_carer() -> None:
    """Asking for both is a mistake."""
    assert rota("show", "--provider", "P1", "--carer", "K1").exit_code == 2


@pytest.mark.parametrize(("words", "letter"), [((), "B"), (("--plan", "A"), "A")])
def test_an_exported_plan_is_the_stored_one(tmp_path: Path, words: tuple[str, ...], letter: str) -> None:
    """What `rota check` reads back equals what was planned."""
    assert rota("export", str(tmp_path / "plan.json"), *words).exit_code == 0
    assert plan_from_plain(json.loads((tmp_path / "plan.json").read_text())) == PLANS[letter]

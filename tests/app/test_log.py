"""Logs: JSON with fixed words, and nothing of anybody in them."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from app.db.engine import make_engine, writing
from app.errors import ImportRejected
from app.log import configure_logging
from app.services.import_dataset import import_dataset
from app.services.read_dataset import read_dataset
from app.services.write_dataset import write_dataset
from tests.app.datasets import LORN, replace_cell
from tests.app.service import SMALL, bearer, logging_as_before, serving, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

CANARY = "Zanzibar"
CANARY_LAT = 56.4153917


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give the root logger back as it was."""
    with logging_as_before():
        yield


def lines(text: str) -> list[dict[str, Any]]:
    """Read logged lines."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Event, level, time and what was said, also from the standard library's loggers."""
    configure_logging("INFO")
    structlog.get_logger("app.jobs").info("optimisation.claimed", optimisation_id="x")
    logging.getLogger("solver.kernel").info("searched %d visits", 12)
    logging.getLogger("app.jobs").debug("too fine")
    ours, theirs = lines(capsys.readouterr().err)
    assert (ours["event"], ours["level"], ours["optimisation_id"]) == ("optimisation.claimed", "info", "x")
    assert (theirs["event"], theirs["logger"]) == ("searched 12 visits", "solver.kernel")
    assert theirs["timestamp"].endswith("Z")


def test_exceptions_are_logged_without_their_messages(capsys: pytest.CaptureFixture[str]) -> None:
    """The type and the functions it passed are enough to find a bug."""
    configure_logging("INFO")
    try:
        {}[CANARY]
    except KeyError:
        structlog.get_logger("app").exception("it.crashed")
        logging.getLogger("uvicorn.error").exception("of %s", CANARY)
        logging.getLogger("sqlalchemy.pool").exception("of %s", CANARY)
    said = capsys.readouterr().err
    assert CANARY not in said
    assert [line["error"] for line in lines(said)] == ["KeyError"] * 3
    assert all("test_exceptions_are_logged" in line["passed"][-1] for line in lines(said))


def test_libraries_say_where_not_what(capsys: pytest.CaptureFixture[str]) -> None:
    """A warning of a library may quote data; what may be needed is its place. Below warnings libraries are silent."""
    configure_logging("DEBUG")
    logging.getLogger("sqlalchemy.engine").info("INSERT %s", CANARY)
    logging.getLogger("pyogrio").warning("bad row: %s", CANARY)
    (line,) = lines(capsys.readouterr().err)
    assert (line["event"], line["logger"]) == ("library.logged", "pyogrio")
    assert line["place"].startswith("test_log:")


def test_nothing_of_anybody_is_logged_or_answered(
    sqlite_engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From import over requests and refusals to a bug: no name, no coordinate and no key in logs or problems."""
    settings = settings_in(tmp_path, log_level="DEBUG")
    named = replace(
        SMALL,
        providers=tuple(replace(row, name=f"{CANARY} Care") for row in SMALL.providers),
        clients=tuple(replace(row, lat=CANARY_LAT) for row in SMALL.clients),
        places=tuple(replace(row, name=CANARY) for row in SMALL.places),
    )
    write_dataset(named, tmp_path / "good")
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        import_dataset(session, read_dataset(tmp_path / "good"))
    engine.dispose()
    write_dataset(named, tmp_path / "bad")
    replace_cell(tmp_path / "bad", "places.csv", LORN, f"{LORN} {CANARY}\u0000")
    with pytest.raises(ImportRejected):
        read_dataset(tmp_path / "bad")
    key = bearer(settings, "P1")
    secret = key["Authorization"].rpartition("_")[2]

    def choke(*_: object, **__: object) -> None:
        raise ValueError(f"{CANARY} at {CANARY_LAT} with {secret}")

    bodies = []
    with serving(settings) as http:
        bodies.append(http.get("/v1/providers/P1/rotas/2026-11-17", headers=key))
        bodies.append(http.get("/v1/providers/P2/rotas/2026-11-17", headers=key))
        bodies.append(http.get("/v1/optimisations", headers={"Authorization": key["Authorization"] + "x"}))
        bodies.append(
            http.post(
                "/v1/optimisations",
                json={"kind": "compare", "seeds": CANARY, "engine": secret, "seed": CANARY_LAT},
                headers=bearer(settings),
            )
        )
        monkeypatch.setattr("app.api.rotas.published", choke)
        bodies.append(http.get("/v1/providers/P1/rotas/2026-11-17", headers=key))
    assert [body.status_code for body in bodies] == [404, 403, 401, 422, 500]
    logged = capsys.readouterr().err
    events = lines(logged)
    assert {line["event"] for line in events} == {"request.done", "request.crashed"}
    assert events[-1]["correlation_id"] == bodies[-1].json()["correlation_id"]
    assert "detail" not in bodies[-1].json()
    for text in (logged, *(body.text for body in bodies)):
        for word in (CANARY, str(CANARY_LAT), secret):
            assert word not in text

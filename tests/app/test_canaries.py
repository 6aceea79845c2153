"""Nothing of anybody leaves the tables that are for it: words and positions planted everywhere are looked for in logs,
answers, the audit, the tables of jobs and events, and every file that is written."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from sqlalchemy import inspect, text

from app.db.engine import make_engine, writing
from app.db.optimisations import add_optimisation
from app.jobs.durable import DurableJobs
from app.jobs.work import work
from app.log import configure_logging
from app.security.roles import Role
from app.services.import_dataset import import_dataset
from tests.app.operations import operations
from tests.app.service import NOON, SMALL, logging_as_before, serving, settings_in
from tests.app.test_access import key_of
from tests.app.test_api_optimisations import prepare_job_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from app.config import Settings

WORD = "Zanzibar"
LAT, LON = 56.4153917, -5.4728391
CANARIES = (WORD, str(LAT), str(LON))

FOR_THEM = {"client", "carer", "provider", "place", "port", "sailing", "sailing_exception", "person", "organisation"}
"""The tables in which names, notes and positions belong."""

TEXTS = ("name", "note", "locality", "landmass")
"""The fields of a data set that hold words of people's own."""


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Give the root logger back as it was."""
    with logging_as_before():
        yield


def planted(row: Any) -> Any:
    """Plant a canary in every free text and every position of a row."""
    names = {field.name for field in fields(row)}
    more: dict[str, Any] = {name: f"{getattr(row, name)} {WORD}" for name in TEXTS if name in names}
    return replace(row, **more, **({"lat": LAT, "lon": LON} if {"lat", "lon"} <= names else {}))


NAMED = replace(
    SMALL,
    **{
        name: tuple(planted(row) for row in getattr(SMALL, name))
        for name in ("providers", "carers", "clients", "ports", "sailings", "exceptions", "places")
        if hasattr(SMALL, name)
    },
)


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation whose data set is full of canaries."""
    with writing(sqlite_engine) as session:
        import_dataset(session, NAMED)
    made = settings_in(tmp_path, log_level="DEBUG")
    prepare_job_tables(made.database_url)
    return made


def everything_else(settings: Settings) -> str:
    """Give all that is stored, but for the tables that hold what people are called and where they live."""
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        tables = set(inspect(engine).get_table_names()) - FOR_THEM
        assert {"audit_entry", "optimisation", "optimisation_event", "workflow_status", "kept_answer"} <= tables
        rows = [str(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in sorted(tables)]  # noqa: S608
    engine.dispose()
    files = [path for path in settings.data_dir.rglob("*") if path.is_file() and "sqlite" not in path.name]
    return "\n".join([*rows, *(path.read_bytes().decode("latin-1") + str(path) for path in files)])


def assert_clean(*texts: str) -> None:
    """Look for canaries."""
    for said in texts:
        for canary in CANARIES:
            at = said.find(canary)
            assert at < 0, said[max(0, at - 300) : at + 100]


def nuisances(headers: dict[str, str]) -> list[dict[str, Any]]:
    """List requests that carry canaries wherever a request can carry something."""
    somewhere = f"/v1/carers/{WORD}/rota"
    return [
        {"method": "GET", "url": f"/{WORD}?name={WORD}"},
        {"method": "GET", "url": somewhere, "params": {"day": "2026-11-17"}, "headers": headers},
        {"method": "GET", "url": somewhere, "params": {"day": WORD}, "headers": headers},
        {"method": "GET", "url": "/v1/carers/K1/rota", "params": {"day": WORD, WORD: LAT}, "headers": headers},
        {"method": "GET", "url": "/v1/optimisations", "headers": {**headers, "X-Purpose": WORD}},
        {"method": "GET", "url": "/v1/optimisations", "headers": {**headers, "User-Agent": WORD, "Referer": WORD}},
        {"method": "GET", "url": "/v1/optimisations", "headers": {"Authorization": f"Bearer {WORD}"}},
        {"method": "GET", "url": "/v1/session", "headers": {"Cookie": f"rota_session={WORD}"}},
        {"method": "POST", "url": f"/sign-in/link/{WORD}", "headers": {"Sec-Fetch-Site": "same-origin"}},
        {"method": "GET", "url": f"/sign-in/return?code={WORD}&state={WORD}"},
        {"method": "GET", "url": f"/v1/calendars/{WORD}"},
        {"method": "POST", "url": "/v1/optimisations", "content": f'{{"kind": "{WORD}"', "headers": headers},
        {"method": "POST", "url": "/v1/optimisations", "json": {"kind": WORD, WORD: LAT}, "headers": headers},
        {"method": "POST", "url": "/v1/imports", "content": f"{WORD} {LAT}".encode(), "headers": headers},
    ]


def test_requests_leave_no_trace_of_anybody(
    settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Good ones, malformed ones, refused ones and one that meets a bug, with every role."""
    with serving(settings) as http:
        for role in Role:
            headers = key_of(settings, role)
            for nuisance in nuisances(headers):
                assert http.request(**nuisance).status_code < 500
            for operation in operations(http.app):  # type: ignore[arg-type]
                if operation.method == "GET" and operation.path != "/v1/localities":
                    operation.send(http, {"provider_id": "P1", "carer_id": "K1", "client_id": "C1"}, headers)

        def choke(*_: object, **__: object) -> None:
            raise ValueError(f"{WORD} at {LAT}")

        monkeypatch.setattr("app.api.rotas.published", choke)
        bug = http.get("/v1/providers/P1/rotas/2026-11-17", headers=key_of(settings, Role.COORDINATOR))
        assert bug.status_code == 500
    out, err = capfd.readouterr()
    assert_clean(out, err, bug.text, everything_else(settings))


def test_jobs_leave_no_trace_of_anybody(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    """From asking over the queue and the child process to its end: tables, events and what the child says."""
    engine = make_engine(settings.database_url)
    headers = key_of(settings, Role.PLANNER)
    with serving(settings, DurableJobs(engine, settings, works=True)) as http:
        asked = http.post("/v1/optimisations", json={"kind": "optimise", "iterations": 1}, headers=headers)
        end, limit = {"status": "queued"}, time.monotonic() + 90
        while end["status"] in {"queued", "running"} and time.monotonic() < limit:
            end = http.get(asked.headers["Location"], headers=headers).json()
            time.sleep(0.2)
        assert (end["status"], end["problem"]["code"]) == ("failed", "network-missing")
    engine.dispose()
    out, err = capfd.readouterr()
    assert "optimisation.failed" in err
    assert_clean(out, err, json.dumps(end), everything_else(settings))


def test_a_job_that_crashes_leaves_no_trace_of_anybody(
    settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the child choked on is neither logged nor kept as its problem."""

    def choke(*_: object, **__: object) -> None:
        raise ValueError(f"{WORD} at {LAT}")

    monkeypatch.setattr("app.services.perform.perform", choke)
    configure_logging("DEBUG")
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        row = add_optimisation(session, SMALL.area, kind="optimise", request={}, at=NOON).id  # type: ignore[arg-type]
    work(engine, settings, row)
    engine.dispose()
    err = capfd.readouterr().err
    assert "optimisation.crashed" in err
    assert_clean(err, everything_else(settings))


CRASHES = {
    "an error": f"raise ValueError('{WORD} at {LAT}')",
    "a thread": f"t = threading.Thread(target=lambda: 1 / 0 if not '{WORD}' else {{}}['{WORD}']); t.start(); t.join()",
    "a database": f"engine.connect().execute(text('DROP TABLE nowhere -- :a :b'), dict(a='{WORD}', b={LAT}))",
}


@pytest.mark.parametrize("crash", CRASHES)
def test_a_process_that_crashes_says_where_not_what(crash: str, tmp_path: Path) -> None:
    """The last words of a process go to its log like all the others."""
    script = (
        "import threading\nfrom sqlalchemy import text\nfrom app.log import configure_logging\n"
        "from app.db.engine import make_engine\nconfigure_logging('INFO')\n"
        f"engine = make_engine('sqlite:///{tmp_path / 'x.sqlite'}')\n{CRASHES[crash]}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env={**os.environ}, timeout=60
    )
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["event"] == "process.crashed"
    assert_clean(done.stderr, done.stdout)


def test_errors_of_the_database_do_not_tell_what_was_stored(engine: Engine) -> None:
    """Neither the error's own words nor its log hold the parameters of the statement."""
    with pytest.raises(Exception, match="nowhere") as error, engine.connect() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:a, :b)"), {"a": WORD, "b": LAT})
    assert_clean(str(error.value))


def test_the_canaries_sing(capfd: pytest.CaptureFixture[str]) -> None:
    """Were a word logged, the tests above would find it."""
    configure_logging("INFO")
    structlog.get_logger("app").info(f"said {WORD}")
    logging.getLogger("app").warning("said %s", LAT)
    assert threading.excepthook is not None
    err = capfd.readouterr().err
    for canary in (WORD, str(LAT)):
        assert canary in err
    with pytest.raises(AssertionError):
        assert_clean(err)

"""Imports over HTTP: tried first, told row by row what is wrong, carried out whole or not at all, by planners only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.api.imports import XLSX
from app.db.audit import every_entry
from app.db.engine import make_engine, reading
from app.services import import_apart
from app.services.load_dataset import load_dataset
from app.services.take_import import take_import
from tests.app.service import SMALL, bearer, serving, settings_in, store_small
from tests.app.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi.testclient import TestClient
    from openpyxl import Workbook
    from sqlalchemy import Engine

    from app.config import Settings
    from app.dataset import Dataset
    from app.services.take_import import Report, Request

MORE = replace(SMALL, clients=(*SMALL.clients, replace(SMALL.clients[0], client_id="C9")))
MORE = replace(MORE, allocation=(*MORE.allocation, replace(MORE.allocation[0], client_id="C9")))
LESS = replace(SMALL, recorded=SMALL.recorded[1:])


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation that holds the small area."""
    made = settings_in(tmp_path)
    store_small(made)
    return made


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Import in this process, for tests of what is imported and not of where."""

    def imported(database_url: str, data_dir: Path, request: Request) -> Report:
        engine = make_engine(database_url)
        try:
            return take_import(engine, data_dir, request)
        finally:
            engine.dispose()

    monkeypatch.setattr("app.api.imports.import_apart", imported)


@pytest.fixture
def send(http: TestClient, settings: Settings, tmp_path: Path) -> Callable[..., tuple[int, dict[str, object]]]:
    """Give the function that sends a data set as a workbook, and gives the status and the body of the answer."""

    def sent(
        dataset: Dataset, edit: Callable[[Workbook], None] | None = None, **query: str
    ) -> tuple[int, dict[str, object]]:
        content = workbook(tmp_path / "sent.xlsx", dataset, edit).read_bytes()
        headers = {**bearer(settings), "Content-Type": XLSX}
        answer = http.post("/v1/imports", content=content, headers=headers, params=query)
        return answer.status_code, answer.json()

    return sent


def stored(settings: Settings) -> Dataset:
    """Give the data set as it is stored."""
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        found = load_dataset(session, SMALL.area)
    engine.dispose()
    return found


@pytest.mark.usefixtures("here")
def test_a_dry_run_tells_and_stores_nothing(
    send: Callable[..., tuple[int, dict[str, object]]], settings: Settings
) -> None:
    """The differences come in words, in numbers and record by record, and nothing has changed."""
    status, body = send(MORE, dry_run="true", records="true")
    assert status == 200
    assert (body["stored"], body["removes"]) == (False, 0)
    assert "1 new client" in body["differences"]  # type: ignore[operator]
    assert {"sheet": "clients", "key": ["C9"], "kind": "new", "columns": []} in body["changed"]  # type: ignore[operator]
    assert stored(settings) == SMALL


def test_an_import_is_carried_out_and_taken_down(
    send: Callable[..., tuple[int, dict[str, object]]], settings: Settings
) -> None:
    """A process of its own stores the data set, and the audit says who did it."""
    status, body = send(MORE)
    assert (status, body["stored"]) == (200, True)
    assert "changed" not in body
    assert stored(settings) == MORE
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        entries = [(entry.action, entry.actor.startswith("key/"), entry.subject) for entry in every_entry(session)]
    engine.dispose()
    assert ("import", True, f"area/{SMALL.area} day/{SMALL.day}") in entries


@pytest.mark.usefixtures("here")
def test_what_disappears_has_to_be_allowed(
    send: Callable[..., tuple[int, dict[str, object]]], settings: Settings
) -> None:
    """Records disappear only when the request says that they may."""
    status, body = send(LESS)
    assert (status, body["code"]) == (409, "import-removes")
    assert "1 row of recorded_rota gone" in str(body["detail"])
    assert stored(settings) == SMALL
    assert send(LESS, removals="allowed")[0] == 200
    assert stored(settings) == LESS


@pytest.mark.usefixtures("here")
def test_faults_name_sheet_row_and_column(
    send: Callable[..., tuple[int, dict[str, object]]], settings: Settings
) -> None:
    """Everything wrong comes back at once, each with its place and what to do; nothing is stored."""

    def edit(book: Workbook) -> None:
        book["visits"]["B2"] = "nobody"
        book["shifts"]["C2"] = "morning"

    status, body = send(MORE, edit)
    assert (status, body["code"]) == (422, "import-rejected")
    where = {fault["where"] for fault in body["faults"]}  # type: ignore[attr-defined]
    assert "workbook.xlsx, sheet visits, row 2, column client_id (B)" in where
    assert "workbook.xlsx, sheet shifts, row 2, column start (C)" in where
    assert stored(settings) == SMALL


def test_another_area_is_refused(send: Callable[..., tuple[int, dict[str, object]]]) -> None:
    """A key imports its own area only; what the process refuses comes back from it as it is."""
    status, body = send(replace(SMALL, area="islay"))
    assert (status, body["code"]) == (422, "import-rejected")


def test_only_planners_import(http: TestClient, settings: Settings) -> None:
    """A provider's key, and none at all, are refused whatever is sent."""
    headers = {"Content-Type": XLSX}
    assert http.post("/v1/imports", content=b"x", headers=headers).status_code == 401
    assert http.post("/v1/imports", content=b"x", headers={**headers, **bearer(settings, "P1")}).status_code == 403


@pytest.mark.usefixtures("here")
def test_what_is_no_workbook_is_refused(http: TestClient, settings: Settings) -> None:
    """Anything but a workbook, an unknown mapping and an empty body are refused in words."""
    headers = {**bearer(settings), "Content-Type": XLSX}
    refused = http.post("/v1/imports", content=b"client_id,lat\n", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "import-rejected")
    assert http.post("/v1/imports", headers=headers).json()["code"] == "malformed-request"
    half = http.post("/v1/imports", content=b"PK, and then nothing", headers=headers)
    assert (half.status_code, half.json()["code"]) == (422, "import-rejected")
    unknown = http.post("/v1/imports", content=b"PK", headers=headers, params={"mapping": "north"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "mapping-not-found")


def test_bodies_have_limits_of_their_own(sqlite_engine: Engine, tmp_path: Path) -> None:
    """A workbook may be larger than other bodies, up to its own limit, declared or not."""
    settings = settings_in(tmp_path, max_body_bytes=1_024, max_import_bytes=4_096)
    store_small(settings)
    headers = {**bearer(settings), "Content-Type": XLSX}
    with serving(settings) as http:
        assert http.post("/v1/imports", content=b"x" * 3_000, headers=headers).status_code == 422
        assert http.post("/v1/imports", content=b"x" * 5_000, headers=headers).status_code == 413
        chunks = (b"x" * 1_000 for _ in range(5))
        assert http.post("/v1/imports", content=chunks, headers=headers).status_code == 413
        assert http.post("/v1/optimisations", content=b"x" * 3_000, headers=headers).status_code == 413


def test_a_process_that_takes_too_long_is_ended(
    send: Callable[..., tuple[int, dict[str, object]]], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service answers in words when the process hangs or dies, and nothing is stored."""
    monkeypatch.setattr(import_apart, "PATIENCE_S", 0.0)
    status, body = send(MORE)
    assert (status, body["code"]) == (500, "import-crashed")
    assert stored(settings) == SMALL

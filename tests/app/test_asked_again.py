"""Rotas that are asked for again: shown from memory to whoever may see them, counted and taken down as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.db.audit import every_entry
from app.db.engine import reading, writing
from app.errors import AuditFull, Unauthenticated
from app.security.api_keys import caller_of
from app.security.roles import Role
from app.services.read_rota import published
from tests.app.service import serving, settings_in
from tests.app.stored_rotas import DAY, publish_letter, store_plans
from tests.app.test_access import key_of

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

ROTA = f"/v1/providers/P1/rotas/{DAY}"


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with a published rota, which remembers for as long as can be."""
    store_plans(sqlite_engine)
    return settings_in(tmp_path, remember_seconds=60)


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note whose rota is looked up in the database."""
    seen: list[str] = []

    def noted(*args: object, **more: object) -> object:
        seen.append(str(args[4]))
        return published(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("app.api.rotas.published", noted)
    return seen


def test_who_may_see_a_rota_shares_one_look_up(http: TestClient, settings: Settings, looked_up: list[str]) -> None:
    """The same bytes and tag for two keys of a provider; each version and each carer is looked up for itself."""
    one, other = key_of(settings, Role.COORDINATOR), key_of(settings, Role.COORDINATOR)
    http.get("/v1/session", headers=other)
    first, second = http.get(ROTA, headers=one), http.get(ROTA, headers=other)
    assert (first.content, first.headers["ETag"]) == (second.content, second.headers["ETag"])
    had = http.get(ROTA, headers={**one, "If-None-Match": first.headers["ETag"]})
    assert (had.status_code, had.content, looked_up) == (304, b"", ["P1"])
    assert second.headers["Cache-Control"] == "no-store"
    for path in (f"{ROTA}?version=1", f"/v1/carers/K1/rota?day={DAY}", f"/v1/carers/K1/rota?day={DAY}"):
        assert http.get(path, headers=one).status_code == 200
    assert looked_up == ["P1", "P1", "K1"]


def test_memory_opens_nothing_to_others(http: TestClient, settings: Settings) -> None:
    """Another provider, a role that reads no rotas and a planner without a purpose are refused what was just shown."""
    planner = key_of(settings, Role.PLANNER)
    refused = (
        key_of(settings, Role.COORDINATOR, provider="P2"),
        key_of(settings, Role.AUDITOR),
        {"Authorization": planner["Authorization"]},
        {**planner, "X-Purpose": "?"},
        {"Authorization": planner["Authorization"] + "x", "X-Purpose": planner["X-Purpose"]},
    )
    for _ in range(2):
        for reader in (key_of(settings, Role.COORDINATOR), planner):
            assert http.get(ROTA, headers=reader).status_code == 200
        assert [http.get(ROTA, headers=each).status_code for each in refused] == [403, 403, 403, 422, 401]


def test_what_is_shown_from_memory_is_taken_down(settings: Settings, sqlite_engine: Engine) -> None:
    """With who, whose rota, for what purpose and how it was answered; and not shown when it cannot be."""
    planner = key_of(settings, Role.PLANNER)
    with serving(settings) as http:
        tag = http.get(ROTA, headers=planner).headers["ETag"]
        again = http.get(ROTA, headers={**planner, "If-None-Match": tag})
        http.app.state.journal.check_room = full  # type: ignore[attr-defined]
        assert http.get(ROTA, headers=planner).json()["code"] == "audit-full"
    with reading(sqlite_engine) as session:
        rows = [row for row in every_entry(session) if row.status == 304]
    assert [(row.subject, row.purpose, row.correlation_id) for row in rows] == [
        (f"provider/P1 day/{DAY}", "complaint", again.headers["X-Correlation-ID"])
    ]


def full() -> None:
    """Have no room."""
    raise AuditFull("no room")


def test_readers_from_memory_are_counted(settings: Settings) -> None:
    """Whoever asks too often is refused, though the answer is at hand."""
    key = key_of(settings, Role.COORDINATOR)
    with serving(settings.model_copy(update={"max_requests_a_minute": 5})) as http:
        http.app.state.limits.count("caller", f"key/{key['Authorization'].split('_')[1]}")  # type: ignore[attr-defined]
        assert [http.get(ROTA, headers=key).status_code for _ in range(5)] == [200, 200, 200, 200, 429]


def test_callers_are_forgotten_once_a_change_is_stored(
    http: TestClient, settings: Settings, sqlite_engine: Engine
) -> None:
    """Not before: whoever looked up a key meanwhile would find it good, and remember that."""
    admin, key = key_of(settings, Role.ADMIN), key_of(settings, Role.COORDINATOR)
    callers = http.app.state.callers  # type: ignore[attr-defined]
    forget, gone = callers.forget, []

    def forget_now() -> None:
        with reading(sqlite_engine) as session, pytest.raises(Unauthenticated):
            gone.append(caller_of(session, key["Authorization"].removeprefix("Bearer ")))
        forget()

    callers.forget = forget_now
    assert http.get(ROTA, headers=key).status_code == 200
    assert http.delete(f"/v1/keys/{key['Authorization'].split('_')[1]}", headers=admin).status_code == 204
    assert (gone, http.get(ROTA, headers=key).status_code) == ([], 401)


def test_other_processes_know_of_changes_after_the_stated_time(settings: Settings, sqlite_engine: Engine) -> None:
    """A version that is published elsewhere is shown once what is remembered is too old, and not before."""
    key = key_of(settings, Role.COORDINATOR)
    now = [0.0]
    with serving(settings) as http:
        for memory in (http.app.state.rotas, http.app.state.callers):  # type: ignore[attr-defined]
            memory._clock = lambda: now[0]
        versions = []
        for at in (0.0, 59.0, 61.0):
            now[0] = at
            versions.append(http.get(ROTA, headers=key).json()["version"])
            if not at:
                with writing(sqlite_engine) as session:
                    publish_letter(session, "A")
    assert versions == [1, 1, 2]

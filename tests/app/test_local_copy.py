"""The local copy: published rotas stay readable when the database is away, for keys that were good, for some days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.db.api_keys import ApiKey, revoke_key
from app.db.engine import make_engine, reading, writing
from app.db.rota_versions import Kind, find_document
from app.services.local_copy import CopyKeeper, LocalCopy
from tests.app.service import NOON, SMALL, bearer, serving, settings_in
from tests.app.stored_rotas import DAY, store_plans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

P2 = f"/v1/providers/P2/rotas/{DAY}"


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation whose published rota is plan B."""
    made = settings_in(tmp_path)
    store_plans(sqlite_engine)
    return made


@pytest.fixture
def http(settings: Settings) -> Iterator[TestClient]:
    """Serve."""
    with serving(settings) as client:
        client.app.state.copy_keeper.stop()  # type: ignore[attr-defined] # the tests say when the copy is renewed
        yield client


def renewed(http: TestClient, *, now: datetime | None = None) -> None:
    """Renew the copy of a service."""
    state = http.app.state  # type: ignore[attr-defined]
    engine = make_engine(state.settings.database_url)
    state.copy.renew(engine, now=now)
    engine.dispose()


def without_database(http: TestClient, settings: Settings) -> None:
    """Take the database away."""
    http.app.state.engine.dispose()  # type: ignore[attr-defined]
    path = settings.data_dir / "rota.sqlite"
    for left in settings.data_dir.glob("rota.sqlite*"):
        left.unlink()
    path.mkdir()


def test_the_published_rota_outlives_the_database(http: TestClient, settings: Settings) -> None:
    """The same bytes with their age, a week, a carer and other formats; what needs the database says so."""
    own, all_of_it = bearer(settings, "P2"), bearer(settings)
    before = http.get(P2, headers=own)
    renewed(http, now=datetime.now(UTC) - timedelta(minutes=5))
    without_database(http, settings)
    found = http.get(P2, headers=own)
    assert (found.status_code, found.content, found.headers["ETag"]) == (200, before.content, before.headers["ETag"])
    assert found.headers["X-Rota-Source"] == "local-copy"
    assert 300 <= int(found.headers["Age"]) < 400
    assert http.get(P2, headers={**own, "If-None-Match": before.headers["ETag"]}).status_code == 304
    assert http.get(P2, headers=all_of_it).json() == before.json()
    week = http.get("/v1/providers/P2/rotas", params={"from": DAY}, headers=own).json()
    assert [rota["day"] for rota in week["rotas"]] == [DAY]
    carer = http.get("/v1/carers/K2/rota", params={"day": DAY, "format": "csv"}, headers=own)
    assert "Gallanach" in carer.text
    for path in ("/v1/drafts", f"/v1/rotas/{DAY}", f"{P2}/versions"):
        away = http.get(path, headers=all_of_it)
        assert (away.status_code, away.json()["code"]) == (503, "database-unavailable"), path


def test_the_walls_stand_in_the_copy_too(http: TestClient, settings: Settings) -> None:
    """Another provider's rota and carer are refused as ever; planners still have to say for what purpose."""
    own, planner = bearer(settings, "P1"), bearer(settings)
    renewed(http)
    without_database(http, settings)
    assert http.get(P2, headers=own).json()["code"] == "not-permitted"
    assert http.get("/v1/carers/K2/rota", params={"day": DAY}, headers=own).json()["code"] == "not-found"
    assert http.get(P2, headers=planner).status_code == 200
    planner.pop("X-Purpose")
    assert http.get(P2, headers=planner).status_code == 503
    assert http.get(P2).status_code == 401
    assert http.get(P2, headers={"Authorization": own["Authorization"][:-1] + "~"}).status_code in {401, 503}


def test_keys_that_are_revoked_or_expired_open_no_copy(http: TestClient, settings: Settings) -> None:
    """A revoked key goes with the next round, an expired one at its hour."""
    kept, revoked, brief = (bearer(settings, "P2") for _ in range(3))
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        revoke_key(session, revoked["Authorization"].split("_")[1], at=NOON)
        soon = datetime.now(UTC) - timedelta(seconds=1)
        prefix = brief["Authorization"].split("_")[1]
        session.execute(update(ApiKey).where(ApiKey.prefix == prefix).values(expires_at=soon))
    engine.dispose()
    renewed(http, now=datetime.now(UTC) - timedelta(seconds=10))
    without_database(http, settings)
    assert [http.get(P2, headers=key).status_code for key in (kept, revoked, brief)] == [200, 503, 503]


def test_a_copy_that_is_too_old_is_not_read(http: TestClient, settings: Settings) -> None:
    """After the hours of the setting nobody knows any more who may read what."""
    key = bearer(settings, "P2")
    renewed(http, now=datetime.now(UTC) - timedelta(hours=settings.copy_hours, minutes=1))
    without_database(http, settings)
    assert http.get(P2, headers=key).status_code == 503


def test_a_file_that_was_changed_counts_as_none(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Each file is signed in its place: changed, moved or signed elsewhere it is not believed."""
    store_plans(sqlite_engine)
    copy = LocalCopy(tmp_path / "copy")
    copy.renew(sqlite_engine)
    with reading(sqlite_engine) as session:
        stored = find_document(session, SMALL.area, SMALL.day, Kind.PROVIDER, "P1")
    assert copy.shown(SMALL.area, SMALL.day, Kind.PROVIDER, "P1") == stored
    assert copy.shown(SMALL.area, SMALL.day, Kind.AREA, SMALL.area) is None
    assert (tmp_path / "copy" / "secret").stat().st_mode & 0o077 == 0
    (file,) = (tmp_path / "copy" / SMALL.area).glob("*.json")
    text = file.read_text()
    file.write_text(text.replace("P1", "P9"))
    assert copy.shown(SMALL.area, SMALL.day, Kind.PROVIDER, "P9") is None
    moved = file.with_name(f"{SMALL.day + timedelta(days=1)}.json")
    moved.write_text(text)
    assert copy.shown(SMALL.area, SMALL.day + timedelta(days=1), Kind.PROVIDER, "P1") is None
    copy.forget()
    assert copy.known() is None


def test_what_is_no_longer_worth_it_leaves_the_copy(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Old days go with the next round."""
    store_plans(sqlite_engine)
    copy = LocalCopy(tmp_path / "copy")
    copy.renew(sqlite_engine)
    assert copy.shown(SMALL.area, SMALL.day, Kind.PROVIDER, "P1")
    copy.renew(sqlite_engine, now=datetime.now(UTC) + timedelta(days=60))
    assert copy.shown(SMALL.area, SMALL.day, Kind.PROVIDER, "P1") is None


def test_the_keeper_renews_when_woken(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Without waiting for its time."""
    store_plans(sqlite_engine)
    copy = LocalCopy(tmp_path / "copy")
    keeper = CopyKeeper(copy, sqlite_engine, every_s=3_600)
    keeper.start()
    keeper.wake()
    keeper.stop()
    assert copy.known() is not None

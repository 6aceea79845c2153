"""Drafts over HTTP: from an empty plan to a published rota by hand, and what nobody may do on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from app.db.engine import make_engine, writing
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.plans import PlanLabel, Staffing, save_plan
from app.main import create_app
from app.services.editor import Editor
from app.services.import_dataset import digest, import_dataset
from app.services.networks import import_network
from solver.types import DayPlan, Reason, Unallocated
from tests.app.service import NOON, SMALL, IdleJobs, bearer, draw_roads, logging_as_before, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from app.config import Settings

DAY = SMALL.day.isoformat()
AREA = replace(SMALL, visits=(replace(SMALL.visits[0], time_critical=False), *SMALL.visits[1:2]))
CRITICAL = replace(AREA, visits=(AREA.visits[0], replace(AREA.visits[1], time_critical=True)))


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with roads and a plan B that places nobody; it remembers rotas for as long as can be."""
    made = settings_in(tmp_path, remember_seconds=60)
    import_network(draw_roads(tmp_path), AREA.area, made.data_dir)
    store_nothing_placed(sqlite_engine, CRITICAL)
    return made


def store_nothing_placed(engine: Engine, area: Any) -> None:
    """Import an area and store a plan B of it that leaves every visit out."""
    left = tuple(
        Unallocated(visit=visit.visit_id, reason=Reason.NOT_PLACED_IN_TIME, detail="Nobody yet.")
        for visit in area.visits
    )
    staffing = Staffing(
        carer_of_shift={}, provider_of_shift={}, client_of_visit={row.visit_id: row.client_id for row in area.visits}
    )
    with writing(engine) as session:
        import_dataset(session, area)
        row = add_optimisation(session, area.area, kind=Kind.OPTIMISE, request={}, at=NOON).id
        start(session, row, at=NOON)
        finish(session, row, result={}, at=NOON)
        label = PlanLabel(optimisation=row, area=area.area, digest=digest(area), stored_at=NOON, letter="B")
        save_plan(session, DayPlan(day=DAY, runs=(), unallocated=left), label=label, staffing=staffing)


@pytest.fixture
def http(settings: Settings) -> Iterator[TestClient]:
    """Serve, with changes made in this process."""
    with logging_as_before():
        app = create_app(settings, jobs=IdleJobs())
        app.state.editor = Editor(settings.database_url, settings.data_dir, inline=True)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


def begun(http: TestClient, key: dict[str, str], plan: str | None = "B") -> str:
    """Begin a draft and give its address."""
    asked = {"day": DAY} if plan is None else {"day": DAY, "plan": plan}
    answer = http.post("/v1/drafts", json=asked, headers=key)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def changed(http: TestClient, key: dict[str, str], draft: str, **change: Any) -> dict[str, Any]:
    """Make a change and give what it does."""
    answer = http.post(f"{draft}/changes", json=change, headers=key)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def published(http: TestClient, key: dict[str, str], draft: str, **more: Any) -> Any:
    """Publish a draft and give the answer."""
    return http.post(f"{draft}/publication", json={"reason": "By hand", **more}, headers=key)


def known(by: str, *visits: str) -> list[dict[str, str]]:
    """Say who knows of visits that are left out."""
    return [{"visit": visit, "by": by} for visit in visits]


def test_a_rota_made_by_hand_is_published_and_read(http: TestClient, settings: Settings) -> None:
    """Each change is told with its times and costs; the published rota has them, with the boat to catch."""
    key = bearer(settings)
    draft = begun(http, key)
    first = changed(http, key, draft, change="move", visit="V1", to_shift="S1")
    assert (first["breaches"], first["shifts"], first["state"]) == (0, ["S1"], "checked")
    assert first["costs_s"]["unallocated"] < 0 < first["costs_s"]["commute"]
    assert first["retimed"][0]["visit"] == "V1"
    changed(http, key, draft, change="move", visit="V2", to_shift="S3")
    shown = http.get(draft, headers=key).json()
    assert ([run["carer"] for run in shown["rota"]["runs"]], shown["breaches"]) == (["K1", "K2"], [])
    assert [said["visit"] for said in shown["history"]] == ["V1", "V2"]
    answer = published(http, key, draft)
    assert (answer.status_code, answer.json()["number"]) == (201, 1)
    rota = http.get(f"/v1/providers/P2/rotas/{DAY}", headers=bearer(settings, "P2")).json()
    assert (rota["version"], rota["reason"]) == (1, "By hand")
    assert "boat" in [part["kind"] for part in rota["runs"][0]["segments"]]
    assert published(http, key, draft).json()["code"] == "draft-changed"
    assert http.post(f"{draft}/changes", json={"change": "lock", "visit": "V1"}, headers=key).status_code == 409
    assert http.delete(draft, headers=key).status_code == 409


def test_a_time_critical_visit_is_left_out_only_with_a_name(http: TestClient, settings: Settings) -> None:
    """Refused with the visit named, then published with who knows of it, which the versions keep."""
    key = bearer(settings)
    draft = begun(http, key)
    changed(http, key, draft, change="move", visit="V1", to_shift="S1")
    refused = published(http, key, draft)
    assert (refused.status_code, refused.json()["code"]) == (409, "publication-refused")
    assert [fault["where"] for fault in refused.json()["faults"]] == ["V2"]
    assert published(http, key, draft, acknowledge=known("On-call coordinator", "V2")).status_code == 201
    (version,) = http.get(f"/v1/providers/P1/rotas/{DAY}/versions", headers=key).json()["versions"]
    assert version["acknowledged"] == [{"visit": "V2", "by": "On-call coordinator"}]


def test_what_breaks_a_rule_is_told_at_once_and_not_published(http: TestClient, settings: Settings) -> None:
    """A visit in the wrong hours: trying it stores nothing, keeping it stops publication, undoing mends it."""
    key = bearer(settings)
    draft = begun(http, key)
    tried = http.post(
        f"{draft}/changes",
        json={"change": "move", "visit": "V1", "to_shift": "S2"},
        params={"keep": False},
        headers=key,
    ).json()
    assert (tried["kept"], tried["broken"] != []) == (False, True)
    kept = changed(http, key, draft, change="move", visit="V1", to_shift="S2")
    assert kept["broken"] == tried["broken"]
    refused = published(http, key, draft, acknowledge=known("Somebody", "V2"))
    assert refused.json()["code"] == "publication-refused"
    assert kept["broken"][0]["message"] in [fault["message"] for fault in refused.json()["faults"]]
    mended = changed(http, key, draft, change="leave-out", visit="V1")
    assert mended["mended"] == kept["broken"]


def test_coordinators_change_their_own_runs_only(http: TestClient, settings: Settings) -> None:
    """They go on from what is published; other providers' visits, shifts and drafts are not theirs."""
    key, own, other = bearer(settings), bearer(settings, "P1"), bearer(settings, "P2")
    assert http.post("/v1/drafts", json={"day": DAY, "plan": "B"}, headers=own).status_code == 403
    assert http.post("/v1/drafts", json={"day": DAY}, headers=own).json()["code"] == "rota-not-found"
    whole = begun(http, key)
    changed(http, key, whole, change="move", visit="V1", to_shift="S1")
    changed(http, key, whole, change="move", visit="V2", to_shift="S3")
    assert published(http, key, whole).status_code == 201
    draft = begun(http, own, None)
    assert [run["carer"] for run in http.get(draft, headers=own).json()["rota"]["runs"]] == ["K1"]
    assert http.get(draft, headers=other).json()["code"] == "draft-not-found"
    assert http.get("/v1/drafts", headers=other).json() == []
    theirs = http.post(f"{draft}/changes", json={"change": "leave-out", "visit": "V2"}, headers=own)
    assert (theirs.status_code, theirs.json()["detail"]) == (409, "there is no visit V2 on this day")
    away = http.post(f"{draft}/changes", json={"change": "move", "visit": "V1", "to_shift": "S3"}, headers=own)
    assert away.json()["code"] == "change-refused"
    left_out = changed(http, own, draft, change="leave-out", visit="V1", why="Away until Friday")
    assert left_out["shifts"] == ["S1"]
    assert published(http, own, draft).json()["number"] == 2
    said = f"Left out by hand by key/{own['Authorization'].split('_')[1]}: Away until Friday"
    for reader in (own, key):
        (out,) = http.get(f"/v1/providers/P1/rotas/{DAY}", headers=reader).json()["unallocated"]
        assert (out["visit"], out["reason"], out["detail"]) == ("V1", "left-out-by-hand", said)
        (row,) = http.get(f"/v1/clients/C1/visits?from={DAY}", headers=reader).json()["left_out"]
        assert row["detail"] == said
    assert said in http.get(f"/v1/providers/P1/rotas/{DAY}?format=html", headers=own).text
    tag = http.get(f"/v1/providers/P2/rotas/{DAY}", headers=other).json()
    assert tag["version"] == 1


def test_a_draft_of_an_older_version_is_not_published(http: TestClient, settings: Settings) -> None:
    """The second of two drafts from one version is told that the rota has moved on; it can be given up."""
    key = bearer(settings)
    one, two = begun(http, key), begun(http, key)
    assert published(http, key, one, acknowledge=known("Somebody", "V1", "V2")).status_code == 201
    assert published(http, key, two, acknowledge=known("Somebody", "V1", "V2")).json()["code"] == "rota-moved-on"
    assert http.delete(two, headers=key).status_code == 204
    assert http.get(two, headers=key).json()["code"] == "draft-not-found"


def test_another_data_set_stops_a_publication(http: TestClient, settings: Settings) -> None:
    """A plan of yesterday's data is not published by mistake."""
    key = bearer(settings)
    draft = begun(http, key)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        import_dataset(session, replace(CRITICAL, recorded=()))
    engine.dispose()
    refused = published(http, key, draft, acknowledge=known("Somebody", "V1", "V2"))
    assert [fault["where"] for fault in refused.json()["faults"]] == ["data set"]


def test_locks_are_kept_through_publication(http: TestClient, settings: Settings) -> None:
    """A visit that is locked stays locked in the next draft, until somebody unlocks it."""
    key = bearer(settings)
    draft = begun(http, key)
    changed(http, key, draft, change="move", visit="V1", to_shift="S1")
    changed(http, key, draft, change="lock", visit="V1")
    assert published(http, key, draft, acknowledge=known("Somebody", "V2")).status_code == 201
    assert http.get(f"/v1/providers/P1/rotas/{DAY}", headers=key).json()["version"] == 1
    after = begun(http, key, None)
    assert http.get(after, headers=key).json()["locks"] == {"V1": ["S1"]}
    refused = http.post(f"{after}/changes", json={"change": "leave-out", "visit": "V1"}, headers=key)
    assert "locked" in refused.json()["detail"]
    changed(http, key, after, change="unlock", visit="V1")
    assert changed(http, key, after, change="leave-out", visit="V1")["shifts"] == ["S1"]
    assert published(http, key, after, acknowledge=known("Somebody", "V2")).status_code == 201
    assert http.get(f"/v1/providers/P1/rotas/{DAY}", headers=key).json()["version"] == 2, "seen at once"


def test_the_service_changes_rotas_in_a_process_of_its_own(settings: Settings) -> None:
    """Errors come back from it as they are, and a dead process is told and replaced."""
    with logging_as_before():
        app = create_app(settings, jobs=IdleJobs())
    key = bearer(settings)
    with TestClient(app, raise_server_exceptions=False) as http:
        draft = begun(http, key)
        wrong = http.post(f"{draft}/changes", json={"change": "leave-out", "visit": "V1"}, headers=key)
        assert (wrong.status_code, wrong.json()["detail"]) == (409, "visit V1 is in no run already")
        (child,) = app.state.editor._pool._processes.values()
        child.kill()
        child.join()
        failed = http.post(f"{draft}/changes", json={"change": "lock", "visit": "V1"}, headers=key)
        assert (failed.status_code, failed.json()["code"]) == (503, "editor-failed")
        assert changed(http, key, draft, change="move", visit="V1", to_shift="S1")["breaches"] == 0
    assert app.state.editor._pool is None

"""Zones over HTTP: what is drawn by hand is scored at once, and locks that name what there is not are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.api import zone_scores
from app.db.audit import AuditEntry
from app.db.engine import make_engine, reading, writing
from app.security.api_keys import create_key
from app.security.roles import Role
from app.services.editor import Editor
from app.services.zone_files import score_zones, zones_from
from tests.app.areas import tiny_area, tiny_zones
from tests.app.commands import tiny_home
from tests.app.service import serving, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient

    from app.config import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give an installation with the tiny area."""
    return settings_in(tiny_home(tmp_path / "var"), max_body_bytes=1_024)


@pytest.fixture
def http(settings: Settings) -> Iterator[TestClient]:
    """Serve, with geography in this process."""
    with serving(settings) as client:
        client.app.state.editor = Editor(settings.database_url, settings.data_dir, inline=True)  # type: ignore[attr-defined]
        yield client


def key(settings: Settings, role: Role) -> dict[str, str]:
    """Make a key with a role, and give its header."""
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        provider = "P01" if role.of_provider else None
        made = create_key(session, "tiny", provider=provider, days=1, role=role)
    engine.dispose()
    return {"Authorization": f"Bearer {made}", "X-Purpose": "care-planning"}


def drawn() -> dict[str, Any]:
    """Draw the proposed zones again, with a member of somebody else's."""
    found: dict[str, Any] = json.loads(json.dumps(tiny_zones().geojson()))
    return {**found, "name": "edited"}


def test_a_drawing_is_scored_at_once(http: TestClient, settings: Settings) -> None:
    """Commissioners get the same as the command line tells, though the drawing is longer than other bodies may be."""
    body = drawn()
    assert len(json.dumps(body)) > settings.max_body_bytes
    answer = http.post("/v1/zone-scores", json=body, headers=key(settings, Role.COMMISSIONER))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json"), answer.text
    assert answer.json() == json.loads(json.dumps(score_zones(tiny_area(), zones_from(body)).geojson()))
    assert answer.json()["faults"] == []


def test_who_may_draw(http: TestClient, settings: Settings) -> None:
    """Providers do not see the zones of others, and what is far too long is not read."""
    assert http.post("/v1/zone-scores", json=drawn(), headers=key(settings, Role.COORDINATOR)).status_code == 403
    long = {"type": "FeatureCollection", "features": [], "name": "x" * zone_scores.MOST_BYTES}
    assert http.post("/v1/zone-scores", json=long, headers=key(settings, Role.PLANNER)).status_code == 413


def test_a_drawing_without_zones_is_refused_in_words(http: TestClient, settings: Settings) -> None:
    """Neither points nor lists without an end, nor features without a shape, are zones."""
    planner = key(settings, Role.PLANNER)
    point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-5.4, 56.4]}}
    for features in ([], [point], [{**point, "geometry": {"type": "Polygon", "coordinates": [[["a", 1]]]}}]):
        asked = {"type": "FeatureCollection", "features": features}
        refused = http.post("/v1/zone-scores", json=asked, headers=planner)
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] in {"zones-unreadable", "malformed-request"}


def test_locks_of_what_there_is_not_are_refused_at_the_request(http: TestClient, settings: Settings) -> None:
    """All of it is told in one answer, and nothing is queued; good locks are taken."""
    planner = key(settings, Role.PLANNER)
    names = tiny_area().small_areas.names
    bad = {"kept": {"Nowhere": "Nobody", names[0]: "Island Support"}, "apart": [[names[0], "Baile"]]}
    refused = http.post("/v1/zone-proposals", json={"locks": bad}, headers=planner)
    assert (refused.status_code, refused.json()["code"]) == (422, "zone-locks-unreadable")
    assert [fault["where"] for fault in refused.json()["faults"]] == [
        "apart.0",
        "kept",
        "kept.Nowhere",
        f"kept.{names[0]}",
    ]
    assert "did you mean Isle Support?" in refused.text
    assert http.get("/v1/optimisations", headers=planner).json() == []
    for word in ("slider", "balance"):
        asked = http.post("/v1/zone-proposals", json={word: 0.25}, headers=planner)
        assert asked.json()["request"]["balance"] == 0.25, asked.text
    good = {"kept": {names[0]: "Isle Support"}, "apart": [[names[0], names[1]]]}
    assert http.post("/v1/zone-proposals", json={"locks": good}, headers=planner).status_code == 202


def test_a_commissioner_asks_for_zones(http: TestClient, settings: Settings) -> None:
    """It draws zones and asks for others itself; plans are the planner's to ask for, and zones no coordinator's."""
    commissioner = key(settings, Role.COMMISSIONER)
    asked = http.post("/v1/zone-proposals", json={"n_zones": 2}, headers=commissioner)
    assert asked.status_code == 202, asked.text
    assert http.get(asked.headers["location"], headers=commissioner).status_code in {200, 202}
    assert http.post("/v1/optimisations", json={"kind": "optimise"}, headers=commissioner).status_code == 403
    refused = http.post("/v1/zone-proposals", json={"n_zones": 2}, headers=key(settings, Role.COORDINATOR))
    assert refused.status_code == 403


def test_who_scored_what_is_taken_down(http: TestClient, settings: Settings) -> None:
    """The audit says who asked, though nothing is stored."""
    http.post("/v1/zone-scores", json=drawn(), headers=key(settings, Role.COMMISSIONER))
    http.app.state.journal.flush()  # type: ignore[attr-defined]
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        entries = session.scalars(select(AuditEntry)).all()
    engine.dispose()
    assert ("POST /v1/zone-scores", "commissioner") in [(entry.action, entry.role) for entry in entries]

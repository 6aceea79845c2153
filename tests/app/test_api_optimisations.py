"""Optimisations over HTTP: who may ask, what is refused, and one day from asking to reading its rota."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from app.db.engine import make_engine, reading, writing
from app.db.optimisations import Kind, add_optimisation, fail, finish, get_optimisation, start
from app.jobs.durable import DurableJobs
from app.jobs.tables import prepare_job_tables
from app.problems import error_document
from app.services.import_dataset import import_dataset
from app.services.networks import import_network
from app.services.requests import CompareRequest, OptimiseRequest
from solver.errors import NoPlanFound
from tests.app.datasets import GOOD
from tests.app.service import SMALL, IdleJobs, bearer, draw_roads, serving, settings_in, store_small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with the small area, where two optimisations may wait."""
    made = settings_in(tmp_path, max_queued=2)
    store_small(made)
    return made


@pytest.fixture
def jobs() -> IdleJobs:
    """Give jobs that do nothing."""
    return IdleJobs()


@pytest.fixture
def http(settings: Settings, jobs: IdleJobs) -> Iterator[TestClient]:
    """Serve without carrying anything out."""
    with serving(settings, jobs) as client:
        yield client


@pytest.fixture
def key(settings: Settings) -> dict[str, str]:
    """Give the partnership's key."""
    return bearer(settings)


def test_a_request_is_queued_with_its_defaults_and_can_be_watched(
    http: TestClient, key: dict[str, str], jobs: IdleJobs, sqlite_engine: Engine
) -> None:
    """202, a Location, a row of what was asked, and it is in the queue."""
    answer = http.post("/v1/optimisations", json={"kind": "compare", "seeds": 1}, headers=key)
    assert answer.status_code == 202
    body = answer.json()
    assert answer.headers["Location"] == f"/v1/optimisations/{body['id']}"
    assert (body["kind"], body["status"], body["request"]["seeds"], body["request"]["seed"]) == (
        "compare",
        "queued",
        1,
        7,
    )
    assert jobs.queued == [UUID(body["id"])]
    assert http.get(answer.headers["Location"], headers=key).json() == body
    assert http.get("/v1/optimisations", headers=key).json() == [body]
    with reading(sqlite_engine) as session:
        assert get_optimisation(session, UUID(body["id"])).request["iterations"] == CompareRequest().iterations


@pytest.mark.parametrize(
    ("asked", "stored"),
    [
        ({}, {"iterations": OptimiseRequest().iterations, "seconds": None}),
        ({"seconds": 5}, {"iterations": None, "seconds": 5.0}),
        ({"iterations": 9, "shared": True}, {"iterations": 9, "seconds": None, "shared": True}),
    ],
)
def test_a_day_is_bounded_as_asked_or_by_iterations(
    http: TestClient, key: dict[str, str], asked: dict[str, Any], stored: dict[str, Any]
) -> None:
    """Without any bound the usual number of iterations holds; seconds alone stay alone."""
    body = http.post("/v1/optimisations", json={"kind": "optimise", **asked}, headers=key).json()
    assert stored.items() <= body["request"].items()


@pytest.mark.parametrize(
    ("path", "asked", "places"),
    [
        ("optimisations", {}, ["body"]),
        ("optimisations", {"kind": "zones"}, ["body"]),
        (
            "optimisations",
            {"kind": "compare", "seeds": 1000, "iterations": 0, "surname": "x"},
            ["body.compare.seeds", "body.compare.iterations", "body.compare.surname"],
        ),
        (
            "optimisations",
            {"kind": "optimise", "seconds": 1e9, "engine": "magic"},
            ["body.optimise.seconds", "body.optimise.engine"],
        ),
        ("zone-proposals", {"n_zones": 0, "balance": 2}, ["body.n_zones", "body.balance"]),
        ("zone-proposals", [], ["body"]),
        (
            "zone-proposals",
            {"points": 99, "locks": {"most_zones": 0, "together": [["Oban"]], "forever": 1}},
            ["body.points", "body.locks.together.0.1", "body.locks.most_zones", "body.locks.forever"],
        ),
    ],
)
def test_every_fault_of_a_request_is_told_at_once(
    http: TestClient, key: dict[str, str], path: str, asked: object, places: list[str]
) -> None:
    """422 names every field that is out of bounds or unknown, and queues nothing."""
    answer = http.post(f"/v1/{path}", json=asked, headers=key)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["faults"]] == places
    assert http.get("/v1/optimisations", headers=key).json() == []


@pytest.mark.parametrize(
    "content", [b'{"kind": ', b'\xff\xfe{"kind"', b"[" * 50_000, b'{"kind": "optimise", "seconds": NaN}', b""]
)
def test_a_body_that_is_no_json_is_malformed(http: TestClient, key: dict[str, str], content: bytes) -> None:
    """Broken JSON is a fault like any other, also when it is not even text, or too deep."""
    answer = http.post("/v1/optimisations", content=content, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed-request")


def test_the_queue_is_bounded(http: TestClient, key: dict[str, str]) -> None:
    """When as many wait as may, the next is refused and told when to try again; a cancelled one makes room."""
    first = http.post("/v1/optimisations", json={"kind": "compare"}, headers=key).headers["Location"]
    http.post("/v1/zone-proposals", json={}, headers=key)
    refused = http.post("/v1/optimisations", json={"kind": "compare"}, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (429, "queue-full")
    assert int(refused.headers["Retry-After"]) > 0
    assert http.delete(first, headers=key).status_code == 204
    assert http.post("/v1/optimisations", json={"kind": "compare"}, headers=key).status_code == 202


def test_only_what_is_open_can_be_cancelled(http: TestClient, key: dict[str, str]) -> None:
    """Cancelling works once; a second time there is nothing to cancel."""
    place = http.post("/v1/optimisations", json={"kind": "compare"}, headers=key).headers["Location"]
    assert http.delete(place, headers=key).status_code == 204
    assert http.get(place, headers=key).json()["status"] == "cancelled"
    again = http.delete(place, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "already-ended")


def test_a_failed_optimisation_shows_its_problem(http: TestClient, key: dict[str, str], sqlite_engine: Engine) -> None:
    """Reading it succeeds; the problem document is inside."""
    with writing(sqlite_engine) as session:
        row = add_optimisation(session, SMALL.area, kind=Kind.OPTIMISE, request={}, at=NOON).id
        fail(session, row, problem=error_document(NoPlanFound("stopped at once")), at=NOON)
    answer = http.get(f"/v1/optimisations/{row}", headers=key)
    assert (answer.status_code, answer.json()["status"]) == (200, "failed")
    assert answer.json()["problem"]["code"] == "no-plan-found"


def test_other_areas_and_unknown_ids_are_not_found(
    http: TestClient, key: dict[str, str], sqlite_engine: Engine
) -> None:
    """An optimisation of another area is answered like one that does not exist, whatever the verb."""
    with writing(sqlite_engine) as session:
        import_dataset(session, replace(SMALL, area="bute"))
        other = add_optimisation(session, "bute", kind=Kind.ZONES, request={}, at=NOON).id
    for place in (f"/v1/optimisations/{other}", f"/v1/optimisations/{uuid4()}", f"/v1/zone-proposals/{other}"):
        assert http.get(place, headers=key).status_code == 404
    assert http.delete(f"/v1/optimisations/{other}", headers=key).status_code == 404
    assert http.get("/v1/optimisations/12", headers=key).status_code == 422


def test_the_latest_comparison_is_the_one_finished_last(
    http: TestClient, key: dict[str, str], sqlite_engine: Engine
) -> None:
    """Before any is done there is none; then the one that was finished last counts, not the one asked for last."""
    assert http.get("/v1/comparisons/latest", headers=key).status_code == 404
    with writing(sqlite_engine) as session:
        for hour, name in ((14, "late"), (13, "early")):
            row = add_optimisation(session, SMALL.area, kind=Kind.COMPARE, request={}, at=NOON).id
            start(session, row, at=NOON)
            finish(session, row, result={"name": name}, at=NOON.replace(hour=hour))
    assert http.get("/v1/comparisons/latest", headers=key).json()["comparison"] == {"name": "late"}


def test_a_zone_proposal_is_geojson_once_it_is_done(
    http: TestClient, key: dict[str, str], sqlite_engine: Engine
) -> None:
    """Until then its status is answered; an optimisation of another kind is no proposal."""
    place = http.post("/v1/zone-proposals", json={"n_zones": 2}, headers=key).headers["Location"]
    waiting = http.get(place, headers=key)
    assert (waiting.status_code, waiting.json()["status"]) == (202, "queued")
    with writing(sqlite_engine) as session:
        start(session, UUID(place.rpartition("/")[2]), at=NOON)
        finish(session, UUID(place.rpartition("/")[2]), result={"type": "FeatureCollection", "features": []}, at=NOON)
    done = http.get(place, headers=key)
    assert (done.status_code, done.headers["content-type"]) == (200, "application/geo+json")
    assert done.json() == {"type": "FeatureCollection", "features": []}
    other = http.post("/v1/optimisations", json={"kind": "compare"}, headers=key).json()["id"]
    assert http.get(f"/v1/zone-proposals/{other}", headers=key).status_code == 404


def until_ended(http: TestClient, place: str, key: dict[str, str], seconds: float = 120) -> dict[str, Any]:
    """Watch an optimisation until it has ended."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        body: dict[str, Any] = http.get(place, headers=key).json()
        if body["status"] not in {"queued", "running"}:
            return body
        time.sleep(0.2)
    raise AssertionError(f"{place} is still {body['status']}")


def test_a_day_from_asking_to_reading_its_rota(settings: Settings, key: dict[str, str], tmp_path: Path) -> None:
    """POST, watch, GET: real roads and a real boat, planned in a child process, read with a provider's key."""
    import_network(draw_roads(tmp_path), SMALL.area, settings.data_dir)
    engine = make_engine(settings.database_url)
    prepare_job_tables(settings.database_url)
    with serving(settings, DurableJobs(engine, settings, works=True)) as http:
        place = http.post("/v1/optimisations", json={"kind": "optimise", "iterations": 200}, headers=key).headers[
            "Location"
        ]
        ended = until_ended(http, place, key)
        assert ended["status"] == "done", ended
        assert ended["result"]["plans"]["B"]["visits_placed"] == 2
        rota = http.get(
            f"/v1/providers/P2/rotas/{GOOD.day}", params={"plan": "B"}, headers=bearer(settings, "P2")
        ).json()
    engine.dispose()
    (run,) = rota["runs"]
    assert (run["carer"], run["mode"], rota["letter"]) == ("K2", "bike", "B")
    kinds = [segment["kind"] for segment in run["segments"] if segment["kind"] != "wait"]
    assert kinds == ["travel", "boat", "travel", "visit", "travel", "boat", "travel"]
    boat = next(segment for segment in run["segments"] if segment["kind"] == "boat")
    assert boat["route"] == "Gallanach - Kerrera"
    assert boat["check_in_by"] < boat["departs"]
    ends = [segment["end"] for segment in run["segments"]]
    assert [segment["start"] for segment in run["segments"]] == [run["leave_home"], *ends[:-1]]
    assert ends[-1] == run["back_home"]
    assert [row["visit"] for row in rota["unallocated"]] == ["V3"]

"""Rotas over HTTP: the right key, another provider's key, no key, and what a rota shows of whom."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from fastapi.routing import APIRoute

from app.api.rotas import router
from app.api.shown import DayLook
from tests.app.service import bearer, settings_in
from tests.app.stored_rotas import DAY, store_plans

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

P1 = f"/v1/providers/P1/rotas/{DAY}"
P2 = f"/v1/providers/P2/rotas/{DAY}"


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with two plans of a comparison, of which carers follow B."""
    made = settings_in(tmp_path)
    store_plans(sqlite_engine)
    return made


def test_the_page_names_every_address_and_every_format() -> None:
    """Who reads the explanation finds each way to a rota, the list of versions too, and need not guess a format."""
    page = (Path(__file__).parents[2] / "docs/explanation/rotas.md").read_text(encoding="utf-8")
    addresses = [re.sub(r"\{\w+_id\}", "{id}", route.path) for route in router.routes if isinstance(route, APIRoute)]
    assert [address for address in addresses if not re.search(re.escape(address) + r"[`?]", page)] == []
    formats = get_args(DayLook.model_fields["format"].annotation)
    assert [name for name in formats if not re.search(rf"[`=]{name}`", page)] == []


def line(run: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Give what happens in a run, as kind, start and end on the clock."""
    return [(part["kind"], part["start"][11:16], part["end"][11:16]) for part in run["segments"]]


def test_a_provider_reads_its_own_carers_runs(http: TestClient, settings: Settings) -> None:
    """Travel, waiting, boats and visits follow each other from home to home, in local time."""
    body = http.get(P2, headers=bearer(settings, "P2")).json()
    assert [run["shift"] for run in body["runs"]] == ["S2", "S3"]
    assert (body["provider"], body["version"], body["reason"]) == ("P2", 1, "Planned")
    run = body["runs"][1]
    assert (run["carer"], run["mode"]) == ("K2", "bike")
    assert (run["leave_home"], run["back_home"]) == (f"{DAY}T07:00:00Z", f"{DAY}T09:40:00Z")
    assert line(run) == [
        ("travel", "07:00", "07:35"),
        ("wait", "07:35", "07:45"),
        ("boat", "07:45", "07:51"),
        ("travel", "07:51", "08:00"),
        ("wait", "08:00", "08:05"),
        ("visit", "08:05", "08:35"),
        ("travel", "08:35", "08:35"),
        ("wait", "08:35", "08:45"),
        ("boat", "08:45", "08:51"),
        ("travel", "08:51", "09:40"),
    ]
    boat = run["segments"][2]
    assert (boat["route"], boat["check_in_by"][11:16], boat["departs"][11:16]) == (
        "Gallanach - Kerrera",
        "07:43",
        "07:45",
    )
    assert (
        run["segments"][5] | {"visit": "V2", "client": "C2", "duration_s": 1800, "double_handed": False}
        == run["segments"][5]
    )


def test_who_else_comes_is_named_only_within_a_provider(http: TestClient, settings: Settings) -> None:
    """Of another provider's carer a rota says that there is one, not who; to whoever asks."""
    for key in (bearer(settings, "P1"), bearer(settings)):
        body = http.get(P1, headers=key).json()
        assert "K2" not in str(body["runs"])
        (visit,) = [part for part in body["runs"][0]["segments"] if part["kind"] == "visit"]
        assert (visit["double_handed"], visit["with_carers"]) == (True, ["another provider's carer"])


def test_a_rest_stands_where_it_is_taken(http: TestClient, settings: Settings) -> None:
    """Idle time before a rest is waiting; the way home begins when it is over."""
    run = http.get(P1, headers=bearer(settings, "P1")).json()["runs"][0]
    assert line(run)[2:] == [
        ("wait", "08:10", "11:00"),
        ("break", "11:00", "11:30"),
        ("wait", "11:30", "11:40"),
        ("travel", "11:40", "11:50"),
    ]
    assert (run["wait_s"], run["time_off_s"]) == (600, 10_200), "a gap of over two hours is not waiting"


def test_a_provider_reads_which_of_its_clients_visits_are_left_out(http: TestClient, settings: Settings) -> None:
    """Its own clients only, with the reason; the words, which name other carers, are not in a provider's rota."""
    assert http.get(P1, headers=bearer(settings, "P1")).json()["unallocated"] == [
        {"visit": "V4", "client": "C1", "reason": "no-second-carer"}
    ]
    assert http.get(P2, headers=bearer(settings)).json()["unallocated"] == [
        {"visit": "V3", "client": "C2", "reason": "window-unreachable"}
    ]


def test_a_letter_reads_that_plan_of_the_latest_comparison(http: TestClient, settings: Settings) -> None:
    """The recorded rota can be read beside the current one; a plan that is not there is not found."""
    key = bearer(settings, "P1")
    recorded = http.get(P1, params={"plan": "A"}, headers=key).json()
    assert (recorded["letter"], "version" in recorded) == ("A", False)
    (visit,) = [part for part in recorded["runs"][0]["segments"] if part["kind"] == "visit"]
    assert visit["double_handed"] is False
    assert http.get(P1, headers=key).json()["letter"] == "B"
    assert http.get(P1, params={"plan": "D"}, headers=key).json()["code"] == "rota-not-found"
    assert http.get(P1, params={"plan": "E"}, headers=key).status_code == 422


def test_another_providers_rota_is_refused(http: TestClient, settings: Settings) -> None:
    """403 for another provider, whether it exists or not; the partnership learns which do."""
    key = bearer(settings, "P1")
    for other in (P2, P2.replace("P2", "P9")):
        answer = http.get(other, headers=key)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    assert http.get(P2.replace("P2", "P9"), headers=bearer(settings)).status_code == 404


def test_another_providers_carer_is_not_found(http: TestClient, settings: Settings) -> None:
    """A carer of somebody else is answered exactly like one who does not exist."""
    key = bearer(settings, "P1")
    own = http.get("/v1/carers/K1/rota", params={"day": DAY}, headers=key).json()
    assert [run["carer"] for run in own["runs"]] == ["K1"]
    assert http.get("/v1/carers/K2/rota", params={"day": DAY}, headers=bearer(settings)).status_code == 200
    other, nobody = (http.get(f"/v1/carers/{who}/rota", params={"day": DAY}, headers=key) for who in ("K2", "K9"))
    assert other.status_code == nobody.status_code == 404
    hidden = {"correlation_id": "", "instance": "", "detail": ""}
    assert other.json() | hidden == nobody.json() | hidden
    assert other.json()["detail"].replace("K2", "K9") == nobody.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/providers/P1/rotas/2026-13-01",
        "/v1/providers/P1/rotas/1763337600",
        "/v1/providers/P1/rotas/today",
        f"/v1/providers/P%201/rotas/{DAY}",
        f"/v1/providers/{'P' * 65}/rotas/{DAY}",
        "/v1/carers/K1/rota",
        "/v1/carers/K1/rota?day=tomorrow",
        f"/v1/carers/%27--/rota?day={DAY}",
    ],
)
def test_malformed_ids_and_days_are_refused(http: TestClient, settings: Settings, path: str) -> None:
    """What is no id or no day is a fault of the request, not of the service."""
    answer = http.get(path, headers=bearer(settings))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed-request")
    assert len(answer.json()["faults"]) == 1


def test_a_day_without_a_rota_is_not_found(http: TestClient, settings: Settings) -> None:
    """Another day has no rota, and the problem says what to do."""
    answer = http.get("/v1/providers/P1/rotas/2026-11-18", headers=bearer(settings, "P1"))
    assert (answer.status_code, answer.json()["code"]) == (404, "rota-not-found")
    assert answer.json()["action"].startswith("Plan the day first")

"""Published rotas in other forms: tags, versions, changes, weeks, spreadsheets, pages, calendars, clients' visits."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from app.db.engine import make_engine, writing
from app.services import rota_views
from tests.app.service import SMALL, bearer, settings_in
from tests.app.stored_rotas import DAY, publish_letter, store_plans

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

P1 = f"/v1/providers/P1/rotas/{DAY}"
P2 = f"/v1/providers/P2/rotas/{DAY}"


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation whose published rota is plan B."""
    made = settings_in(tmp_path)
    store_plans(sqlite_engine)
    return made


def publish(settings: Settings, letter: str, reason: str) -> None:
    """Publish the plan with a letter."""
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        publish_letter(session, letter, reason=reason)
    engine.dispose()


def test_who_has_a_rota_is_not_sent_it_again(http: TestClient, settings: Settings) -> None:
    """The tag of a rota stays while its provider's part stays, whatever is published for others."""
    key = bearer(settings, "P1")
    first = http.get(P1, headers=key)
    tag = first.headers["ETag"]
    again = http.get(P1, headers={**key, "If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    policy = "Content-Security-Policy"  # the document that is kept has it: saying that it is good needs none
    assert (policy in first.headers, policy in again.headers) == (True, False)
    assert http.get(P1, headers={**key, "If-None-Match": f'W/{tag}, "other"'}).status_code == 304
    publish(settings, "B", "again")
    assert http.get(P1, headers={**key, "If-None-Match": tag}).status_code == 304
    publish(settings, "A", "as recorded")
    changed = http.get(P1, headers={**key, "If-None-Match": tag})
    assert (changed.status_code, changed.json()["version"]) == (200, 3)


def test_rotas_travel_packed_to_those_who_ask(http: TestClient, settings: Settings) -> None:
    """With and without gzip the content is the same."""
    key = bearer(settings, "P2")
    packed = http.get(P2, headers={**key, "Accept-Encoding": "gzip"})
    plain = http.get(P2, headers={**key, "Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["Content-Length"]) < len(plain.content)


def test_versions_say_why_and_old_ones_stay(http: TestClient, settings: Settings) -> None:
    """Each version has its number and reason, lists go on where they stop, and an earlier one can be read."""
    publish(settings, "A", "as recorded")
    key = bearer(settings, "P1")
    listed = http.get(f"{P1}/versions", headers=key).json()["versions"]
    assert [(row["number"], row["reason"]) for row in listed] == [(2, "as recorded"), (1, "Planned")]
    page = http.get(f"{P1}/versions", params={"limit": 1}, headers=key).json()
    assert page["next"] == 2
    assert http.get(f"{P1}/versions", params={"before": 2}, headers=key).json()["versions"] == listed[1:]
    old = http.get(P1, params={"version": 1}, headers=key).json()
    assert (old["version"], [part["double_handed"] for part in old["runs"][0]["segments"] if "visit" in part]) == (
        1,
        [True],
    )


def test_changes_name_each_visit_and_whether_it_is_late(http: TestClient, settings: Settings) -> None:
    """Between two versions a provider's visits go; the day is past, so every change came too late."""
    publish(settings, "A", "as recorded")
    found = http.get(f"{P2}/changes", params={"since": 1}, headers=bearer(settings, "P2")).json()
    assert (found["since"], found["version"]) == (1, 2)
    assert [(row["kind"], row["visit"], row["carers_before"], row["late"]) for row in found["changes"]] == [
        ("removed", "V1", ["K2"], True),
        ("removed", "V2", ["K2"], True),
    ]
    missing = http.get(f"{P2}/changes", params={"since": 9}, headers=bearer(settings, "P2"))
    assert (missing.status_code, missing.json()["code"]) == (404, "rota-not-found")


def test_a_week_is_pulled_at_once(http: TestClient, settings: Settings) -> None:
    """Days that are published come with where to go on; one carer can be picked; the tag works here too."""
    key = bearer(settings, "P2")
    asked = {"from": "2026-11-16", "days": 7}
    week = http.get("/v1/providers/P2/rotas", params=asked, headers=key)
    body = week.json()
    assert (body["first"], body["next"], [rota["day"] for rota in body["rotas"]]) == ("2026-11-16", "2026-11-23", [DAY])
    assert body["rotas"][0] == http.get(P2, headers=key).json()
    assert (
        http.get(
            "/v1/providers/P2/rotas", params=asked, headers={**key, "If-None-Match": week.headers["ETag"]}
        ).status_code
        == 304
    )
    nobody = http.get("/v1/providers/P2/rotas", params={**asked, "carer": "K1"}, headers=key).json()
    assert nobody["rotas"][0]["runs"] == []
    own = http.get("/v1/carers/K2/rotas", params=asked, headers=key).json()
    assert [run["shift"] for run in own["rotas"][0]["runs"]] == ["S2", "S3"]
    assert http.get("/v1/carers/K2/rotas", params=asked, headers=bearer(settings, "P1")).status_code == 404


def test_a_spreadsheet_tells_apart_what_a_schedule_of_visits_must(http: TestClient, settings: Settings) -> None:
    """One row for each stretch of time, boats with their check-in, and what is left out with its reason."""
    answer = http.get(P2, params={"format": "csv"}, headers=bearer(settings, "P2"))
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["kind"] for row in rows} == {"travel", "wait", "visit", "boat", "left-out"}
    boat = next(row for row in rows if row["kind"] == "boat")
    assert (boat["start"], boat["check_in_by"], boat["route"], boat["from"]) == (
        "07:45",
        "07:43",
        "Gallanach - Kerrera",
        "Gallanach",
    )
    assert (rows[-1]["visit"], rows[-1]["details"]) == ("V3", "window unreachable")


def test_a_page_can_be_printed(http: TestClient, settings: Settings) -> None:
    """The page says which boat to catch, allows itself nothing but its own style, and repeats no markup."""
    answer = http.get(P2, params={"format": "html"}, headers=bearer(settings, "P2"))
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'; style-src")
    assert "Catch the 07:45 boat from Gallanach to Kerrera, check in by 07:43" in answer.text
    assert "K2 of Lorn Care" in answer.text or "K2 of Council Home Care" in answer.text
    assert "by bicycle" in answer.text
    assert "@media print" in answer.text
    assert "<script" not in answer.text
    unpublished = http.get(P1, params={"format": "html", "plan": "A"}, headers=bearer(settings, "P1"))
    assert "nobody follows it" in unpublished.text


def test_a_calendar_needs_nothing_but_its_secret_address(
    http: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A calendar library reads visits, boats and breaks at the right instants, and no client is named anywhere."""
    monkeypatch.setattr(rota_views, "datetime", _Then)
    key = bearer(settings, "P2")
    made = http.post("/v1/carers/K2/calendar", headers=key)
    assert made.status_code == 201
    answer = http.get(made.json()["address"])
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    found = [(str(event["SUMMARY"]), event["DTSTART"].dt, event["DTEND"].dt) for event in events]
    assert (
        "Boat from Gallanach to Kerrera: check in by 07:43",
        datetime(2026, 11, 17, 7, 45, tzinfo=UTC),
        datetime(2026, 11, 17, 7, 51, tzinfo=UTC),
    ) in found
    assert ("Visit V2", datetime(2026, 11, 17, 8, 5, tzinfo=UTC), datetime(2026, 11, 17, 8, 35, tzinfo=UTC)) in found
    assert len({event["UID"] for event in events}) == len(events)
    assert not {client.client_id for client in SMALL.clients} & set(answer.text.replace(":", " ").split())
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))


class _Then(datetime):
    """A clock that stands at noon on the day before the rota."""

    @classmethod
    def now(cls, _tz: object = None) -> datetime:  # type: ignore[override]
        """Give that instant."""
        return datetime(2026, 11, 16, 12, tzinfo=UTC)


def test_a_new_address_closes_the_old_one(http: TestClient, settings: Settings) -> None:
    """Addresses are rotated and taken away; other providers' carers have none that one could make."""
    key = bearer(settings, "P2")
    first, second = (http.post("/v1/carers/K2/calendar", headers=key).json()["address"] for _ in range(2))
    assert (http.get(first).status_code, http.get(second).status_code) == (404, 200)
    assert http.delete("/v1/carers/K2/calendar", headers=key).status_code == 204
    assert http.get(second).status_code == 404
    assert http.post("/v1/carers/K1/calendar", headers=key).status_code == 404
    assert http.get("/v1/calendars/short").json()["code"] == "not-found"


def test_a_clients_visits_are_read_by_who_serves_them(http: TestClient, settings: Settings) -> None:
    """The provider of the client and the one who comes along both read them; carers of the other are not named."""
    asked = {"from": DAY, "days": 1}
    visits = {
        provider: http.get("/v1/clients/C1/visits", params=asked, headers=bearer(settings, provider)).json()["visits"]
        for provider in ("P1", "P2", None)
    }
    assert [visit["carers"] for visit in visits["P1"]] == [["K1", "another provider's carer"]]
    assert [visit["carers"] for visit in visits["P2"]] == [["another provider's carer", "K2"]]
    assert [visit["carers"] for visit in visits[None]] == [["K1", "K2"]]
    other = http.get("/v1/clients/C2/visits", params=asked, headers=bearer(settings, "P1"))
    nobody = http.get("/v1/clients/C9/visits", params=asked, headers=bearer(settings, "P1"))
    assert other.status_code == nobody.status_code == 404
    assert other.json()["detail"].replace("C2", "C9") == nobody.json()["detail"]


def test_everybodys_rota_is_for_the_partnership(http: TestClient, settings: Settings) -> None:
    """With reasons in words, and not for a provider."""
    whole = http.get(f"/v1/rotas/{DAY}", headers=bearer(settings)).json()
    assert [row["detail"] for row in whole["unallocated"]] == ["K1 and K2 could not come.", "Only K2 could come."]
    assert http.get(f"/v1/rotas/{DAY}", headers=bearer(settings, "P1")).status_code == 403
    empty = {"from": str(SMALL.day + timedelta(days=30))}
    assert http.get("/v1/providers/P1/rotas", params=empty, headers=bearer(settings)).json()["rotas"] == []

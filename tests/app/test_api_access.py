"""Keys, members and the audit over HTTP, limits, and what is taken down of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.db.audit import every_entry
from app.db.engine import reading, writing
from app.errors import AuditFull
from app.security.audit import Journal, verify_chain
from app.security.headers import headers_for, policy_for
from app.security.roles import Role
from tests.app.service import SMALL, serving, settings_in
from tests.app.stored_rotas import DAY, store_plans
from tests.app.test_access import key_of
from tests.app.test_audit import READ

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings
    from app.db.audit import AuditEntry

ROTA = f"/v1/providers/P1/rotas/{DAY}"


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with a published rota, which remembers callers for as long as can be."""
    store_plans(sqlite_engine)
    return settings_in(tmp_path, remember_seconds=60)


def taken_down(engine: Engine) -> list[AuditEntry]:
    """Give the audit, and see to it that every seal holds."""
    with reading(engine) as session:
        rows = list(every_entry(session))
    verify_chain(rows)
    return rows


def test_keys_are_made_renewed_and_revoked(http: TestClient, settings: Settings) -> None:
    """A renewed key works beside the old one for its grace; a revoked one at once not."""
    admin = key_of(settings, Role.ADMIN)
    made = http.post("/v1/keys", json={"role": "carer-feed", "provider": "P1", "days": 9}, headers=admin).json()["key"]
    prefix = made.split("_")[1]
    renewed = http.post(f"/v1/keys/{prefix}/renewal", json={"grace_hours": 1}, headers=admin).json()["key"]
    for key in (made, renewed):
        assert http.get(ROTA, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    listed = {row["prefix"]: row for row in http.get("/v1/keys", headers=admin).json()["keys"]}
    assert listed[prefix]["expires_at"] < listed[renewed.split("_")[1]]["expires_at"]
    assert not [row for row in listed.values() if "sha256" in row]
    assert http.delete(f"/v1/keys/{prefix}", headers=admin).status_code == 204
    assert http.get(ROTA, headers={"Authorization": f"Bearer {made}"}).status_code == 401
    for method, path in (("DELETE", f"/v1/keys/{prefix}"), ("POST", f"/v1/keys/{prefix}/renewal")):
        body = {"json": {}} if method == "POST" else {}
        assert http.request(method, path, headers=admin, **body).status_code == 404  # type: ignore[arg-type]
    at_once = http.post(f"/v1/keys/{renewed.split('_')[1]}/renewal", json={"grace_hours": 0}, headers=admin)
    assert at_once.status_code == 201
    assert http.get(ROTA, headers={"Authorization": f"Bearer {renewed}"}).status_code == 401


def test_roles_fit_their_holders(http: TestClient, settings: Settings) -> None:
    """A coordinator is a provider's, a planner is nobody's, and a provider must exist."""
    admin = key_of(settings, Role.ADMIN)
    for asked, status in (
        ({"role": "coordinator"}, 422),
        ({"role": "planner", "provider": "P1"}, 422),
        ({"role": "coordinator", "provider": "P9"}, 404),
        ({"role": "coordinator", "provider": "P2"}, 201),
    ):
        assert http.post("/v1/keys", json=asked, headers=admin).status_code == status
        assert http.post("/v1/members", json=asked, headers=admin).status_code == status


def test_members_come_and_go(http: TestClient, settings: Settings) -> None:
    """Who is given a role is listed with it, and is gone when it ends; twice is once too often."""
    admin = key_of(settings, Role.ADMIN)
    made = http.post("/v1/members", json={"role": "auditor", "email": "a@example.org"}, headers=admin).json()
    assert made["sign_in_address"].startswith("/sign-in/link/")
    (listed,) = http.get("/v1/members", headers=admin).json()["members"]
    assert (listed["person"], listed["role"], listed["email"]) == (made["person"], "auditor", "a@example.org")
    assert http.delete(f"/v1/members/{made['person']}", headers=admin).status_code == 204
    assert http.get("/v1/members", headers=admin).json()["members"] == []
    assert http.delete(f"/v1/members/{made['person']}", headers=admin).status_code == 404


def test_every_request_is_taken_down(settings: Settings, sqlite_engine: Engine) -> None:
    """Reads, refusals and changes: who, what, when, for what purpose and how it was answered; ids of answers only."""
    coordinator, planner = key_of(settings, Role.COORDINATOR), key_of(settings, Role.PLANNER)
    with serving(settings) as http:
        answers = [
            http.get(ROTA, headers=coordinator),
            http.get(ROTA.replace("P1", "P2"), headers=coordinator),
            http.get("/v1/carers/Morag-MacLeod/rota", params={"day": DAY}, headers=planner),
            http.post("/v1/carers/K1/calendar", headers=planner),
            http.get("/healthz"),
        ]
        address = answers[3].json()["address"]
        answers.append(http.get(address))
    rows = taken_down(sqlite_engine)
    said = {row.correlation_id: (row.action, row.subject, row.status, row.purpose) for row in rows}
    told = [said.get(answer.headers["X-Correlation-ID"]) for answer in answers]
    assert told == [
        ("GET /v1/providers/{provider_id}/rotas/{day}", f"provider/P1 day/{DAY}", 200, None),
        ("GET /v1/providers/{provider_id}/rotas/{day}", "", 403, None),
        ("GET /v1/carers/{carer_id}/rota", "", 404, "complaint"),
        ("POST /v1/carers/{carer_id}/calendar", "carer/K1", None, "complaint"),
        None,
        ("GET /v1/calendars/{secret}", "carer/K1", 200, None),
    ]
    assert {row.role for row in rows} == {"coordinator", "planner", "carer-feed"}
    assert address.rpartition("/")[2] not in str([vars(row) for row in rows])


def test_a_refused_change_is_taken_down_as_refused(settings: Settings, sqlite_engine: Engine) -> None:
    """What did not happen is in the audit once, with its status."""
    planner = key_of(settings, Role.PLANNER)
    with serving(settings) as http:
        answer = http.delete("/v1/optimisations/5c6c9d0e-93a8-4f5d-9f0e-0123456789ab", headers=planner)
    (row,) = taken_down(sqlite_engine)
    assert (row.status, row.correlation_id) == (404, answer.headers["X-Correlation-ID"])


def test_auditors_read_the_audit_of_their_area(settings: Settings, sqlite_engine: Engine) -> None:
    """Page by page, and their own reading is in it too."""
    auditor = key_of(settings, Role.AUDITOR)
    journal = Journal(sqlite_engine)
    for _ in range(3):
        journal.note(READ)
    journal.note(READ.__class__(at=READ.at, actor="key/x", action="read", subject="carer/K2", area=SMALL.area))
    journal.stop()
    with serving(settings) as http:
        first = http.get("/v1/audit", params={"limit": 1}, headers=auditor).json()
        assert ([entry["seq"] for entry in first["entries"]], first["next"]) == ([4], None)
        http.app.state.journal.flush()  # type: ignore[attr-defined]
        (own,) = http.get("/v1/audit", params={"after": 4}, headers=auditor).json()["entries"]
    assert (own["action"], own["role"]) == ("GET /v1/audit", "auditor")


def test_reads_wait_until_they_can_be_stored(sqlite_engine: Engine) -> None:
    """While the database does not take them they are kept, in order; and once too many wait, reads are refused."""
    journal = Journal(sqlite_engine, most=3)
    with writing(sqlite_engine) as session:
        session.execute(text("ALTER TABLE audit_entry RENAME TO elsewhere"))
    for name in "abc":
        journal.check_room()
        journal.note(READ.__class__(at=READ.at, actor=name, action="read", subject=""))
    assert not journal.flush()
    with pytest.raises(AuditFull):
        journal.check_room()
    with writing(sqlite_engine) as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO audit_entry"))
    assert journal.flush()
    journal.check_room()
    assert [row.actor for row in taken_down(sqlite_engine)] == ["a", "b", "c"]


def test_reads_are_stored_within_a_second(settings: Settings, sqlite_engine: Engine) -> None:
    """Without anybody asking for it, while the service runs."""
    with serving(settings) as http:
        http.get(ROTA, headers=key_of(settings, Role.COORDINATOR))
        thread = http.app.state.journal._thread  # type: ignore[attr-defined]
        for _ in range(50):
            if taken_down(sqlite_engine):
                break
            thread.join(timeout=0.1)
    assert len(taken_down(sqlite_engine)) == 1


def test_who_asks_too_often_is_told_when_to_come_back(settings: Settings) -> None:
    """By address before anything else, by caller wherever they ask from."""
    with serving(settings.model_copy(update={"max_requests_a_minute": 5})) as http:
        answers = [http.get("/healthz") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert answers[-1].json()["code"] == "too-many-requests"
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
        assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    with serving(settings.model_copy(update={"max_requests_a_minute": 5})) as http:
        limits, key = http.app.state.limits, key_of(settings, Role.COORDINATOR)  # type: ignore[attr-defined]
        for _ in range(5):
            limits.count("caller", f"key/{key['Authorization'].split('_')[1]}")
        refused = http.get(ROTA, headers=key)
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 61
        assert http.get(ROTA, headers=key_of(settings, Role.COORDINATOR)).status_code == 200


def test_guessing_is_refused(settings: Settings) -> None:
    """After so many wrong keys an address is not even looked at, until the minute is over."""
    with serving(settings.model_copy(update={"max_failures_a_minute": 3})) as http:
        wrong = {"Authorization": "Bearer rota_000000000000_" + "x" * 43}
        codes = [http.get(ROTA, headers=wrong).status_code for _ in range(5)]
        assert codes == [401, 401, 401, 429, 429]
        assert http.get(ROTA, headers=key_of(settings, Role.COORDINATOR)).status_code == 429
        assert http.get("/healthz").status_code == 200


def test_pages_and_data_have_strict_policies() -> None:
    """No inline script or style and nothing from elsewhere; data may do nothing at all, even in a tab."""
    page, data = policy_for("text/html; charset=utf-8"), policy_for("application/json")
    assert "script-src 'self'" in page
    assert "default-src 'none'" in page
    assert data == "default-src 'none'; frame-ancestors 'none'"
    assert not [word for word in ("unsafe", "http", "*") if word in page + data]
    assert b"strict-transport-security" not in dict(headers_for(https=False))
    assert dict(headers_for(https=True))[b"strict-transport-security"].startswith(b"max-age=31536000")

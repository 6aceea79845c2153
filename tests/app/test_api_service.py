"""The service as a whole: endpoints are closed by default, answers carry their headers, errors are problems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from fastapi.routing import APIRoute

from app.db.api_keys import revoke_key
from app.db.engine import make_engine, writing
from app.main import create_app
from tests.app.service import NOON, IdleJobs, bearer, serving, settings_in, store_small

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with the small area."""
    made = settings_in(tmp_path)
    store_small(made)
    return made


def test_expired_and_revoked_keys_open_nothing(http: TestClient, settings: Settings) -> None:
    """A key is looked at anew with every request."""
    expired, revoked = bearer(settings, days=-1), bearer(settings)
    assert http.get("/v1/optimisations", headers=revoked).status_code == 200
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        assert revoke_key(session, revoked["Authorization"].split("_")[1], at=NOON)
    engine.dispose()
    for key in (expired, revoked):
        assert http.get("/v1/optimisations", headers=key).status_code == 401


def test_every_route_is_described(settings: Settings) -> None:
    """Each has a summary, words, a model of its answer and the ways it may refuse."""
    app = create_app(settings, jobs=IdleJobs())
    described = app.openapi()["paths"]
    assert described
    for path, methods in described.items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert {"422"} < operation["responses"].keys(), (method, path)
    assert all(isinstance(route, APIRoute) for route in app.routes if getattr(route, "path", "").startswith("/v1"))
    app.state.engine.dispose()


def test_the_description_is_whole(http: TestClient) -> None:
    """Every reference of the OpenAPI document leads somewhere, and keys are described as what opens it."""
    described = http.get("/openapi.json")
    references = set(re.findall(r'"\$ref":"#/components/schemas/(\w+)"', described.text))
    assert {"ProblemBody", "FaultBody", "RotaBody"} <= references
    assert references <= described.json()["components"]["schemas"].keys()
    assert described.json()["paths"]["/v1/optimisations"]["post"]["security"] == [{"key": []}]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/healthz", 200, None),
        ("GET", "/", 404, "unknown-address"),
        ("GET", "/docs", 404, "unknown-address"),
        ("GET", "/redoc", 404, "unknown-address"),
        ("DELETE", "/healthz", 405, "method-not-allowed"),
        ("GET", "/v1/optimisations", 401, "unauthenticated"),
    ],
)
def test_every_answer_carries_its_headers(
    http: TestClient, method: str, path: str, status: int, code: str | None
) -> None:
    """Nothing is sniffed, framed, kept or referred to, whatever the answer; and errors are problem documents."""
    answer = http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "server" not in answer.headers
    if code is not None:
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["code"], body["type"], body["status"]) == (code, f"/problems/{code}", status)
        assert body["correlation_id"] == answer.headers["X-Correlation-ID"]


def test_long_bodies_are_refused(http: TestClient, settings: Settings) -> None:
    """Whether the length is declared or the body just goes on, and before anything of it is read as JSON."""
    key = bearer(settings)
    long = b" " * (settings.max_body_bytes + 1)
    declared = http.post("/v1/optimisations", content=long, headers=key)
    streamed = http.post("/v1/optimisations", content=iter([long[:40_000], long[40_000:]]), headers=key)
    for answer in (declared, streamed):
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
        assert answer.json()["code"] == "body-too-large"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_health_tells_when_the_database_is_gone(tmp_path: Path) -> None:
    """A service whose database has no tables is not well, and says so as a problem."""
    with serving(settings_in(tmp_path)) as http:
        answer = http.get("/healthz")
    assert (answer.status_code, answer.json()["code"]) == (503, "database-unavailable")
    assert answer.headers["Retry-After"]

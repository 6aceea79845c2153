"""A request that is sent twice with one key is carried out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.db.engine import reading
from app.db.optimisations import list_optimisations
from tests.app.service import SMALL, IdleJobs, bearer, serving, settings_in, store_small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine

    from app.config import Settings

ASKED = {"kind": "optimise", "iterations": 100}


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with the small area, on either database."""
    url = engine.url.render_as_string(hide_password=False)
    made = settings_in(tmp_path).model_copy(update={"database_url": url, "max_queued": 2})
    store_small(made)
    return made


@pytest.fixture
def http(settings: Settings) -> Iterator[TestClient]:
    """Serve without carrying anything out."""
    with serving(settings, IdleJobs()) as client:
        yield client


def count(engine: Engine) -> int:
    """Count the optimisations."""
    with reading(engine) as session:
        return len(list_optimisations(session, SMALL.area))


@pytest.mark.parametrize(
    ("place", "body"), [("optimisations", {"kind": "optimise", "iterations": 100}), ("zone-proposals", {"n_zones": 2})]
)
def test_the_same_request_has_the_same_answer(
    http: TestClient, settings: Settings, engine: Engine, place: str, body: dict[str, object]
) -> None:
    """Status, Location and body come again, the fields in whatever order; one optimisation is queued."""
    headers = {**bearer(settings), "Idempotency-Key": "monday"}
    first = http.post(f"/v1/{place}", json=body, headers=headers)
    again = http.post(f"/v1/{place}", json=dict(reversed(body.items())), headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(engine) == 1


def test_another_request_with_the_same_key_is_refused(http: TestClient, settings: Settings, engine: Engine) -> None:
    """409 with what to do, and nothing is queued."""
    headers = {**bearer(settings), "Idempotency-Key": "monday"}
    http.post("/v1/optimisations", json=ASKED, headers=headers)
    other = http.post("/v1/optimisations", json={**ASKED, "seed": 8}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-conflict")
    assert count(engine) == 1


def test_a_key_is_the_callers_own_and_of_one_address(http: TestClient, settings: Settings, engine: Engine) -> None:
    """Another caller's key, and the same key at another address, have nothing to do with it; no key, no memory."""
    mine, yours = ({**bearer(settings), "Idempotency-Key": "monday"} for _ in range(2))
    http.post("/v1/optimisations", json=ASKED, headers=mine)
    assert http.post("/v1/optimisations", json={**ASKED, "seed": 8}, headers=yours).status_code == 202
    assert count(engine) == 2


def test_what_was_refused_may_be_tried_again(http: TestClient, settings: Settings, engine: Engine) -> None:
    """A full queue is no answer to keep: when there is room, the same key gets in."""
    key = bearer(settings)
    places = [http.post("/v1/optimisations", json=ASKED, headers=key).headers["Location"] for _ in range(2)]
    late = {**key, "Idempotency-Key": "late"}
    refused = http.post("/v1/optimisations", json=ASKED, headers=late)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    http.delete(places[0], headers=key)
    assert http.post("/v1/optimisations", json=ASKED, headers=late).status_code == 202
    assert count(engine) == 3

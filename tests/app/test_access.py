"""Access, over every operation that the interface describes: who may do what, and nobody reaches what is not theirs.

The operations are read from the service itself, so a new one is covered the day it is added. One that takes an id of a
new kind must be told here whose it could be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from app.api.needs import OPEN, SECRET_ADDRESS, Undeclared, check_declared
from app.db.areas import Area
from app.db.engine import make_engine, writing
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.proposals import Proposal, Status
from app.security.api_keys import create_key, prefix_of
from app.security.members import Invitation, invite
from app.security.permissions import ROLES, WITH_PURPOSE, May
from app.security.roles import Role
from app.services.draft_rota import draft_of_published
from tests.app.operations import SOME_UUID, Operation, operations
from tests.app.service import NOON, SMALL, settings_in
from tests.app.stored_rotas import store_plans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.config import Settings

ELSEWHERE = "islay"
NOT_IDS = {"day", "wave", "heading", "secret"}
"""Blanks in addresses that are no ids of anything with an owner; a calendar's secret is its own key."""

OF_PROVIDERS = {"provider_id": "P2", "carer_id": "K2", "client_id": "C2", "client": "C2"}
"""The ids of the provider P2 of the area, in the eyes of P1 and of another area."""

FURTHER_LIMITED = ("/v1/proposals", "/v1/consents", "/v1/imports")
"""Where an endpoint is stricter than its need for some roles; its own tests say how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What there is of one area, by the blank that it fills: the same blank means two things in two addresses."""

    ids: Mapping[str, str]
    proposal: str
    zones: str

    def fill(self, operation: Operation) -> dict[str, str]:
        """Give the ids for an operation's blanks."""
        proposal = self.zones if operation.path.startswith("/v1/zone-proposals") else self.proposal
        return {**self.ids, "proposal_id": proposal}


def make(session: Session, area: str, more: Mapping[str, str]) -> Made:
    """Store one of everything that has an id, in an area."""
    rows = [add_optimisation(session, area, kind=kind, request={}, at=NOON).id for kind in (Kind.OPTIMISE, Kind.ZONES)]
    for row in rows:
        start(session, row, at=NOON)
        finish(session, row, result={}, at=NOON)
    proposal = Proposal(
        id=uuid4(),
        area=area,
        title="x",
        status=Status.DRAFT,
        version=1,
        optimisation_id=rows[0],
        proposed_by="x",
        made_at=NOON,
    )
    session.add(proposal)
    key = create_key(session, area, provider=None, days=1)
    person = invite(session, Invitation(area=area, role=Role.AUDITOR), issuer=None).person
    session.flush()
    ids = {**more, "optimisation_id": str(rows[0]), "prefix": prefix_of(key), "person_id": str(person)}
    return Made(ids=ids, proposal=str(proposal.id), zones=str(rows[1]))


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with an area of two providers, and another area."""
    store_plans(sqlite_engine)
    with writing(sqlite_engine) as session:
        session.add(Area(name=ELSEWHERE, day=SMALL.day, imported_at=NOON, digest="x"))
    return settings_in(tmp_path, max_failures_a_minute=10_000)


def key_of(settings: Settings, role: Role, area: str = SMALL.area, provider: str = "P1") -> dict[str, str]:
    """Make a key with a role, and give the headers of somebody who says their purpose if they must."""
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        key = create_key(session, area, provider=provider if role.of_provider else None, days=1, role=role)
    engine.dispose()
    return {"Authorization": f"Bearer {key}"} | ({"X-Purpose": "complaint"} if role in WITH_PURPOSE else {})


def described(http: TestClient) -> list[Operation]:
    """List the operations of a running service."""
    app = http.app
    assert isinstance(app, FastAPI)
    return operations(app)


def closed(http: TestClient) -> list[Operation]:
    """List the operations that are not for everybody."""
    return [each for each in described(http) if each.need in set(May)]


def test_every_operation_says_what_it_needs(http: TestClient) -> None:
    """What is open to everybody is listed here; everything else asks for a permission."""
    opened = {each.path for each in described(http)} - {each.path for each in closed(http)}
    assert opened == {"/healthz", "/v1/calendars/{secret}"}
    assert len(closed(http)) >= 45


def hello() -> None:
    """Answer."""


@pytest.mark.parametrize("declared", [[], [OPEN, SECRET_ADDRESS]])
def test_an_endpoint_that_does_not_say_what_it_needs_is_not_served(declared: list[Any]) -> None:
    """Forgetting to say who may call it, or saying two things, opens it to nobody: the service does not start."""
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_api_route("/hello", hello, dependencies=[OPEN])
    check_declared(app.routes)
    app.add_api_route("/v1/everything", hello, dependencies=declared)
    with pytest.raises(Undeclared):
        check_declared(app.routes)


def test_what_cannot_say_what_it_needs_is_not_served() -> None:
    """An application mounted below ours would be past the declarations."""
    app = FastAPI(docs_url=None, redoc_url=None)
    app.mount("/files", app=FastAPI())
    with pytest.raises(Undeclared):
        check_declared(app.routes)


def test_nothing_is_answered_to_nobody(http: TestClient) -> None:
    """Without a key, and with a wrong one, everything that is not open is 401."""
    for operation in closed(http):
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic cm90YTpyb3Rh"}):
            answer = operation.send(http, {}, headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), operation
            assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", Role)
def test_roles_do_what_they_may_and_nothing_else(http: TestClient, settings: Settings, role: Role) -> None:
    """Every operation with a key of every role: refused exactly where the table says so."""
    headers = key_of(settings, role)
    own = {"provider_id": "P1", "carer_id": "K1", "client_id": "C1", "client": "C1", "prefix": "0" * 12}
    for operation in closed(http):
        answer = operation.send(http, own, headers)
        refused = answer.status_code == 403 and answer.json()["code"] == "not-permitted"
        may = role in ROLES[May(operation.need)]
        assert answer.status_code != 401
        assert refused or may, operation
        assert may or answer.json()["code"] == "not-permitted", operation
        assert not (refused and may) or operation.path.startswith(FURTHER_LIMITED), operation


@pytest.mark.parametrize("role", sorted(WITH_PURPOSE))
def test_rows_about_people_need_a_purpose(http: TestClient, settings: Settings, role: Role) -> None:
    """Without one, nothing that the partnership is answered names a client or a carer."""
    headers = {"Authorization": key_of(settings, role)["Authorization"]}
    known = {"provider_id": "P1", "carer_id": "K1", "client_id": "C1"}
    needed = 0
    for operation in (each for each in closed(http) if each.method == "GET"):
        answer = operation.send(http, known, headers)
        needed += answer.status_code == 403 and answer.json()["code"] == "purpose-needed"
        assert answer.status_code >= 400 or not re.search(r"\b[KCVS]\d\b", answer.text), operation
    assert needed >= 6


def intruders(settings: Settings) -> Iterator[tuple[dict[str, str], Made]]:
    """Give the headers of those who must not get in, each with what is not theirs."""
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        draft = draft_of_published(session, SMALL.area, SMALL.day, provider="P2", by="x").id
        here = make(session, SMALL.area, {**OF_PROVIDERS, "draft_id": str(draft)})
        there = make(session, ELSEWHERE, {**OF_PROVIDERS, "draft_id": str(draft)})
    engine.dispose()
    for role in Role:
        if role.of_provider:
            yield key_of(settings, role), there
        else:
            yield key_of(settings, role, ELSEWHERE), here


def test_two_tenants_never_meet(http: TestClient, settings: Settings) -> None:
    """Every operation that takes an id, with ids of another provider or another area, by every role: not found."""
    with_ids = [each for each in closed(http) if set(each.blanks) - NOT_IDS]
    assert len(with_ids) >= 30
    for headers, foreign in intruders(settings):
        for operation in with_ids:
            filled = foreign.fill(operation)
            unknown = set(operation.blanks) - NOT_IDS - filled.keys()
            assert not unknown, f"{operation.path}: say in tests/app/test_access.py whose {unknown} could be"
            answer = operation.send(http, filled, headers)
            assert answer.status_code in {403, 404}, (operation, headers, answer.text)


def test_what_the_tenants_did_not_get_is_there(http: TestClient, settings: Settings) -> None:
    """The ids of the test above are real: whoever they belong to gets something else than "not found"."""
    here = next(made for headers, made in intruders(settings) if "X-Purpose" in headers)
    read = 0
    owners = [key_of(settings, Role.COORDINATOR, provider="P2"), key_of(settings, Role.PLANNER)]
    for operation in (each for each in closed(http) if each.method == "GET" and set(each.blanks) - NOT_IDS):
        if operation.path.startswith("/v1/proposals"):
            continue  # what is stored of it here is no more than its heading
        answers = {operation.send(http, here.fill(operation), headers).status_code for headers in owners}
        assert answers & {200, 202}, operation
        read += 1
    assert read >= 8


def test_a_provider_is_told_nothing_of_the_other(http: TestClient, settings: Settings) -> None:
    """Whatever it reads, with its own ids or without any: none of the other's clients, carers or visits."""
    headers = key_of(settings, Role.COORDINATOR)
    own = {"provider_id": "P1", "carer_id": "K1", "client_id": "C1", "client": "C1"}
    read = 0
    for operation in (each for each in closed(http) if each.method == "GET"):
        answer = operation.send(http, own, headers)
        read += answer.status_code == 200
        assert not re.search(r"\b[KC]2\b", answer.text), (operation, answer.text)
    assert read >= 7


def test_made_up_ids_look_like_somebody_elses(http: TestClient, settings: Settings) -> None:
    """The answer about what is not theirs is the answer about what is not there."""
    headers = key_of(settings, Role.COORDINATOR)
    rota = "/v1/carers/{}/rota?day=2026-11-17"
    other, nobody = (http.get(rota.format(who), headers=headers).json() for who in ("K2", "K9"))
    hidden = {"correlation_id": "", "instance": "", "detail": ""}
    assert other | hidden == nobody | hidden
    assert http.get(f"/v1/drafts/{SOME_UUID}", headers=headers).status_code == 404

"""The generated client against the service: typed answers, refusals as errors, and nothing sent twice."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import httpx2
import pytest

from app.client import Refused, RotaClient
from app.client.generate import OPENAPI, OPERATIONS, described, openapi_text, operations_files
from app.schemas.drafts import DraftAsked, LeaveOutAsked
from tests.app.service import bearer, serving, settings_in
from tests.app.stored_rotas import DAY, store_plans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from app.config import Settings

ON = date.fromisoformat(DAY)


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation whose published rota is plan B."""
    made = settings_in(tmp_path)
    store_plans(sqlite_engine)
    return made


@pytest.fixture
def client(settings: Settings) -> Iterator[RotaClient]:
    """Give a client with a coordinator's key."""
    key = bearer(settings, "P2")["Authorization"].removeprefix("Bearer ")
    with serving(settings) as http, RotaClient("http://testserver", key, http=http) as made:
        yield made


def test_the_interface_is_written_down_as_it_is() -> None:
    """`docs/reference/openapi.json` is what the service says of itself; if not: `python -m app.client.generate`."""
    assert OPENAPI.read_text(encoding="utf-8") == openapi_text(described())


def test_the_client_is_made_from_the_interface() -> None:
    """Each operation that is described has its method; if not: `python -m app.client.generate`."""
    description = described()
    assert {path.name: path.read_text(encoding="utf-8") for path in OPERATIONS.glob("*.py")} == operations_files(
        description
    )
    names = [operation["operationId"] for methods in description["paths"].values() for operation in methods.values()]
    assert len(set(names)) == len(names)


def test_answers_are_typed(client: RotaClient) -> None:
    """A rota, its versions, a week and a draft come back as the models of the service."""
    rota = client.rotas.read_provider_rota("P2", ON)
    assert [run.carer for run in rota.runs] == ["K2", "K2"]
    assert client.rotas.list_versions("P2", ON).versions[0].number == rota.version == 1
    week = client.rotas.read_carer_days("K2", from_=ON, days=1)
    assert week.rotas[0].runs == rota.runs
    draft = client.drafts.begin(DraftAsked(day=ON))
    assert client.drafts.read(draft.id).rota.runs == rota.runs
    client.drafts.delete(draft.id)
    assert client.drafts.list_open() == []
    assert client.rotas.make_calendar("K2").address.startswith("/v1/calendars/")


def test_a_refusal_says_its_code_and_what_to_do(client: RotaClient) -> None:
    """Problem documents become errors that a program can go by."""
    with pytest.raises(Refused) as caught:
        client.rotas.read_provider_rota("P1", ON)
    assert (caught.value.status, caught.value.code) == (403, "not-permitted")
    assert caught.value.action.startswith("Ask for a key")
    draft = client.drafts.begin(DraftAsked(day=ON))
    with pytest.raises(Refused, match="network-missing") as stopped:
        client.drafts.change(draft.id, LeaveOutAsked(change="leave-out", visit="V2"))
    assert stopped.value.correlation_id


def test_what_the_client_has_is_not_sent_again(settings: Settings) -> None:
    """The second time the tag goes along, and the answer comes from memory."""
    key = bearer(settings, "P2")["Authorization"].removeprefix("Bearer ")
    with serving(settings) as http:
        statuses: list[int] = []
        http.event_hooks = {"response": [lambda answer: statuses.append(answer.status_code)]}
        client = RotaClient("http://testserver", key, http=http)
        first, second = (client.rotas.read_provider_rota("P2", ON) for _ in range(2))
    assert first == second
    assert statuses == [200, 304]


def test_words_of_a_proxy_are_no_problem_document() -> None:
    """An answer that is not ours is told by its status."""
    transport = httpx2.MockTransport(lambda _: httpx2.Response(502, text="<html>bad gateway"))
    http = httpx2.Client(transport=transport, base_url="http://rota.example")
    with pytest.raises(Refused) as caught, RotaClient("http://rota.example", http=http) as client:
        client.service.healthz()
    assert (caught.value.status, caught.value.code) == (502, "unknown")

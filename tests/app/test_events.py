"""Progress of an optimisation: written down as it comes, told as a stream, and told again from any moment."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from app.api import events as events_module
from app.db.engine import reading, writing
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.progress import add_event, events_after
from app.services.record_progress import Recorder
from solver.types import Progress
from tests.app.service import SMALL, IdleJobs, bearer, serving, settings_in, store_small

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine

    from app.config import Settings

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def moment(done: float, *, phase: str = "search", areas_done: int = 0) -> Progress:
    """Make a moment."""
    return Progress(phase=phase, done=done, cost=100 - done, unallocated=1, areas=3, areas_done=areas_done)


@pytest.fixture
def settings(sqlite_engine: Engine, tmp_path: Path) -> Settings:
    """Give an installation with the small area."""
    made = settings_in(tmp_path)
    store_small(made)
    return made


@pytest.fixture
def ended(settings: Settings, sqlite_engine: Engine) -> UUID:
    """Give an optimisation that has ended after three moments."""
    with writing(sqlite_engine) as session:
        row = add_optimisation(session, SMALL.area, kind=Kind.OPTIMISE, request={}, at=NOON).id
        for done in (0.1, 0.5, 1.0):
            add_event(session, row, moment(done), at=NOON)
        start(session, row, at=NOON)
        finish(session, row, result={}, at=NOON)
    return row


def told(text: str) -> list[dict[str, Any]]:
    """Read a stream of events."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
    return [{**block, "data": json.loads(block["data"])} for block in blocks]


@pytest.mark.parametrize("last", [None, 0, 1, 3, 99])
def test_a_stream_goes_on_after_the_last_event(settings: Settings, ended: UUID, last: int | None) -> None:
    """Whoever was cut off gets what came since, then how it ended."""
    headers = bearer(settings) | ({} if last is None else {"Last-Event-ID": str(last)})
    with serving(settings, IdleJobs()) as http:
        answer = http.get(f"/v1/optimisations/{ended}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = told(answer.text)
    assert [event.get("id") for event in events[:-1]] == [str(n) for n in range((last or 0) + 1, 4)]
    assert all(event["event"] == "progress" for event in events[:-1])
    assert events[-1]["event"] == "end"
    assert events[-1]["data"] == {"status": "done"}
    if not last:
        assert events[1]["data"] == {
            "number": 2,
            "at": "2026-11-16T12:00:00Z",
            "phase": "search",
            "done": 0.5,
            "cost": 99.5,
            "unallocated": 1,
            "areas": 3,
            "areas_done": 0,
        }


def test_a_stream_waits_for_what_comes(
    settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment that is written while somebody follows arrives, and the stream ends when the optimisation does."""
    monkeypatch.setattr(events_module, "LOOK_S", 0.01)
    with writing(sqlite_engine) as session:
        row = add_optimisation(session, SMALL.area, kind=Kind.OPTIMISE, request={}, at=NOON).id
        start(session, row, at=NOON)
    looks, look = [], events_module._look

    def looking(watched: events_module.Watched, last: int) -> object:
        looks.append(last)
        if len(looks) == 3:
            with writing(sqlite_engine) as session:
                add_event(session, row, moment(0.5), at=NOON)
        if len(looks) == 6:
            with writing(sqlite_engine) as session:
                finish(session, row, result={}, at=NOON)
        return look(watched, last)

    monkeypatch.setattr(events_module, "_look", looking)
    with serving(settings, IdleJobs()) as http:
        events = told(http.get(f"/v1/optimisations/{row}/events", headers=bearer(settings)).text)
    assert [event["event"] for event in events] == ["progress", "end"]
    assert looks[:4] == [0, 0, 0, 1]


@pytest.mark.parametrize("header", [{}, {"Last-Event-ID": "x"}])
def test_nobody_follows_what_is_not_theirs(settings: Settings, ended: UUID, header: dict[str, str]) -> None:
    """Without a key, with a provider's key or for an unknown id there is a refusal, not a stream."""
    with serving(settings, IdleJobs()) as http:
        path = f"/v1/optimisations/{ended}/events"
        assert http.get(path, headers=header).status_code == 401
        assert http.get(path, headers=bearer(settings, "P1")).status_code == 403
        unknown = path.replace(str(ended), "00000000-0000-4000-8000-000000000000")
        assert http.get(unknown, headers=bearer(settings)).status_code == 404


def test_moments_are_written_once_and_not_too_often(
    settings: Settings, sqlite_engine: Engine, ended: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same again is no news, a little later is too soon; a finished area or a new phase always is news."""
    monkeypatch.setattr("app.services.record_progress.EACH_S", 1e9)
    record = Recorder(sqlite_engine, ended)
    for each in (
        moment(0.1),
        moment(0.1),
        moment(0.2),
        moment(0.3, areas_done=1),
        moment(0.4, phase="polish", areas_done=1),
        moment(1.0, phase="polish", areas_done=1),
        moment(1.0, phase="polish", areas_done=1),
    ):
        record(each)
    with reading(sqlite_engine) as session:
        rows = events_after(session, ended, 3)
        assert [(row.number, row.done, row.phase) for row in rows] == [
            (4, 0.1, "search"),
            (5, 0.3, "search"),
            (6, 0.4, "polish"),
            (7, 1.0, "polish"),
        ]

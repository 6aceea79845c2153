"""The page about the HTTP interface: its Python runs, and its names are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi.testclient import TestClient

from app.main import create_app
from tests.app.service import IdleJobs, bearer, logging_as_before, settings_in
from tests.app.stored_rotas import store_plans

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


def test_the_examples_run(
    sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each block of Python does what the page says, one after the other, with a coordinator's key."""
    settings = settings_in(tmp_path)
    store_plans(sqlite_engine)
    key = bearer(settings, "P2")["Authorization"].removeprefix("Bearer ")
    with logging_as_before():
        app = create_app(settings, jobs=IdleJobs())
        monkeypatch.setattr("app.client.transport.httpx2.Client", lambda **_: TestClient(app))
        names = {"HOST": "http://testserver", "KEY": key}
        blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        for block in blocks:
            exec(compile(block, PAGE.name, "exec"), names)  # noqa: S102 - our own page
    said = capsys.readouterr().out
    assert len(blocks) == 3
    assert "catch the 07:45 boat from Gallanach, check in by 07:43" in said
    assert "not-permitted - " in said
    assert "draft on version 1" in said

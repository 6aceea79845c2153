"""Costs over HTTP: what the command line tells, for commissioners and planners, without small counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.db.engine import make_engine, writing
from app.security.roles import Role
from app.services.editor import Editor
from app.services.perform import store_comparison
from tests.app.areas import tiny_area, tiny_comparison, tiny_zones
from tests.app.commands import CommandLine, tiny_home
from tests.app.service import serving, settings_in
from tests.app.test_api_zones import key

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_costs_are_those_of_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All figures but single carers and small counts, by small area or by zones that are drawn; coordinators none."""
    line = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    settings = settings_in(line.data_dir)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        store_comparison(session, tiny_area(), tiny_comparison(), {})
    engine.dispose()
    drawn, collection = tmp_path / "zones.geojson", tiny_zones().geojson()
    for feature in collection["features"]:
        feature["properties"] = {"zone": 1}
    drawn.write_text(json.dumps(collection), encoding="utf-8")
    with serving(settings) as http:
        http.app.state.editor = Editor(settings.database_url, settings.data_dir, inline=True)  # type: ignore[attr-defined]
        commissioner, coordinator = key(settings, Role.COMMISSIONER), key(settings, Role.COORDINATOR)
        whole = http.get("/v1/costs", params={"plan": "C", "pay_gbp_h": 15}, headers=commissioner)
        asked = {"plan": "C", "zones": json.loads(drawn.read_text("utf-8"))}
        zoned = http.post("/v1/costs", json=asked, headers=commissioner)
        assert (whole.status_code, zoned.status_code) == (200, 200), whole.text + zoned.text
        assert http.get("/v1/costs", headers=coordinator).status_code == 403
        assert http.get("/v1/costs", params={"pay_gbp_h": "nan"}, headers=commissioner).status_code == 422
    command = ("costs", "--area", "tiny", "--plan", "C", "--json")
    told = json.loads(line(*command, "--pay", "15").out)
    same = ("plan", "planned_at", "day", "total", "minimum_price_gbp_h", "providers", "rates", "who_pays")
    assert {name: whole.json()[name] for name in same} == {name: told[name] for name in same}
    assert "wage_headroom_gbp_h" not in whole.json()
    by_zone = json.loads(line(*command, "--zones", drawn).out)["by_zone"]
    assert zoned.json()["by_zone"] == by_zone
    assert len(by_zone) == 1
    for answer in (whole, zoned):
        assert all(row["people"] >= 5 for row in (*answer.json()["zones"], *answer.json()["by_zone"].values()))
    assert all(carer.carer_id not in whole.text for carer in tiny_area().dataset.carers)

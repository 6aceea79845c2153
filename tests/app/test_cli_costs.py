"""`rota costs`: a stored plan priced for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.db.engine import make_engine, writing
from app.services.perform import store_comparison
from tests.app.areas import tiny_area, tiny_comparison, tiny_dataset, tiny_zones
from tests.app.commands import CommandLine, tiny_home, url_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation in which the tiny area has been compared."""
    line = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    engine = make_engine(url_of(line.data_dir))
    with writing(engine) as session:
        store_comparison(session, tiny_area(), tiny_comparison(), {})
    engine.dispose()
    return line


def test_costs_are_told_by_provider_and_zone(rota: CommandLine) -> None:
    """The parts sum to the whole, zones to providers, and every rate is listed with its source."""
    said = rota("costs", "--area", tiny_dataset().area, "--plan", "C", "--json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert sum(found["total"]["parts"].values()) == pytest.approx(found["total"]["gbp"], abs=0.05)
    assert sum(row["gbp"] for row in found["zones"]) == pytest.approx(found["total"]["gbp"], abs=0.5)
    assert all(rate["source"] for rate in found["rates"])


def test_zones_have_rows_of_their_own(rota: CommandLine, tmp_path: Path) -> None:
    """Each zone of a file is a row in pounds, its providers below; boats are counted whole."""
    file = tmp_path / "zones.geojson"
    file.write_text(json.dumps(tiny_zones().geojson()), encoding="utf-8")
    asked = ("costs", "--area", tiny_dataset().area, "--plan", "B", "--zones", file)
    found = json.loads(rota(*asked, "--json").out)
    by_zone = found["by_zone"]
    assert by_zone.keys() == {zone.name for zone in tiny_zones().zones}
    said = rota(*asked).out
    for zone, costs in by_zone.items():
        row = next(line for line in said.splitlines() if line.startswith(f"│ {zone}  "))
        assert f" {costs['per_contact_hour']:.2f} " in row
    assert tiny_dataset().providers[0].name in said
    assert "Published minimum price: £" in said
    assert isinstance(found["total"]["fares_unknown"], int)


def test_another_benchmark_is_shown_beside(rota: CommandLine, tmp_path: Path) -> None:
    """The table says what each provider would be left with; a rate of one's own is taken."""
    own = tmp_path / "own.toml"
    own.write_text(
        '[[value]]\nname = "overheads_gbp_contact_h"\nfrom = 2026-01-01\nvalue = 0\nsource = "ours"\n', encoding="utf-8"
    )
    said = rota("costs", "--area", tiny_dataset().area, "--plan", "B", "--pay", "15", "--rates", own)
    assert said.code == 0
    assert "If all paid £15.00 an hour" in said.out
    assert rota("costs", "--area", tiny_dataset().area, "--plan", "B", "--rates", tmp_path / "no.toml").code == 1

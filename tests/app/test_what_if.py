"""What if the A83 were shut at the Rest and Be Thankful: the question that everybody in the county asks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.config import Settings
from app.errors import AreaNotFound, NotFound
from app.services import optimise as optimise_module
from app.services.area_roads import area_roads
from app.services.circumstances import changed_roads, circumstances
from app.services.what_if import what_if
from geo.errors import ClosureUnknown
from tests.app.areas import in_this_process, tiny_dataset, tiny_graph
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset
    from app.services.what_if import Journey, WhatIf
    from geo.types import RoadGraph

REST = "A83 near 56.228,-4.855"
NINE_S = 9 * 3600


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder that the tests share, so that the county is drawn once."""
    return tmp_path_factory.mktemp("what-if")


@pytest.fixture(scope="module")
def county(home: Path) -> tuple[Dataset, RoadGraph]:
    """Load the bundled county."""
    dataset, graph, _ = area_roads(Settings(data_dir=home), "county-roads", bundled="county-roads")
    return dataset, graph


def ask(county: tuple[Dataset, RoadGraph], home: Path, *closures: str, named: tuple[str, ...] = ()) -> WhatIf:
    """Ask what changes."""
    return what_if(*county, circumstances(closures), data_dir=home, at_s=NINE_S, named=named)


def journey(found: WhatIf, *ends: str) -> Journey:
    """Find the journey between two settlements."""
    return next(row for row in found.journeys if {row.origin, row.destination} == set(ends))


def test_the_rest_and_be_thankful(county: tuple[Dataset, RoadGraph], home: Path) -> None:
    """Arrochar to Inveraray goes round by Crianlarich and Dalmally, Campbeltown is farther from Loch Lomond, and
    nothing changes that does not use the pass."""
    found = ask(county, home, REST, named=("Arrochar", "Inveraray", "Campbeltown", "Crianlarich", "Oban"))
    assert 3 < found.closed_km < 6
    assert found.cut_off == ()
    over = journey(found, "Arrochar", "Inveraray")
    assert set(over.before_via) == {"A83"}
    assert {"A82", "A85", "A819"} <= set(over.after_via)
    assert over.before_min is not None
    assert over.after_min is not None
    assert over.after_min > over.before_min + 40
    far = journey(found, "Campbeltown", "Arrochar")
    assert (far.after_min or 0) > (far.before_min or 0) + 30
    assert all("A83" in row.before_via or row.before_via == () for row in found.journeys)
    changed = {frozenset((row.origin, row.destination)) for row in found.journeys}
    assert frozenset(("Inveraray", "Campbeltown")) not in changed
    assert frozenset(("Oban", "Inveraray")) not in changed
    assert frozenset(("Arrochar", "Crianlarich")) not in changed


def test_without_boats_the_isles_are_cut_off(county: tuple[Dataset, RoadGraph], home: Path) -> None:
    """All sailings off: the isles are named with their people, and no road is shut."""
    found = ask(county, home, "sailings after 00:00", named=("Tobermory", "Oban"))
    assert found.boats_cancelled > 100
    assert found.closed_km == 0
    assert {"Tobermory", "Bowmore", "Rothesay"} <= set(found.cut_off)
    assert "Oban" not in found.cut_off
    assert found.people_cut_off > 5000
    lost = journey(found, "Tobermory", "Oban")
    assert (lost.after_min, lost.after_via) == (None, ())


def test_conditions_slow_every_journey(county: tuple[Dataset, RoadGraph], home: Path) -> None:
    """In winter each journey by road takes a tenth longer, on the roads it always takes."""
    day = circumstances((), ("winter",))
    found = what_if(*county, day, data_dir=home, at_s=NINE_S, named=("Arrochar", "Inveraray"))
    slower = journey(found, "Arrochar", "Inveraray")
    assert (slower.after_min or 0) == pytest.approx(1.1 * (slower.before_min or 0), abs=0.1)
    assert slower.after_via == slower.before_via


def test_what_does_not_exist_is_told(county: tuple[Dataset, RoadGraph], home: Path) -> None:
    """Unknown settlements, roads and routes are refused rather than found harmless."""
    with pytest.raises(NotFound, match="Brigadoon"):
        ask(county, home, REST, named=("Brigadoon",))
    with pytest.raises(ClosureUnknown, match="A38"):
        ask(county, home, "A38")
    with pytest.raises(ClosureUnknown, match="no such route"):
        ask(county, home, "ferry oban-atlantis")
    with pytest.raises(AreaNotFound):
        area_roads(Settings(data_dir=home), "nowhere", bundled="county-roads")


def test_clients_behind_a_closure_are_named(tmp_path: Path) -> None:
    """With every road shut, all clients of an area are out of reach; on a usual day none is."""
    dataset, graph = tiny_dataset(), tiny_graph()
    lonlat = graph.lonlat.mean(axis=0)
    shut = circumstances([f"near {lonlat[1]:.5f},{lonlat[0]:.5f} within 200 km", "ferry"])
    found = what_if(dataset, graph, shut, data_dir=tmp_path, at_s=NINE_S)
    assert found.clients == len(dataset.clients)
    assert len(found.clients_unreachable) > 0.9 * found.clients
    cautious = what_if(dataset, graph, circumstances((), ("cautious",)), data_dir=tmp_path, at_s=NINE_S)
    assert cautious.clients_unreachable == ()
    assert cautious.clients_farther > 0
    assert cautious.farthest_more_min > 0


def test_a_usual_day_changes_no_road() -> None:
    """Without closures and conditions the graph is the very same."""
    graph = tiny_graph()
    assert changed_roads(graph, circumstances()) is graph
    assert changed_roads(graph, replace(circumstances(), closures=())) is graph


def test_the_command_prints_a_table_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command for an imported area tells who is cut off, and gives the same as JSON."""
    rota = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    told = rota("network", "what-if", "--area", "tiny", "--close", "ferry")
    assert told.code == 0
    assert "boat(s) cancelled" in told.out
    assert "Cut off" in told.out
    plain = json.loads(rota("network", "what-if", "--area", "tiny", "--close", "ferry", "--json").out)
    assert plain["boats_cancelled"] > 0
    assert plain["attribution"]
    assert rota("network", "what-if", "--area", "tiny").code == 2
    assert rota("network", "what-if", "--area", "tiny", "--close", "ferry", "--at", "noon").code == 2
    wrong = rota("network", "what-if", "--area", "tiny", "--close", "A999")
    assert wrong.code == 1
    assert "A999" in wrong.err


def test_a_day_is_planned_under_its_closures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Slow roads make travel grow, a cancelled boat never places more visits, and no plan breaks a rule."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    rota = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)

    def planned(*more: str) -> dict[str, float]:
        said = rota("optimise", "--area", "tiny", "--shared", "--iterations", "100", "--json", *more)
        assert said.code == 0
        figures: dict[str, float] = json.loads(said.out)["plans"]["D"]
        return figures

    usual, slow = planned(), planned("--condition", "winter", "--condition", "cautious")
    ashore = planned("--close", "ferry")
    assert slow["travel_hours"] > usual["travel_hours"]
    assert ashore["visits_placed"] <= usual["visits_placed"]
    assert ashore["breaches"] == 0
    assert rota("optimise", "--area", "tiny", "--close", "A999", "--iterations", "10").code == 1

"""Zones as files, scored again after an edit, and locks by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pytest
import shapely

from app.errors import LocksUnreadable, ZonesUnreadable
from app.services.propose_zones import propose
from app.services.requests import ZoneRequest
from app.services.zone_files import read_zones, rough_homes, score_zones, write_zones, zones_from
from app.services.zone_locks import read_locks
from tests.app.areas import tiny_area, tiny_zones
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["zones.geojson", "zones.gpkg"])
def test_what_is_written_scores_as_it_was(tmp_path: Path, name: str) -> None:
    """A proposal read back from either format has the same zones, hours and travel."""
    write_zones(tiny_zones().geojson(), tmp_path / "out" / name)
    again = score_zones(tiny_area(), read_zones(tmp_path / "out" / name))
    assert again.proposal.plan.zone_of_area == tiny_zones().plan.zone_of_area
    assert again.proposal.plan.mean_travel_min == pytest.approx(tiny_zones().plan.mean_travel_min)
    assert (again.loose, again.faults, again.drawn_as) == ((), (), ("1", "2"))


def test_a_geopackage_has_words_where_geojson_has_lists(tmp_path: Path) -> None:
    """Maps show text, not brackets."""
    found = tiny_zones().geojson()
    for feature in found["features"]:
        feature["properties"]["does_not_hold"] = ["winter, with 1 %", "A83 is shut"]
    write_zones(found, tmp_path / "zones.gpkg")
    frame = geopandas.read_file(tmp_path / "zones.gpkg")
    assert list(frame["places"]) == [", ".join(zone.places) for zone in tiny_zones().zones]
    assert set(frame["does_not_hold"]) == {"winter, with 1 %; A83 is shut"}


def test_an_edit_by_hand_is_scored(tmp_path: Path) -> None:
    """All zones drawn as one polygon are one zone with all the hours."""
    frame = geopandas.GeoDataFrame.from_features(tiny_zones().geojson()["features"], crs="EPSG:4326")
    file = tmp_path / "edited.geojson"
    frame.assign(zone=1)[["zone", "geometry"]].to_crs("EPSG:27700").to_file(tmp_path / "edited.gpkg", driver="GPKG")
    frame.assign(zone=1)[["zone", "geometry"]].to_file(file, driver="GeoJSON")
    for path in (file, tmp_path / "edited.gpkg"):
        (zone,) = score_zones(tiny_area(), read_zones(path)).proposal.zones
        assert zone.work_h == pytest.approx(sum(tiny_zones().plan.load_h))


def test_an_edge_moved_by_hand_counts_more_than_the_names_in_the_file(tmp_path: Path) -> None:
    """One polygon is drawn over all and the other moved away: there is one zone, whatever areas the file names."""
    frame = geopandas.GeoDataFrame.from_features(tiny_zones().geojson()["features"], crs="EPSG:4326")
    all_of_it, away = frame.geometry.union_all(), shapely.box(-3.0, 58.0, -2.9, 58.1)
    file = tmp_path / "edited.geojson"
    frame.set_geometry([all_of_it, away], crs=frame.crs).to_file(file, driver="GeoJSON")
    scored = score_zones(tiny_area(), read_zones(file))
    (zone,) = scored.proposal.zones
    assert zone.work_h == pytest.approx(sum(tiny_zones().plan.load_h))
    assert scored.faults == ("Polygon 2 has most of the homes of no small area, so it is no zone.",)


def test_files_without_zones_are_refused(tmp_path: Path) -> None:
    """A missing file, text, or no polygon is told in words."""
    (tmp_path / "text.geojson").write_text("nothing", encoding="utf-8")
    (tmp_path / "empty.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": []}), encoding="utf-8")
    for name in ("missing.geojson", "text.geojson", "empty.geojson"):
        with pytest.raises(ZonesUnreadable):
            read_zones(tmp_path / name)


def test_a_drawing_that_does_not_hang_together_says_what_is_apart() -> None:
    """A polygon round the isle and the far end of the mainland, without the pier between, names the piece."""
    ends, pier = shapely.box(-5.7, 56.3, -5.51, 56.5).union(shapely.box(-5.5, 56.3, -5.3, 56.37)), (-5.51, 56.37)
    between = shapely.box(*pier, -5.3, 56.5)
    drawn = {"features": [{"geometry": shape.__geo_interface__} for shape in (ends, between)]}
    scored = score_zones(tiny_area(), zones_from(drawn))
    (loose,) = scored.loose
    (fault,) = scored.faults
    assert {"Baile Ur", "Strath Beag"} <= set(scored.proposal.zones[loose - 1].areas)
    assert fault.endswith("does not hang together: inside it no road or boat joins Strath Beag to the rest.")


def test_geojson_of_strangers_is_read_without_other_readers() -> None:
    """A collection reads as the same file does, whatever else its features hold; every bad shape is named at once."""
    collection = json.loads(json.dumps(tiny_zones().geojson()))
    scored = score_zones(tiny_area(), zones_from(collection))
    assert scored.proposal.plan.zone_of_area == tiny_zones().plan.zone_of_area
    for feature in collection["features"]:
        feature["geometry"] = {"type": "Polygon", "coordinates": [[0]]}
    with pytest.raises(ZonesUnreadable, match=r"(?s)feature 1 .* feature 2 "):
        zones_from(collection)
    for features in ([], [{"geometry": {"type": "Point", "coordinates": [0, 0]}}]):
        with pytest.raises(ZonesUnreadable):
            zones_from({"features": features})
    metric = {"type": "Polygon", "coordinates": [[[1e5, 7e5], [2e5, 7e5], [2e5, 8e5], [1e5, 7e5]]]}
    with pytest.raises(ZonesUnreadable, match="not in degrees"):
        zones_from({"features": [{"geometry": metric}]})


def test_a_drawing_is_told_what_is_wrong_with_it() -> None:
    """Polygons that overlap where people live, and small areas outside of all, are named with what counts instead."""
    names = tiny_area().small_areas.names
    box = shapely.box(-5.52, 56.38, -5.35, 56.45).__geo_interface__
    scored = score_zones(tiny_area(), zones_from({"features": [{"geometry": box}, {"geometry": box}]}))
    overlap, outside = "Polygons overlap where people live", "Outside of all polygons, and counted for the nearest"
    assert [fault.split(", and the first")[0].split(":")[0] for fault in scored.faults[:2]] == [outside, overlap]
    assert "Baile Ur" in scored.faults[0]
    assert set(scored.proposal.zones[0].areas) == set(names)


def test_locks_are_read_by_name_and_kept() -> None:
    """An area stays with a provider that is named; the reason names the provider too."""
    area = tiny_area()
    provider = area.dataset.providers[-1]
    name = area.small_areas.names[0]
    proposal = propose(area, ZoneRequest(n_zones=2, seed=3, locks={"kept": {name: provider.name}}))
    zone = next(zone for zone in proposal.zones if name in zone.areas)
    assert zone.prime == provider.provider_id
    assert zone.reason.startswith(f"To stay as it is, {provider.name} as prime: ")


def test_an_island_stands_for_its_small_areas() -> None:
    """People say where they live by the island; what is said of it holds for every small area on it."""
    area = tiny_area()
    number = {name: row for row, name in enumerate(area.small_areas.names)}
    isle = [number[name] for name in area.small_areas.names if name in {"Baile Ur", "Ceann a Tuath"}]
    locks = read_locks(
        area, {"kept": {"Isle": "Isle Support"}, "apart": [["Isle", "Port Namara"]], "bands": {"Isle": [1, 9]}}
    )
    assert locks.kept == dict.fromkeys(isle, "P03")
    assert locks.apart == tuple((row, number["Port Namara"]) for row in isle)
    assert locks.bands == dict.fromkeys(isle, (1.0, 9.0))


def test_a_drawn_boundary_is_respected() -> None:
    """A polygon round the isle keeps isle and mainland in different zones."""
    isle = {
        "type": "Polygon",
        "coordinates": [[[-5.7, 56.3], [-5.51, 56.3], [-5.51, 56.5], [-5.7, 56.5], [-5.7, 56.3]]],
    }
    area = tiny_area()
    locks = read_locks(area, {"boundaries": [isle]})
    assert set(locks.sides[0]) == {0, 1}
    proposal = propose(area, ZoneRequest(n_zones=2, seed=3, locks={"boundaries": [isle]}))
    assert proposal.plan.broken == ()


@pytest.mark.parametrize(
    "asked",
    [
        {"forever": 1},
        {"kept": {"Nowhere": "Nobody"}},
        {"together": [["one"]]},
        {"bands": {"x": 3}},
        {"kept": 7},
        {"boundaries": [{}]},
    ],
)
def test_locks_that_mean_nothing_are_refused(asked: dict[str, object]) -> None:
    """Unknown kinds, names and forms are the partnership's to correct."""
    with pytest.raises(LocksUnreadable):
        read_locks(tiny_area(), asked)


def test_everything_that_is_wrong_with_locks_is_told_at_once() -> None:
    """Each fault says where, and what may have been meant."""
    asked = {
        "together": [["Port Namara", "Baile"], ["one"]],
        "kept": {"Port Namara": "Island Support", "Nowhere": "P01"},
        "bands": {"Port Namara": [9, 3]},
        "most_zones": 0,
        "boundaries": [{"type": "Point", "coordinates": [0, 0]}],
        "forever": 1,
    }
    with pytest.raises(LocksUnreadable, match=r"8 fault\(s\)") as refused:
        read_locks(tiny_area(), asked)
    assert dict(refused.value.faults) == {
        "together.0": "there is no small area or island called Baile; did you mean Baile Ur?",
        "together.1": "is not a pair of small areas",
        "kept": "there is no small area or island called Nowhere",
        "kept.Port Namara": "there is no provider called Island Support; did you mean Isle Support?",
        "bands.Port Namara": "is not a pair of hours, the least first",
        "most_zones": "is not a whole number above zero",
        "boundaries.0": "is not a polygon in GeoJSON",
        "forever": "there is no such kind of lock; there are together, apart, kept, most_zones, boundaries, bands",
    }


def test_where_somebody_lives_is_not_found_out_by_drawing() -> None:
    """Polygons are laid over homes moved to the next hundredth of a degree, so no drawing tells more."""
    rough = shapely.get_coordinates(rough_homes(tiny_area()))
    homes = np.array([(client.lon, client.lat) for client in tiny_area().dataset.clients])
    assert (np.abs(rough * 100 - np.round(rough * 100)) < 1e-6).all()
    assert 0.001 < np.abs(rough - homes).max() <= 0.005 + 1e-9


def test_three_points_come_in_one_answer() -> None:
    """The answer holds least travel, the position asked for and equal hours, each with its zones."""
    found = propose(tiny_area(), ZoneRequest(n_zones=2, seed=3)).geojson()
    assert [point["slider"] for point in found["points"]] == [0.0, 0.5, 1.0]
    for point in found["points"]:
        assert sorted(name for zone in point["zones"] for name in zone) == sorted(tiny_area().small_areas.names)


def test_the_command_line_proposes_under_locks_and_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Locks come from a file, the answer goes to a GeoPackage, scoring reads it back, and what holds is on the map."""
    tiny = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    names = tiny_area().small_areas.names
    (tmp_path / "locks.json").write_text(json.dumps({"apart": [[names[0], names[1]]]}), encoding="utf-8")
    out = tmp_path / "zones.gpkg"
    area = ("--area", "tiny")
    said = tiny(
        "zones", "propose", *area, "--zones", "2", "--lock", tmp_path / "locks.json", "--slider", "0.2", "--out", out
    )
    assert said.code == 0, said.err
    assert said.out.count("Slider") == 4
    for zone in json.loads(tiny("zones", "score", out, *area, "--json").out)["features"]:
        row = next(line for line in said.out.splitlines() if f"│ {zone['properties']['zone']} │" in line)
        assert zone["properties"]["name"] in row
        assert zone["properties"]["prime_name"] in row
        assert f"{zone['properties']['prime_name']} as prime: gives " in said.out
    scored = tiny("zones", "score", out, *area, "--json")
    assert scored.code == 0, scored.err
    assert json.loads(scored.out)["not_contiguous"] == []
    assert "minutes from the centre" in tiny("zones", "score", out, *area).out
    on_map = tmp_path / "holds.geojson"
    held = tiny("zones", "hold", out, *area, "--winter-staff", "1", "--close", "ferry Namara - Baile", "--out", on_map)
    assert held.code == 0, held.err
    assert "Winter, with 1 % of carers' hours: 2 of 2 zones do not hold." in held.out
    failing = [row["properties"]["does_not_hold"] for row in json.loads(on_map.read_text("utf-8"))["features"]]
    assert all("winter, with 1 % of carers' hours" in when for when in failing)
    found = json.loads(tiny("zones", "hold", out, *area, "--json").out)
    assert [season["when"][:6] for season in found["seasons"][1:3]] == ["winter", "summer"]
    assert all(zone["holds"] == (zone["reasons"] == []) for season in found["seasons"] for zone in season["zones"])
    assert tiny("zones", "propose", *area, "--lock", out).code == 1
    many = tiny("zones", "propose", *area, "--zones", "9", "--points", "1")
    assert "9 zones were asked for and there are 3: no zone is smaller than a small area." in many.out


@pytest.mark.parametrize("command", [("propose",), ("hold", "zones.geojson")])
def test_other_formats_are_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    """GeoJSON under the name of a shapefile would be opened by nobody."""
    tiny = CommandLine(tmp_path / "var", monkeypatch, capsys)
    said = tiny("zones", *command, "--area", "tiny", "--out", tmp_path / "z.shp")
    assert said.code == 2
    assert "z.shp should end in one of" in " ".join(said.err.split())
    assert not (tmp_path / "z.shp").exists()

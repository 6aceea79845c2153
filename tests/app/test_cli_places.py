"""`rota places` as a planner meets it: load once, look up, check, and the two tables."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from app.services.places import Outline, bounds_of, load_outline
from app.services.write_dataset import write_dataset
from tests.app.areas import tiny_area, tiny_dataset, tiny_graph
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path

POSTCODES = "postcode,lat,lon\nPA34 4AB,56.4000,-5.4700\nPA34 4AD,56.4250,-5.4000\nIM1 1AD,54.149756,-4.484901\n"
WHOLE = {"type": "Polygon", "coordinates": [[[-6, 56], [-5, 56], [-5, 57], [-6, 57], [-6, 56]]]}
NOWHERE = {"type": "Polygon", "coordinates": [[[-4, 56], [-3, 56], [-3, 57], [-4, 57], [-4, 56]]]}


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation that holds the tiny area."""
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file and give its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(rota: CommandLine, *arguments: str | Path) -> Any:
    """Run a command and read the JSON it prints."""
    said = rota(*arguments, "--json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_places_are_loaded_once_for_an_area(rota: CommandLine, tmp_path: Path) -> None:
    """What lies far from the area's roads is left out, and loading again changes nothing."""
    path = written(tmp_path, "places.csv", POSTCODES)
    [first] = found(rota, "places", "load", path, "--area", "tiny")["files"]
    assert (first["postcodes"], first["skipped"], first["already"]) == (2, 1, False)
    [again] = found(rota, "places", "load", path, "--area", "tiny")["files"]
    assert again["already"]
    assert "was loaded already: 2 postcodes" in rota("places", "load", path, "--area", "tiny").out


def test_a_file_that_is_no_places_is_one_error(rota: CommandLine, tmp_path: Path) -> None:
    """The error lists the rows and says what to give; a look-up then still says that nothing is loaded."""
    rows = "Oban,56.4,-5.4\n" * 60
    said = rota("places", "load", written(tmp_path, "bad.csv", f"postcode,lat,lon\n{rows}"))
    assert said.code == 1
    assert "too many bad rows" in said.err
    assert "bad.csv, row 2: that is no postcode" in said.err
    assert "Code-Point Open" in said.err


@pytest.mark.parametrize(
    ("reference", "lat", "accuracy_m"),
    [
        ("pa344ab", 56.4, 5_187),
        ("NM 860 300", 56.414053, 100),
        ("186053 730021", 56.413794, 10),
        ("56.41358, -5.47071", 56.41358, 10),
    ],
)
def test_any_reference_is_shown(rota: CommandLine, tmp_path: Path, reference: str, lat: float, accuracy_m: int) -> None:
    """A postcode, a grid reference, metres and degrees each come with their accuracy."""
    rota("places", "load", written(tmp_path, "places.csv", POSTCODES))
    said = found(rota, "places", "show", reference)
    assert (said["lat"], said["accuracy_m"]) == (pytest.approx(lat, abs=1e-5), pytest.approx(accuracy_m, rel=0.02))
    assert "within" in rota("places", "show", reference).out


def test_a_postcode_cannot_be_shown_before_places_are_loaded(rota: CommandLine, tmp_path: Path) -> None:
    """The error says what to load; once loaded, a postcode that does not exist is not found."""
    assert "rota places load" in rota("places", "show", "PA34 4AB").err
    rota("places", "load", written(tmp_path, "places.csv", POSTCODES))
    for reference in ("PA34 4ZZ", "125000001", "Oban", "1 2 3", "999999 9999999"):
        said = rota("places", "show", reference)
        assert said.code == 1
        assert "no known kind, or not among the places loaded" in said.err


def test_homes_in_the_sea_are_refused_and_warnings_are_listed(rota: CommandLine, tmp_path: Path) -> None:
    """With its land the area is fine; with another's every home is an error, on check and on import alike."""
    assert len(found(rota, "places", "check", "--area", "tiny")["unchecked"]) == 2
    assert "1 pieces" in rota("places", "land", written(tmp_path, "a", json.dumps(WHOLE)), "--area", "tiny").out
    assert rota("places", "boundary", written(tmp_path, "b", json.dumps(NOWHERE)), "--area", "tiny").code == 0
    report = found(rota, "places", "check", "--area", "tiny")
    assert (report["errors"], report["unchecked"]) == ([], [])
    outside = [fault for fault in report["warnings"] if "outside the area" in fault["message"]]
    assert len(outside) == len(tiny_dataset().clients)
    folder = tmp_path / "set"
    write_dataset(tiny_dataset(), folder)
    imported = found(rota, "import", folder)
    assert len(imported["warnings"]) == len(report["warnings"])
    assert "outside the area" in rota("import", folder).err
    rota("places", "land", written(tmp_path, "c", json.dumps(NOWHERE)), "--area", "tiny")
    refused = rota("import", folder)
    assert refused.code == 1
    assert "clients.csv, row 2, column lat: the home is" in refused.err
    assert rota("places", "check", "--area", "tiny").code == 1
    assert "is not GeoJSON" in rota("places", "land", written(tmp_path, "d", "{}"), "--area", "tiny").err


def test_a_data_set_by_postcode_is_imported_once_places_are_loaded(rota: CommandLine, tmp_path: Path) -> None:
    """Without places one fault says what to load; with them the homes are stored with their accuracy."""
    folder = tmp_path / "set"
    write_dataset(tiny_dataset(), folder)
    with (folder / "clients.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with (folder / "clients.csv").open("w", encoding="utf-8", newline="") as stream:
        kept = [name for name in rows[0] if name not in {"lat", "lon", "accuracy_m", "located_by"}]
        writer = csv.DictWriter(stream, [*kept, "postcode"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows({**row, "postcode": "PA34 4AB"} for row in rows)
    said = rota("import", folder)
    assert said.code == 1
    assert said.err.count("rota places load FILE") == 1
    rota("places", "load", written(tmp_path, "places.csv", POSTCODES))
    warnings = found(rota, "import", folder)["warnings"]
    assert any("located by postcode alone" in warning["message"] for warning in warnings)
    assert not any("PA34" in json.dumps(warning) or "56.4" in json.dumps(warning) for warning in warnings)


def test_the_small_areas_are_listed_with_what_reaches_them(rota: CommandLine, tmp_path: Path) -> None:
    """Hours add up, small counts are withheld, and shapes are written inside the land."""
    rota("places", "land", written(tmp_path, "a", json.dumps(WHOLE)), "--area", "tiny")
    rows = found(rota, "places", "areas", "--area", "tiny", "--out", tmp_path / "areas.geojson")["areas"]
    assert {row["name"] for row in rows} == set(tiny_area().small_areas.names)
    assert sum(row["care_h"] for row in rows) == pytest.approx(tiny_area().small_areas.load_h.sum(), abs=0.3)
    assert all(row["reached"] for row in rows)
    assert all(row["people"] is None or row["people"] >= 5 for row in rows)
    features = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == len(rows)
    assert "by road or boat" in rota("places", "areas", "--area", "tiny").out


def test_isolated_places_are_a_table_for_planners(rota: CommandLine) -> None:
    """The table says that it is not for publication, on the screen and in JSON."""
    assert "do not publish" in found(rota, "places", "isolated", "--area", "tiny")["note"]
    assert "do not publish" in rota("places", "isolated", "--area", "tiny").out


def test_the_land_of_an_area_is_kept_with_its_name(rota: CommandLine, tmp_path: Path) -> None:
    """An area without land has none, and a name that is no name makes no file."""
    assert load_outline("tiny", Outline.LAND, rota.data_dir) is None
    said = rota("places", "land", written(tmp_path, "a", json.dumps(WHOLE)), "--area", "../tiny")
    assert said.code == 1
    assert "is not the name of an area" in said.err
    assert bounds_of(tiny_graph()).hold(-5.47, 56.4)

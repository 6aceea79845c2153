"""Calibration from a file: faults by row and column, few journeys refused, and a table that import understands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.datafiles.journeys import JOURNEYS, read_journeys
from app.errors import ImportRejected
from app.services.calibrate import calibrate
from geo.errors import TooFewJourneys
from geo.matrix import travel_ms
from geo.snap import snap
from geo.speed_table import DEFAULT, read_speeds
from tests.app.areas import tiny_graph, write_network
from tests.app.commands import CommandLine, tiny_home

DOCS = Path(__file__).parents[2] / "docs"
HEADING = "from_lat,from_lon,to_lat,to_lon,departs,minutes"


def recorded(n: int, *, slower: float = 1.4, door_min: float = 3.0) -> list[str]:
    """Write journeys between road ends of the tiny area's mainland that take so many times as long as predicted."""
    graph = tiny_graph()
    rng = np.random.default_rng(3)
    nodes = rng.choice(np.flatnonzero(graph.landmass["car"] == 0), size=30, replace=False)
    lonlat = graph.lonlat[nodes]
    ms, _ = travel_ms(graph, "car", snap(graph, "car", lonlat, [str(row) for row in range(30)]))
    rows: list[str] = []
    while len(rows) < n:
        a, b = rng.choice(30, size=2, replace=False)
        if ms[a, b] > 60_000:
            minutes = slower * ms[a, b] / 60_000 * float(np.exp(rng.normal(0, 0.05))) + door_min
            ends = [f"{lonlat[end][1]:.7f},{lonlat[end][0]:.7f}" for end in (a, b)]
            rows.append(f"{','.join(ends)},2026-05-12T10:30,{minutes:.2f}")
    return rows


def write(path: Path, rows: list[str], heading: str = HEADING) -> Path:
    """Write a file of journeys."""
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return path


def test_a_bad_file_gets_one_report_with_row_and_column(tmp_path: Path) -> None:
    """Every fault of every row is told at once, under the file's own name."""
    rows = [
        "56.4,-5.4,56.5,-5.5,2026-05-12T10:30,12",
        "north,-5.4,56.5,-5.5,2026-05-12T10:30,12",
        "56.4,-5.4,56.5,-5.5,yesterday,0",
        "56.4,-5.4,56.5,-5.5,2026-05-12,601",
        "56.4,-5.4,56.5,,2026-05-12T10:30,-3",
    ]
    with pytest.raises(ImportRejected) as refused:
        read_journeys(write(tmp_path / "calls.csv", rows))
    where = {(fault.file, fault.row, fault.column) for fault in refused.value.faults}
    assert where == {
        ("calls.csv", 3, "from_lat"),
        ("calls.csv", 4, "departs"),
        ("calls.csv", 4, "minutes"),
        ("calls.csv", 5, "departs"),
        ("calls.csv", 5, "minutes"),
        ("calls.csv", 6, "to_lon"),
        ("calls.csv", 6, "minutes"),
    }


def test_weather_and_mode_may_be_said_or_not(tmp_path: Path) -> None:
    """Old files without the two columns are read, and unknown words refused."""
    short = read_journeys(write(tmp_path / "a.csv", ["56.4,-5.4,56.5,-5.5,2026-05-12T10:30,12"]))
    assert [(number, row.mode, row.weather) for number, row in short] == [(2, "car", ())]
    heading = f"{HEADING},mode,weather"
    full = read_journeys(
        write(tmp_path / "b.csv", ["56.4,-5.4,56.5,-5.5,2026-05-12T10:30,12,bike,winter;dark"], heading)
    )
    assert (full[0][1].mode, full[0][1].weather) == ("bike", ("winter", "dark"))
    assert full[0][1].departs.hour == 9
    with pytest.raises(ImportRejected, match="column weather"):
        read_journeys(write(tmp_path / "c.csv", ["56.4,-5.4,56.5,-5.5,2026-05-12T10:30,12,car,foggy"], heading))


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    """Journeys at sea and by bicycle are left out and told; the rest is fitted."""
    rows = [f"{row},car" for row in recorded(60)]
    rows += ["57.5,-7.9,56.4,-5.47,2026-05-12T10:30,12,car", f"{recorded(1)[0]},bike"]
    found = calibrate(write(tmp_path / "calls.csv", rows, f"{HEADING},mode"), tiny_graph(), DEFAULT)
    assert found.off_network == (62,)
    assert found.of_another_mode == 1
    assert found.fit.fitted == 45
    assert (found.fit.overall.after_pct or 0) < (found.fit.overall.before_pct or 0)


def test_too_few_are_refused(tmp_path: Path) -> None:
    """A dozen journeys are no calibration."""
    with pytest.raises(TooFewJourneys, match="12 of 12"):
        calibrate(write(tmp_path / "calls.csv", recorded(12)), tiny_graph(), DEFAULT)


def test_from_journeys_to_a_network_with_their_speeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command writes a table, import builds the network with it, and the area then knows its speeds."""
    rota = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    observed, table = write(tmp_path / "calls.csv", recorded(200)), tmp_path / "fitted.toml"
    said = rota("network", "calibrate", observed, "--area", "tiny", "--out", table)
    assert said.code == 0
    assert "error before" in said.out
    found = json.loads(rota("network", "calibrate", observed, "--area", "tiny", "--out", table, "--json").out)
    assert found["overall"]["after_pct"] < 8 < found["overall"]["before_pct"]
    assert found["door_s"] == pytest.approx(180, abs=60)
    assert all(factor == pytest.approx(1.4, rel=0.15) for factor in found["factors"].values())
    network = write_network(tmp_path / "tiny.osm.pbf")
    assert rota("network", "import", network, "--area", "tiny", "--speeds", table).code == 0
    assert "[car.two_lane_factor]" in rota("network", "speeds", "--area", "tiny").out
    again = json.loads(rota("network", "calibrate", observed, "--area", "tiny", "--out", table, "--json").out)
    assert again["overall"]["before_pct"] < found["overall"]["before_pct"] / 2
    assert read_speeds(table).modes["bike"] == DEFAULT.modes["bike"]


def test_the_printed_table_is_the_default_and_a_bad_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed can be given back unchanged; a slip in it is named, and nothing is imported."""
    rota = CommandLine(tmp_path / "var", monkeypatch, capsys)
    file = tmp_path / "mine.toml"
    file.write_text(rota("network", "speeds").out, encoding="utf-8")
    assert read_speeds(file) == DEFAULT
    file.write_text("[car.two_lane_kmh]\ntrunk = 900\n[train]\n", encoding="utf-8")
    network = write_network(tmp_path / "tiny.osm.pbf")
    refused = rota("network", "import", network, "--area", "tiny", "--speeds", file)
    assert refused.code == 1
    assert "2 fault(s)" in refused.err
    assert not (tmp_path / "var" / "networks" / "tiny.npz").exists()


def test_the_page_names_every_column() -> None:
    """The columns of the file are documented."""
    page = (DOCS / "reference" / "speeds.md").read_text(encoding="utf-8")
    for column in JOURNEYS.columns:
        assert f"| `{column.name}` |" in page

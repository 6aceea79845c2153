"""`rota timetable`: typed sailings and feeds in, the boats of a day shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from app.dataset import PortKind
from app.db.engine import make_engine, reading
from app.services.load_dataset import load_dataset
from app.services.write_dataset import write_dataset
from tests.app.areas import DAY
from tests.app.commands import CommandLine, tiny_home, url_of
from tests.geo.feeds import write_feed

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset

HEADING = "route,from_port,to_port,days,first,last,headway_minutes,crossing_minutes,check_in_minutes,ashore_minutes,"
HEADING += "car,times_status,note,bike,booking,foot_fare_pence,car_fare_pence\n"
WINTER = HEADING + "Winter,pier,slip,Tue,08:00,24:30,990,20,10,5,yes,published,,no,yes,440,1625\n"

CALLS = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
morning,07:42:00,,port,1
morning,07:50:00,,strait,2
morning,07:58:00,,glen,3
"""
STOPS = """stop_id,stop_name,stop_lat,stop_lon
port,Port,56.4003,-5.4703
strait,Strait,56.396,-5.5000
glen,Glen,56.4252,-5.4004
"""


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation that holds the tiny area."""
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


def stored(rota: CommandLine) -> Dataset:
    """Load the tiny area as the database has it."""
    engine = make_engine(url_of(rota.data_dir))
    with reading(engine) as session:
        found = load_dataset(session, "tiny")
    engine.dispose()
    return found


def test_typed_sailings_are_imported_and_shown(rota: CommandLine, tmp_path: Path) -> None:
    """The boats of the day with what they carry and cost, and the late one on the next morning too."""
    (tmp_path / "winter.csv").write_text(WINTER)
    assert rota("timetable", "import", tmp_path / "winter.csv", "--area", "tiny").code == 0
    shown = rota("timetable", "show", "--area", "tiny", "--day", f"{DAY:%Y-%m-%d}")
    assert "2 departures" in shown.out
    assert "foot, car (book)" in shown.out
    assert "foot 4.40, car 16.25" in shown.out
    said = json.loads(rota("timetable", "show", "--area", "tiny", "--day", "2026-11-18", "--json").out)
    (boat,) = said["departures"]
    assert (boat["departs"], boat["from_port"]) == ("2026-11-18T00:30:00+00:00", "Port Namara")
    assert (
        json.loads(rota("timetable", "show", "--area", "tiny", "--route", "Summer", "--json").out)["departures"] == []
    )


def test_faults_change_nothing(rota: CommandLine, tmp_path: Path) -> None:
    """A bad file is told with row and column, and the sailings of before stay."""
    before = stored(rota)
    (tmp_path / "winter.csv").write_text(WINTER.replace("24:30", "07:30"))
    said = rota("timetable", "import", tmp_path / "winter.csv", "--area", "tiny")
    assert said.code == 1
    assert "winter.csv, row 2, column last: the last boat leaves before the first" in said.err
    said = rota("timetable", "import", write_feed(tmp_path / "feed.zip", trips=None), "--area", "tiny")
    assert said.code == 1
    assert "feed.zip has no trips.txt" in said.err
    assert "Traceback" not in said.err
    assert stored(rota) == before


def test_a_feed_brings_the_stops_that_are_near_roads_and_people(rota: CommandLine, tmp_path: Path) -> None:
    """Stops of the feed become places; those on no road are counted and left out; the ferry stays as it was."""
    path = write_feed(tmp_path / "feed.zip", stops=STOPS, stop_times=CALLS)
    said = rota("timetable", "import", path, "--area", "tiny", "--kind", "bus", "--walk-m", "3000", "--json")
    assert said.code == 0, said.err
    report = json.loads(said.out)
    assert (report["routes"], report["stops_off_the_roads"]) == (["423"], 1)
    found = stored(rota)
    assert [port.name for port in found.ports if port.kind is PortKind.STOP] == ["Glen", "Port"]
    assert [row.route for row in found.sailings] == ["Namara - Baile", "Namara - Baile", "423"]


def test_a_kind_that_is_not_there_is_refused(rota: CommandLine, tmp_path: Path) -> None:
    """Trains are not read."""
    said = rota("timetable", "import", write_feed(tmp_path / "feed.zip"), "--area", "tiny", "--kind", "train")
    assert said.code == 2


def test_an_import_that_drops_what_a_feed_brought_says_so(rota: CommandLine, tmp_path: Path) -> None:
    """A data set imported over buses from a feed warns how many rows go; without a feed there is nothing to say."""
    write_dataset(stored(rota), tmp_path / "dataset")
    assert "feed" not in rota("import", tmp_path / "dataset").err
    path = write_feed(tmp_path / "buses.zip", stops=STOPS, stop_times=CALLS)
    assert rota("timetable", "import", path, "--area", "tiny", "--kind", "bus", "--walk-m", "3000").code == 0
    assert "rows that a feed had brought" in rota("import", tmp_path / "dataset", "--yes").err

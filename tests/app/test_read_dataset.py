"""Reading a data set: each rule refuses what breaks it, at its place, and every fault is reported at once."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.errors import ImportRejected, RowFault
from app.services.read_dataset import read_dataset
from tests.app.datasets import GOOD, replace_cell, write_good

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the good data set."""
    return write_good(tmp_path / "oban")


def faults_of(folder: Path) -> tuple[RowFault, ...]:
    """Give the faults with which a folder is rejected."""
    with pytest.raises(ImportRejected) as caught:
        read_dataset(folder)
    return caught.value.faults


def test_the_good_data_set_is_read(folder: Path) -> None:
    """What was written is read."""
    assert read_dataset(folder) == GOOD


NEWER_COLUMNS = ",valid_from,valid_to,service,kind,bike,booking,foot_fare_pence,car_fare_pence"
BOAT = "Gallanach - Kerrera,gallanach,kerrera,Mon;Tue,07:15,18:15,30,5,2,1,no,illustrative,"
EXTRA_BOAT = "Gallanach - Kerrera,gallanach,kerrera,Tue,08:45,08:45,0,5,2,1,no,illustrative,,"
BROKEN = {
    "duplicate id": ("allocation.csv", "C2,P2", "C2,P2\nC2,P1", (4, "client_id", "the same client_id as in row 3")),
    "duplicate pair": (
        "matches.csv",
        "C1,K1",
        "C1,K2",
        (3, "client_id", "the same client_id and carer_id as in row 2"),
    ),
    "unknown provider of carer": ("carers.csv", "K2,P2", "K2,P9", (3, "provider_id", "P9 is not in providers.csv")),
    "unknown carer": ("shifts.csv", "S1,K1", "S1,K9", (2, "carer_id", "K9 is not in carers.csv")),
    "unknown client": ("visits.csv", "V2,C2", "V2,C9", (3, "client_id", "C9 is not in clients.csv")),
    "unknown provider": ("allocation.csv", "C2,P2", "C2,P9", (3, "provider_id", "P9 is not in providers.csv")),
    "unknown shift": ("recorded_rota.csv", "S2,V2", "S9,V2", (4, "shift_id", "S9 is not in shifts.csv")),
    "unknown visit": ("recorded_rota.csv", "S2,V2", "S2,V9", (4, "visit_id", "V9 is not in visits.csv")),
    "unknown port": ("sailings.csv", ",kerrera,Mon", ",mull,Mon", (2, "to_port", "mull is not in ports.csv")),
    "client without provider": (
        "allocation.csv",
        "C2,P2,,,\n",
        "",
        (3, "client_id", "C2 has no row in allocation.csv"),
    ),
    "swapped position": (
        "clients.csv",
        "56.4153,-5.471",
        "-5.471,56.4153",
        (2, "lat", "latitude and longitude are swapped"),
    ),
    "no position": ("clients.csv", "56.4153,-5.471", "0,0", (2, "lat", "the position is 0, 0")),
    "far position": (
        "places.csv",
        "56.415,-5.472",
        "48.85,2.35",
        (2, "lat", "the position is outside the British Isles"),
    ),
    "lost minus": (
        "ports.csv",
        "56.3922,-5.519",
        "56.3922,5.519",
        (2, "lat", "the position is outside the British Isles"),
    ),
    "shift ends early": (
        "shifts.csv",
        "18:00,25:30",
        "18:00,01:30",
        (3, "end", "the shift does not end after it starts"),
    ),
    "break turned round": (
        "shifts.csv",
        "30,11:00,13:00",
        "30,13:00,11:00",
        (2, "break_latest", "the break's latest start is before its earliest"),
    ),
    "break after shift": (
        "shifts.csv",
        "30,11:00,13:00",
        "30,11:00,14:45",
        (2, "break_earliest", "the break does not lie inside the shift"),
    ),
    "shifts overlap": (
        "shifts.csv",
        "S3,K2,07:00,10:00",
        "S3,K2,07:00,19:00",
        (3, "start", "the shift overlaps that of the same carer in row 4"),
    ),
    "window turned round": (
        "visits.csv",
        "07:30,09:00",
        "09:30,09:00",
        (2, "latest", "the window ends before it starts"),
    ),
    "preferred outside": (
        "visits.csv",
        "09:00,08:00",
        "09:00,09:01",
        (2, "preferred", "the preferred start is outside the window"),
    ),
    "visit too long": ("visits.csv", ",45,", ",481,", (3, "duration_minutes", "the visit is longer than any shift")),
    "too many carers": (
        "visits.csv",
        "30,2,hoist",
        "30,1,hoist",
        (3, "visit_id", "V1 has more carers than the 1 it needs"),
    ),
    "last boat first": (
        "sailings.csv",
        "07:15,18:15",
        "18:15,07:15",
        (2, "last", "the last boat leaves before the first"),
    ),
    "no headway": (
        "sailings.csv",
        "18:15,30",
        "18:15,0",
        (2, "headway_minutes", "the headway is 0 although first and last differ"),
    ),
    "round trip": (
        "sailings.csv",
        ",kerrera,Mon",
        ",gallanach,Mon",
        (2, "to_port", "the boat goes to the port it comes from"),
    ),
    "no day": ("sailings.csv", "Mon;Tue", "", (2, "days", "the boat sails on no day")),
    "season turned round": (
        "sailings.csv",
        "request,,,,",
        "request,2027-01-02,2027-01-01,,",
        (2, "valid_to", "the season ends before it begins"),
    ),
    "no such date": (
        "sailings.csv",
        "request,,,,",
        "request,2027-02-29,,,",
        (2, "valid_from", "the cell is not a date as YYYY-MM-DD, such as 2026-11-17, or nothing"),
    ),
    "bus with cars": (
        "sailings.csv",
        "no,illustrative,'=by request,,,,ferry",
        "yes,illustrative,,,,,bus",
        (2, "car", "a bus carries no cars"),
    ),
    "booking without cars": (
        "sailings.csv",
        "ferry,,,,",
        "ferry,,yes,,",
        (2, "booking", "a car's place needs booking although no car is carried"),
    ),
    "free money": (
        "sailings.csv",
        "ferry,,,,",
        "ferry,,,-5,",
        (2, "foot_fare_pence", "the cell is not a whole number from 0 to 100000, or nothing"),
    ),
    "pier on no land": ("ports.csv", "mainland", "", (2, "landmass", "the pier stands on no land")),
    "boat twice": (
        "sailings.csv",
        "Gallanach - Kerrera,",
        "Gallanach - Kerrera,gallanach,kerrera,Tue,08:45,08:45,0,5,2,1,no,illustrative,\nGallanach - Kerrera,",
        (3, "first", "a boat sails twice: row 2 has it too"),
    ),
    "exception for no route": (
        "sailing_exceptions.csv",
        "26,Gallanach - Kerrera",
        "26,Gallanach",
        (3, "route", "no row of sailings.csv has this route"),
    ),
    "exception for no service": (
        "sailing_exceptions.csv",
        "Kerrera,,mon",
        "Kerrera,school,mon",
        (3, "service", "no row of sailings.csv has this service"),
    ),
    "last boat of none": (
        "sailing_exceptions.csv",
        "mon,17:00",
        "none,17:00",
        (3, "last", "there is a last boat although none sails"),
    ),
    "everything sails": (
        "sailing_exceptions.csv",
        "25,,,none",
        "25,,,all",
        (2, "sails_as", "all rows would sail, of every season and day"),
    ),
    "exception twice": (
        "sailing_exceptions.csv",
        "2026-12-26,Gallanach - Kerrera",
        "2026-12-25,",
        (3, "day", "the same day and route and service as in row 2"),
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "fault"), BROKEN.values(), ids=BROKEN)
def test_each_rule_is_reported_once_at_its_place(
    folder: Path, file: str, old: str, new: str, fault: tuple[int, str, str]
) -> None:
    """One broken rule is one fault, with row, column and message, and says what to do."""
    replace_cell(folder, file, old, new)
    (found,) = faults_of(folder)
    assert (found.row, found.column, found.message) == fault
    assert found.action.endswith(".")


ALLOWED = {
    "visit as long as the longest shift": ("visits.csv", ",45,", ",480,"),
    "break at the very end": ("shifts.csv", "30,11:00,13:00", "30,11:00,14:30"),
    "shift right after another": ("shifts.csv", "S3,K2,07:00,10:00", "S3,K2,07:00,18:00"),
    "window of one instant": ("visits.csv", "07:30,09:00,08:00", "08:00,08:00,08:00"),
    "fewer carers recorded than needed": ("recorded_rota.csv", "S3,V1,08:05:20,\n", ""),
    "one boat": ("sailings.csv", "07:15,18:15,30", "07:15,07:15,0"),
    "season of one day": ("sailings.csv", "request,,,,", "request,2027-01-01,2027-01-01,,"),
    "days only by exceptions": (
        "sailings.csv",
        "Mon;Tue,07:15,18:15,30,5,2,1,no,illustrative,'=by request,,,",
        ",07:15,18:15,30,5,2,1,no,illustrative,,,,charter",
    ),
    "the same boat in another season": (
        "sailings.csv",
        "illustrative,'=by request,,,,ferry,,,,",
        "illustrative,,,2027-01-01,,ferry,,,,\n" + EXTRA_BOAT + "2027-01-02",
    ),
    "a file without the newer columns": (
        "sailings.csv",
        NEWER_COLUMNS + "\n" + BOAT + "'=by request,,,,ferry,,,,",
        "\n" + BOAT,
    ),
    "no break": ("shifts.csv", "30,11:00,13:00", ",,"),
    "Shetland": ("places.csv", "56.415,-5.472", "60.85,-0.88"),
}


@pytest.mark.parametrize(("file", "old", "new"), ALLOWED.values(), ids=ALLOWED)
def test_the_edge_of_each_rule_is_allowed(folder: Path, file: str, old: str, new: str) -> None:
    """What only just keeps a rule is read."""
    replace_cell(folder, file, old, new)
    assert read_dataset(folder).area == GOOD.area


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    """Faults of several files and kinds come together, in the order of files and rows."""
    replace_cell(folder, "providers.csv", "council", "charity")
    replace_cell(folder, "carers.csv", "K2,P2,56.4301", "K2,P9,north")
    replace_cell(folder, "visits.csv", "07:30,09:00", "09:30,09:00")
    (folder / "allocation.csv").unlink()
    places = [(fault.file, fault.row, fault.column) for fault in faults_of(folder)]
    assert places == [
        ("providers.csv", 3, "kind"),
        ("carers.csv", 3, "lat"),
        ("carers.csv", 3, "provider_id"),
        ("visits.csv", 2, "latest"),
        ("allocation.csv", None, None),
    ]


@pytest.mark.parametrize(
    "name", ["providers.csv", "carers.csv", "shifts.csv", "clients.csv", "visits.csv", "allocation.csv"]
)
def test_a_missing_file_makes_no_fault_in_others(folder: Path, name: str) -> None:
    """Without a file, nothing is said of the rows of other files that refer to it."""
    (folder / name).unlink()
    assert [str(fault) for fault in faults_of(folder)] == [f"{name}: the file is missing"]


def test_a_file_may_have_no_rows(folder: Path) -> None:
    """With no shift at all, a data set is read: there is just nothing to plan."""
    (folder / "shifts.csv").write_text((folder / "shifts.csv").read_text().splitlines()[0])
    (folder / "recorded_rota.csv").unlink()
    assert read_dataset(folder).shifts == ()


def test_a_row_with_one_bad_cell_still_counts(folder: Path) -> None:
    """A client with an unreadable position is known to its visits."""
    replace_cell(folder, "clients.csv", "C1,56.4153", "C1,north")
    assert [str(fault).split(":")[0] for fault in faults_of(folder)] == ["clients.csv, row 2, column lat"]


def test_doors_that_say_nothing_take_the_minutes_of_the_import(folder: Path) -> None:
    """An empty cell is two minutes, or what is given; a cell that says none stays none."""
    path = folder / "clients.csv"
    with path.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0]["door_minutes"], rows[1]["door_minutes"] = "", "0"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert [client.door_minutes for client in read_dataset(folder).clients[:2]] == [2, 0]
    assert [client.door_minutes for client in read_dataset(folder, door_minutes=3).clients[:2]] == [3, 0]


def test_optional_files_may_be_absent(folder: Path) -> None:
    """Without the optional files, the data set has no such rows."""
    for name in ("matches", "recorded_rota", "sailings", "sailing_exceptions", "ports", "places"):
        (folder / f"{name}.csv").unlink()
    dataset = read_dataset(folder)
    assert (dataset.matches, dataset.recorded, dataset.sailings, dataset.ports, dataset.places) == ((), (), (), (), ())


def test_a_misspelt_file_is_reported(folder: Path) -> None:
    """A file that is nearly named like an absent one is not silently ignored; other files are nobody's business."""
    (folder / "roads.csv").write_text("a\n")
    (folder / "matches.csv").rename(folder / "Matchs.csv")
    assert [str(fault) for fault in faults_of(folder)] == ["Matchs.csv: the file is not read: was matches.csv meant?"]


@pytest.mark.parametrize("kind", ["absent", "empty", "file"])
def test_a_folder_without_data_is_one_fault(tmp_path: Path, kind: str) -> None:
    """A folder that is not there, is empty or is a file says which files are wanted."""
    folder = tmp_path / "oban"
    if kind == "empty":
        folder.mkdir()
    if kind == "file":
        folder.write_text("")
    (fault,) = faults_of(folder)
    assert fault.message == "the folder is empty or is not there"
    assert "visits.csv" in fault.action


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (None, ["name", "day"]),
        ("[]", [None]),
        ("{", [None]),
        ("[" * 100_000, [None]),
        ('{"name": "oban"}', ["day"]),
        ('{"name": "two words", "day": "17/11/2026"}', ["name", "day"]),
        ('{"name": 3, "day": null}', ["name", "day"]),
    ],
)
def test_area_and_day_must_be_known(folder: Path, content: str | None, columns: list[str | None]) -> None:
    """An area.json that is absent, broken or lacks a value is reported by its field."""
    (folder / "area.json").unlink()
    if content is not None:
        (folder / "area.json").write_text(content)
    faults = faults_of(folder)
    assert [(fault.file, fault.column) for fault in faults] == [("area.json", column) for column in columns]


def test_given_area_and_day_come_first(folder: Path) -> None:
    """Arguments replace what the file says, and make it unnecessary."""
    dataset = read_dataset(folder, area="bute")
    assert (dataset.area, dataset.day) == ("bute", GOOD.day)
    (folder / "area.json").unlink()
    (folder / "visit_changes.csv").unlink()
    dataset = read_dataset(folder, area="bute", day=date(2026, 11, 18))
    assert (dataset.area, dataset.day) == ("bute", date(2026, 11, 18))


def test_the_error_carries_no_personal_data(folder: Path) -> None:
    """Neither the message nor the faults show a name or a coordinate."""
    replace_cell(folder, "providers.csv", "Lorn Care", "Canary\nCare")
    replace_cell(folder, "clients.csv", "56.4153,-5.471", "-5.471,56.4153")
    with pytest.raises(ImportRejected) as caught:
        read_dataset(folder)
    shown = str(caught.value) + "".join(str(fault) for fault in caught.value.faults)
    assert "Canary" not in shown
    assert "56.4" not in shown

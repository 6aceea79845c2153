"""Homes from references: any kind will do, the most precise wins, contradictions are told, and no value is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.datafiles.files import FILES
from app.datafiles.homes import locate_homes
from app.datafiles.rows import read_table
from app.errors import ImportRejected, RowFault
from app.services.read_dataset import read_dataset
from geo.fix import LocatedBy
from geo.gazetteer import Gazetteer
from tests.app.datasets import GOOD, write_good

if TYPE_CHECKING:
    from pathlib import Path

    from app.datafiles.rows import Table

CLIENTS = next(file for file in FILES if file.field == "clients")
OBAN = (56.41358, -5.47071)
POSTCODES = """pcds,doterm,lat,long
PA34 4AB,,56.413582,-5.470707
PA34 4AD,,56.418582,-5.470707
PA34 4AE,201206,56.4140,-5.4710
PA34 4AF,,99.999999,0
"""
UPRNS = "UPRN,LATITUDE,LONGITUDE\n125000001,56.4136000,-5.4707000\n"


@pytest.fixture
def gazetteer(tmp_path: Path) -> Gazetteer:
    """Give a gazetteer of four postcodes and a UPRN."""
    made = Gazetteer(tmp_path / "gazetteer.sqlite")
    for name, text in (("postcodes.csv", POSTCODES), ("uprns.csv", UPRNS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        made.load(tmp_path / name)
    return made


def located(folder: Path, text: str, gazetteer: Gazetteer | None) -> Table:
    """Read clients of whom only the references are given, and locate them."""
    heading, *rows = text.split("\n")
    lines = [f"client_id,locality,sds_option,choice_locked,door_minutes,{heading}"]
    lines += [f"C{number},Lorn,3,no,2,{row}" for number, row in enumerate(rows)]
    path = folder / "clients.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    table = read_table(path, CLIENTS)
    locate_homes(table, gazetteer)
    return table


def said(faults: list[RowFault]) -> list[tuple[int | None, str | None, str]]:
    """Give where each fault is and its message."""
    return [(fault.row, fault.column, fault.message) for fault in faults]


@pytest.mark.parametrize(
    ("text", "accuracy_m", "by"),
    [
        ("lat,lon\n56.41358,-5.47071", 10, LocatedBy.DEGREES),
        ("lat,lon,accuracy_m,located_by\n56.41358,-5.47071,900,postcode", 900, LocatedBy.POSTCODE),
        ("grid_ref\nNM 8600 3000", 10, LocatedBy.GRID_REF),
        ("grid_ref\nnm860300", 100, LocatedBy.GRID_REF),
        ("easting,northing\n186003,730001", 10, LocatedBy.EASTING_NORTHING),
        ("postcode\npa344ab", 557, LocatedBy.POSTCODE),
        ("uprn\n125000001", 10, LocatedBy.UPRN),
        ("postcode,uprn,lat,lon\nPA34 4AB,125000001,56.41,-5.47", 10, LocatedBy.UPRN),
        ("postcode,grid_ref\nPA34 4AB,NM 860 300", 100, LocatedBy.GRID_REF),
    ],
)
def test_any_reference_locates_a_home(
    tmp_path: Path, gazetteer: Gazetteer, text: str, accuracy_m: int, by: LocatedBy
) -> None:
    """Each kind gives the same spot in Oban, within its accuracy; of several the most precise is taken."""
    table = located(tmp_path, text, gazetteer)
    cells = table.rows[0].cells
    assert table.faults == []
    assert (cells["accuracy_m"], cells["located_by"]) == (accuracy_m, by)
    assert (cells["lat"], cells["lon"]) == (pytest.approx(OBAN[0], abs=0.001), pytest.approx(OBAN[1], abs=0.0015))
    assert not {"postcode", "uprn", "grid_ref", "easting", "northing"} & cells.keys()


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("lat,lon\n,", "lat", "nothing tells where the home is"),
        ("lat,lon\n56.4,", "lon", "the cell is empty"),
        ("easting,northing\n,730000", "easting", "the cell is empty"),
        ("postcode\nPA34 4ZZ", "postcode", "the postcode is not among the places loaded"),
        ("postcode\nPA34 4AF", "postcode", "nobody knows where the postcode is"),
        ("uprn\n7", "uprn", "the UPRN is not among the places loaded"),
        ("grid_ref\nOban", "grid_ref", "the cell is not an OS grid reference"),
        ("postcode\nOban", "postcode", "the cell is not a postcode"),
    ],
)
def test_a_home_that_cannot_be_located_is_one_fault(
    tmp_path: Path, gazetteer: Gazetteer, text: str, column: str, message: str
) -> None:
    """The fault names the row and column, not the value, and the row has no position."""
    table = located(tmp_path, text, gazetteer)
    [(row, where, words)] = said(table.faults)
    assert (row, where) == (2, column)
    assert message in words
    assert "lat" not in table.rows[0].cells


@pytest.mark.parametrize(
    ("heading", "column", "message"),
    [("lat", "lon", "the column is missing"), ("accuracy_m", "lat", "no column tells where homes are")],
)
def test_a_file_without_references_is_one_fault(tmp_path: Path, heading: str, column: str, message: str) -> None:
    """A heading that locates nobody is told once, not for every row."""
    table = located(tmp_path, f"{heading}\n1\n1\n1", None)
    assert said(table.faults) == [(1, column, message)]


def test_without_places_one_fault_says_what_to_load(tmp_path: Path) -> None:
    """A thousand postcodes and no gazetteer are one fault; with a pin as well they are one doubt."""
    only = located(tmp_path, "postcode\nPA34 4AB\nPA34 4AD", None)
    assert said(only.faults) == [
        (2, "postcode", "2 home(s) have nothing but a postcode or a UPRN, and no places are loaded")
    ]
    assert "rota places load" in only.faults[0].action
    both = located(tmp_path, "postcode,lat,lon\nPA34 4AB,56.41358,-5.47071", None)
    assert both.faults == []
    assert len(both.doubts) == 1


def test_contradictions_are_told_by_how_far_apart_they_are(tmp_path: Path, gazetteer: Gazetteer) -> None:
    """A pin 2 km from the UPRN is a doubt and 40 km a fault; a postcode explains its own inaccuracy."""
    near = located(tmp_path, "uprn,lat,lon\n125000001,56.4316,-5.4707", gazetteer)
    assert near.faults == []
    assert said(near.doubts) == [(2, "lat", "it is 2.0 km further from uprn than both are inaccurate")]
    far = located(tmp_path, "uprn,grid_ref\n125000001,NR 860 900", gazetteer)
    assert [fault.column for fault in far.faults] == ["grid_ref"]
    fine = located(tmp_path, "postcode,lat,lon\nPA34 4AB,56.4170,-5.4707", gazetteer)
    assert fine.doubts == []


def test_what_is_unknown_beside_a_pin_is_only_a_doubt(tmp_path: Path, gazetteer: Gazetteer) -> None:
    """A new postcode or an ended one stops nothing where the home is located anyway."""
    table = located(tmp_path, "postcode,lat,lon\nPA34 4ZZ,56.41358,-5.47071\nPA34 4AE,56.41358,-5.47071", gazetteer)
    assert table.faults == []
    assert [(doubt.row, doubt.column) for doubt in table.doubts] == [(2, "postcode"), (3, "postcode")]
    assert table.doubts[1].message == "the postcode is no longer in use"


def test_a_data_set_is_read_by_postcode_and_written_by_position(tmp_path: Path, gazetteer: Gazetteer) -> None:
    """A folder whose clients have postcodes only is read whole; without places it is refused with one fault a file."""
    folder = write_good(tmp_path / "set")
    lines = ["client_id,postcode,locality,sds_option,choice_locked,door_minutes"]
    lines += [f'{row.client_id},PA34 4AB,"{row.locality}",3,no,2' for row in GOOD.clients]
    (folder / "clients.csv").write_text("\n".join(lines), encoding="utf-8")
    dataset = read_dataset(folder, gazetteer=gazetteer)
    assert {(row.lat, row.lon, row.accuracy_m) for row in dataset.clients} == {(56.413582, -5.470707, 557)}
    with pytest.raises(ImportRejected) as refused:
        read_dataset(folder)
    assert [fault.file for fault in refused.value.faults] == ["clients.csv"]
    assert "rota places load" in refused.value.faults[0].action

"""Reading one file: encodings, headings, broken rows and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.datafiles import rows
from app.datafiles.files import FILES
from app.datafiles.rows import Table, read_table
from app.dataset import PortKind

if TYPE_CHECKING:
    from pathlib import Path

PORTS = next(file for file in FILES if file.field == "ports")
PROVIDERS = next(file for file in FILES if file.field == "providers")
HEADING = "port_id,name,lat,lon,landmass\n"
OBAN = "oban,Oban,56.41,-5.47,mainland\n"


def read(folder: Path, content: str | bytes) -> Table:
    """Read a ports.csv with this content."""
    path = folder / "ports.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, PORTS)


def said(table: Table) -> list[tuple[int | None, str | None, str]]:
    """Give row, column and message of the faults."""
    return [(fault.row, fault.column, fault.message) for fault in table.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_three_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with and without its mark and Windows-1252 give the same names."""
    table = read(tmp_path, (HEADING + "a,Port Èibhinn,56.41,-5.47,Lìosa\n").encode(encoding))
    assert said(table) == []
    assert table.rows[0].cells["name"] == "Port Èibhinn"


@pytest.mark.parametrize(
    ("content", "row", "message"),
    [
        ((HEADING + OBAN).encode("utf-16"), None, "the file is in UTF-16"),
        ((HEADING + OBAN).encode() + b"a,b\0,1,1,x\n", 3, "the file holds a NUL byte"),
        (HEADING.encode() + b"a,\x81\xe9,1,1,x\n", 2, "the text is neither UTF-8 nor Windows-1252"),
        (b"", None, "the file is empty"),
        (b"\n" + OBAN.encode(), None, "the file is empty"),
        ((HEADING + OBAN).replace(",", ";").encode(), 1, "the columns are not separated by commas"),
        (
            (HEADING + OBAN + 'b,"Bun,56.4,-5.4,mainland\n').encode(),
            3,
            "the row is not well-formed CSV, and the file was not read further",
        ),
    ],
    ids=["utf-16", "nul", "undecodable", "empty", "blank-heading", "semicolons", "open-quote"],
)
def test_unreadable_files_are_one_fault(tmp_path: Path, content: bytes, row: int | None, message: str) -> None:
    """A file that cannot be read says why, and counts as incomplete."""
    table = read(tmp_path, content)
    assert said(table) == [(row, None, message)]
    assert not table.complete


def test_columns_may_stand_in_any_order_and_lines_end_in_any_way(tmp_path: Path) -> None:
    """Headings decide which cell is which; blank rows are skipped but counted, and empty ends may be left off."""
    table = read(tmp_path, 'LON , name,lat,landmass,port_id\r\n,,,,\r\n\r\n-5.47,"Oban, North",56.41,mainland,oban\r\n')
    assert said(table) == []
    assert [(row.number, row.cells["name"], row.cells["lon"]) for row in table.rows] == [(4, "Oban, North", -5.47)]


def test_headings_are_compared_with_the_table(tmp_path: Path) -> None:
    """Missing, repeated and unknown columns are all reported, the unknown one without repeating its text."""
    table = read(tmp_path, "port_id,name,name,lat,diagnosis,landmass\noban,Oban,Oban,56.41,x,mainland\n")
    assert said(table)[:2] == [(1, "name", "the column is there twice"), (1, "lon", "the column is missing")]
    assert said(table)[2][2].startswith("column number 5 is not one of port_id, name,")
    assert not any("diagnosis" in str(fault) for fault in table.faults)


def test_every_bad_cell_is_reported_at_its_place(tmp_path: Path) -> None:
    """Several faults in one row are several faults, and the good cells are kept."""
    table = read(tmp_path, HEADING + OBAN + "b d,,north,-5.4,mainland,extra\n")
    assert [(row, column) for row, column, _ in said(table)] == [
        (3, None),
        (3, "port_id"),
        (3, "name"),
        (3, "lat"),
    ]
    assert table.faults[2].message == "the cell is empty"
    assert table.rows[1].cells == {"lon": -5.4, "landmass": "mainland", "kind": PortKind.PIER}


def test_messages_never_repeat_a_cell(tmp_path: Path) -> None:
    """With shifted columns a name or position may stand anywhere, so no message shows what it read."""
    table = read(tmp_path, HEADING + "Mary Canary,56.12345,Mary Canary,56.12345 N,mainland\n")
    assert len(table.faults) == 3
    assert not any("Canary" in str(fault) or "12345" in str(fault) for fault in table.faults)


def test_long_cells_are_refused(tmp_path: Path) -> None:
    """A cell of more than 2,000 characters is a fault, whatever its kind."""
    table = read(tmp_path, HEADING + "a," + "x" * 2_001 + ",56.41,-5.47,mainland\n")
    assert said(table) == [(2, "name", "the cell is longer than 2000 characters")]


def test_limits_stop_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many rows, bytes or faults end the reading with a fault that says so."""
    monkeypatch.setattr(rows, "MAX_ROWS", 2)
    assert said(read(tmp_path, HEADING + OBAN * 2)) == []
    assert said(read(tmp_path, HEADING + OBAN * 3)) == [(4, None, "there are more than 2 rows")]
    monkeypatch.setattr(rows, "MAX_FAULTS", 1)
    assert said(read(tmp_path, HEADING + "a,b,x,-5.47,m\n" + OBAN))[1] == (3, None, "there are too many faults to list")
    monkeypatch.setattr(rows, "MAX_FILE_BYTES", 2**20)
    assert said(read(tmp_path, HEADING + OBAN * 40_000)) == [(None, None, "the file is larger than 1 MB")]


def test_an_absent_file_is_a_fault_only_when_required(tmp_path: Path) -> None:
    """An optional file that is not there is a table without rows."""
    assert said(read_table(tmp_path / "ports.csv", PORTS)) == []
    assert said(read_table(tmp_path / "providers.csv", PROVIDERS)) == [(None, None, "the file is missing")]

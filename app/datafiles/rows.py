"""From the bytes of a CSV file to rows of parsed cells, within limits, noting every fault on the way."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.datafiles.cells import MAX_CELL_CHARS, NotOfThisKind
from app.errors import RowFault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.datafiles.files import Column, DataFile

MAX_FILE_BYTES = 50 * 2**20
MAX_ROWS = 500_000
MAX_FAULTS = 1_000
"""Faults noted per file before reading of that file stops: nobody corrects more in one go."""

_SAVE_AS_UTF8 = "Save the file as CSV in UTF-8."
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as parsed. `number` is the row of the spreadsheet; a cell that could not be read is absent."""

    number: int
    cells: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Table:
    """What could be read of one file, what is wrong with it (`faults`) and what may be (`doubts`).

    `complete` is False when rows are missing, so that ids which are not here may still exist.
    """

    file: DataFile
    rows: list[Row] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    doubts: list[RowFault] = field(default_factory=list)
    heading: frozenset[str] = frozenset()
    complete: bool = True

    def note(self, message: str, action: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note one fault."""
        self.faults.append(
            RowFault(file=self.file.name, row=row, column=column, message=message, action=action),
        )

    def doubt(self, message: str, action: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note what may be wrong but stops nothing."""
        self.doubts.append(RowFault(file=self.file.name, row=row, column=column, message=message, action=action))

    def stop(self, message: str, action: str, *, row: int | None = None) -> None:
        """Note a fault after which no further row is read."""
        self.note(message, action, row=row)
        self.complete = False

    def column(self, name: str) -> Iterator[tuple[int, Any]]:
        """Give the row number and value of every cell of a column that could be read."""
        return ((row.number, row.cells[name]) for row in self.rows if name in row.cells)


def read_table(path: Path, file: DataFile) -> Table:
    """Read one file. An absent optional file is an empty table."""
    table = Table(file=file)
    if not path.is_file():
        if file.required:
            table.stop("the file is missing", "Add the file, with a heading row even when it has no rows.")
        return table
    if path.stat().st_size > MAX_FILE_BYTES:
        table.stop(f"the file is larger than {MAX_FILE_BYTES // 2**20} MB", "Give one day of one area.")
        return table
    return parse_table(path.read_bytes(), file)


def parse_table(content: bytes, file: DataFile) -> Table:
    """Read the bytes of one file."""
    table = Table(file=file)
    text = _decode(content, table)
    if text is not None:
        _read_records(csv.reader(io.StringIO(text, newline=""), strict=True), table)
    return table


def _decode(content: bytes, table: Table) -> str | None:
    """Decode UTF-8, with or without its mark, or else Windows-1252."""
    if content.startswith(_UTF16_MARKS):
        table.stop("the file is in UTF-16", _SAVE_AS_UTF8)
        return None
    if b"\0" in content:
        row = content[: content.index(b"\0")].count(b"\n") + 1
        table.stop("the file holds a NUL byte", _SAVE_AS_UTF8, row=row)
        return None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            row = content[: error.start].count(b"\n") + 1
    table.stop("the text is neither UTF-8 nor Windows-1252", _SAVE_AS_UTF8, row=row)
    return None


def _read_records(records: Iterator[list[str]], table: Table) -> None:
    """Read heading and rows until the end, a broken record or a limit."""
    number = 0
    try:
        heading = [cell.strip().lower() for cell in next(records, [])]
        number = 1
        if not _heading_fits(heading, table):
            return
        for number, record in enumerate(records, start=2):
            if number > MAX_ROWS + 1:
                table.stop(f"there are more than {MAX_ROWS} rows", "Give one day of one area.", row=number)
                return
            if len(table.faults) >= MAX_FAULTS:
                table.stop("there are too many faults to list", "Correct these first.", row=number)
                return
            if any(cell.strip() for cell in record):
                _read_row(heading, record, number, table)
    except csv.Error:
        table.stop(
            "the row is not well-formed CSV, and the file was not read further",
            'Close every quotation mark, and write " inside a quoted cell twice.',
            row=number + 1,
        )


def _heading_fits(heading: list[str], table: Table) -> bool:
    """Note what is wrong with the heading; tell whether the rows can be read."""
    if not any(heading):
        table.stop("the file is empty", "Write the column names in the first row.")
        return False
    if len(heading) == 1 and any(mark in heading[0] for mark in ";\t"):
        table.stop("the columns are not separated by commas", "Save the file as CSV with commas.", row=1)
        return False
    columns = (*table.file.columns, *table.file.references)
    known = [column.name for column in columns]
    required = {column.name for column in columns if column.required}
    table.heading = frozenset(heading)
    for name in known:
        if heading.count(name) == 0 and name in required:
            table.note("the column is missing", "Add the column.", row=1, column=name)
            table.complete = False
        if heading.count(name) > 1:
            table.note("the column is there twice", "Keep one of them.", row=1, column=name)
    for place, name in enumerate(heading, start=1):
        if name not in known:
            table.note(
                f"column number {place} is not one of {', '.join(known)}",
                "Correct its name, or remove it: only what is needed may be handed over.",
                row=1,
            )
    return True


def _read_row(heading: list[str], record: list[str], number: int, table: Table) -> None:
    """Parse the cells of one row; cells missing at its end are empty."""
    if any(cell.strip() for cell in record[len(heading) :]):
        table.note("the row has more cells than the heading", "Quote cells that hold a comma.", row=number)
    texts = dict(zip(heading, record + [""] * (len(heading) - len(record)), strict=False))
    row = Row(number=number, cells={})
    for column in (*table.file.columns, *table.file.references):
        if column.name in texts or not column.required:
            _read_cell(column, texts.get(column.name, "").strip(), row, table)
    table.rows.append(row)


def _read_cell(column: Column, text: str, row: Row, table: Table) -> None:
    """Parse one cell, or note why not."""
    if len(text) > MAX_CELL_CHARS:
        message, action = f"the cell is longer than {MAX_CELL_CHARS} characters", "Shorten it."
    else:
        try:
            row.cells[column.name] = column.kind.parse(text or column.blank or "")
        except NotOfThisKind:
            message = "the cell is not " + column.kind.expects if text else "the cell is empty"
            action = f"Write {column.kind.expects}."
        else:
            return
    table.note(message, action, row=row.number, column=column.name)

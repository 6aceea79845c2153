"""Read a data set from whatever it was handed over as: a folder of CSV files, or a workbook; their columns or ours.

A workbook, and any source with a mapping, is first written as the CSV files that `read_dataset` reads, each row in its
place, in a folder that is gone afterwards. What `read_dataset` says of those is then told of the source.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.datafiles.files import FILES
from app.datafiles.mapping import FileMapping, apply_mapping, their_sheet
from app.datafiles.rows import MAX_FILE_BYTES
from app.datafiles.sheet_scan import column_letters, column_number
from app.datafiles.workbook import Sheet, read_workbook
from app.datafiles.workbook_guard import MAX_WORKBOOK_BYTES, WorkbookRefused
from app.datafiles.workbook_names import AREA_SHEET, GUIDE_SHEET, sheet_name
from app.errors import ImportRejected, RowFault
from app.services.read_dataset import AREA_FILE, read_dataset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.datafiles.files import DataFile
    from app.datafiles.mapping import Rows, SheetMapping
    from app.dataset import Dataset

_CLOSE = 0.8
"""Likeness from which the name of a sheet is taken for a misspelt one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What was handed over: sheets by their names, and how one of them is called in a fault."""

    name: str
    sheets: Mapping[str, Sheet]
    is_workbook: bool

    def label(self, sheet: str) -> str:
        """Call a sheet as its sender knows it."""
        return f"{self.name}, sheet {sheet}" if self.is_workbook else f"{sheet}.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Where a CSV file came from: its sheet as people call it, and each column of ours as it is called there."""

    label: str
    columns: Mapping[str, str] = field(default_factory=dict)


def read_source(
    path: Path,
    *,
    mapping: SheetMapping | None = None,
    doubts: list[RowFault] | None = None,
    **options: Any,  # noqa: ANN401 - passed on
) -> Dataset:
    """Read a folder or a workbook; other options are those of `read_dataset`. Raises ImportRejected."""
    if mapping is None and not path.is_file():
        return read_dataset(path, doubts=doubts, **options)
    return dataset_of(open_source(path), mapping=mapping, doubts=doubts, **options)


def open_source(path: Path) -> Source:
    """Open a workbook, or a folder of CSV files as if it were one. Raises ImportRejected."""
    if path.is_file():
        if path.stat().st_size > MAX_WORKBOOK_BYTES:
            raise ImportRejected([_refused(path.name, WorkbookRefused("the workbook is too large"))])
        return open_workbook(path.read_bytes(), path.name)
    if not path.is_dir():
        raise ImportRejected([_refused(path.name, WorkbookRefused("there is no such file or folder", "Name another."))])
    files = sorted(path.glob("*.csv"))
    sheets = {file.stem: Sheet(rows=_csv_rows(file)) for file in files}
    if not sheets:
        raise ImportRejected([_refused(path.name, WorkbookRefused("the folder has no CSV files", "Name another."))])
    if (path / AREA_FILE).is_file():
        sheets[AREA_SHEET] = Sheet(rows=[[AREA_FILE], [(path / AREA_FILE).read_text(encoding="utf-8-sig")]])
    return Source(name=path.name, sheets=sheets, is_workbook=False)


def refuse_other_files(content: bytes, name: str) -> None:
    """Refuse at once what does not even begin like a workbook. Raises ImportRejected."""
    if not content.startswith(b"PK"):
        raise ImportRejected([_refused(name, WorkbookRefused("the file is no Excel workbook"))])


def open_workbook(content: bytes, name: str) -> Source:
    """Open a workbook that goes by a name. Raises ImportRejected."""
    try:
        return Source(name=name, sheets=read_workbook(content), is_workbook=True)
    except WorkbookRefused as error:
        raise ImportRejected([_refused(name, error)]) from error


def dataset_of(
    source: Source,
    *,
    mapping: SheetMapping | None = None,
    doubts: list[RowFault] | None = None,
    **options: Any,  # noqa: ANN401 - passed on
) -> Dataset:
    """Read the data set that a source holds. Raises ImportRejected with every fault by sheet, row and column."""
    faults, warnings = _oddities(source, mapping)
    faults += _misspelt(source, mapping)
    with TemporaryDirectory(prefix="rota-import-") as folder:
        origins = _write_folder(Path(folder), source, mapping)
        found: list[RowFault] = []
        try:
            dataset = read_dataset(Path(folder), doubts=found, **options)
        except ImportRejected as error:
            raise ImportRejected(faults + [_told(fault, origins) for fault in error.faults]) from error
    if faults:
        raise ImportRejected(faults)
    if doubts is not None:
        doubts += warnings + [_told(fault, origins) for fault in found]
    return dataset


def _csv_rows(file: Path) -> Rows:
    """Read a CSV file that shall be mapped. Raises ImportRejected."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise ImportRejected([_refused(file.name, WorkbookRefused("the file is too large", "Give one day."))])
        text = file.read_text(encoding="utf-8-sig")
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), strict=True)]
    except (UnicodeDecodeError, csv.Error) as error:
        refused = WorkbookRefused("the file is not CSV in UTF-8", "Save it as CSV in UTF-8.")
        raise ImportRejected([_refused(file.name, refused)]) from error


def _write_folder(folder: Path, source: Source, mapping: SheetMapping | None) -> dict[str, _Origin]:
    """Write the sheets as the CSV files of a data set; give the origin of each."""
    known = {title.strip().casefold(): title for title in source.sheets}
    origins = {AREA_FILE: _Origin(label=source.label(AREA_SHEET))}
    for file in FILES:
        title = known.get(their_sheet(mapping, file).strip().casefold())
        origins[file.name] = _Origin(label=source.label(title or their_sheet(mapping, file)))
        if title is None:
            continue
        rows, headings = _ours(source.sheets[title].rows, file, mapping)
        origins[file.name] = _Origin(
            label=source.label(title),
            columns=_as_called(source.sheets[title].rows, headings, lettered=source.is_workbook),
        )
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    area = source.sheets[known[AREA_SHEET]].rows if AREA_SHEET in known else []
    # Always written: a folder without any file would be said to be empty, rather than each sheet to be missing.
    (folder / AREA_FILE).write_text(_area_json(area), encoding="utf-8")
    return origins


def _ours(rows: Rows, file: DataFile, mapping: SheetMapping | None) -> tuple[Rows, dict[str, str]]:
    """Turn the rows of a sheet into ours; give their heading of each of our columns."""
    if mapping is None:
        return rows, {cell.strip().lower(): cell for cell in rows[0]} if rows else {}
    return apply_mapping(mapping.sheets.get(sheet_name(file), FileMapping()), file, rows)


def _as_called(rows: Rows, headings: Mapping[str, str], *, lettered: bool) -> dict[str, str]:
    """Call each column of ours by its heading in the sheet, with its letter where there are letters."""
    called = {}
    for name, heading in headings.items():
        letter = f" ({column_letters(rows[0].index(heading) + 1)})" if lettered else ""
        called[name] = f"{heading.strip()}{letter}"
    return called


def _area_json(rows: Rows) -> str:
    if rows[:1] == [[AREA_FILE]]:
        return rows[1][0]
    said = dict(zip(rows[0], rows[1], strict=False)) if len(rows) > 1 else {}
    return json.dumps({key.strip().lower(): text for key, text in said.items()})


def _told(fault: RowFault, origins: Mapping[str, _Origin]) -> RowFault:
    """Tell a fault of a CSV file as one of the sheet it came from."""
    origin = origins.get(fault.file, _Origin(label=fault.file))
    action = fault.action
    if fault.file == AREA_FILE:
        action = f"Write name and day into row 2 of the sheet {AREA_SHEET}, under the headings name and day."
    return replace(
        fault,
        file=origin.label,
        column=fault.column and origin.columns.get(fault.column, fault.column),
        message=_in_sheets(fault.message, origins),
        action=_in_sheets(action, origins),
    )


def _in_sheets(text: str, origins: Mapping[str, _Origin]) -> str:
    """Say the sheet where a sentence names a file of ours."""
    for name, origin in origins.items():
        text = text.replace(name, origin.label.rpartition(", ")[2])
    return text.replace("the file is missing", "the sheet is missing").replace("Add the file,", "Add the sheet,")


def _oddities(source: Source, mapping: SheetMapping | None) -> tuple[list[RowFault], list[RowFault]]:
    """Give the faults and the doubts that the text of the cells does not show, of the sheets that are read."""
    faults: list[RowFault] = []
    warnings: list[RowFault] = []
    read = {their_sheet(mapping, file).casefold() for file in FILES} | {AREA_SHEET}
    for title, sheet in source.sheets.items():
        for oddity in sheet.oddities if title.strip().casefold() in read else ():
            heading = sheet.rows[0] if sheet.rows else []
            place = column_number(oddity.column) if oddity.column else 0
            named = f"{heading[place - 1]} ({oddity.column})" if 0 < place <= len(heading) else oddity.column
            (faults if oddity.refused else warnings).append(
                RowFault(
                    file=source.label(title),
                    row=oddity.row,
                    column=named,
                    message=oddity.message,
                    action=oddity.action,
                )
            )
    return faults, warnings


def _misspelt(source: Source, mapping: SheetMapping | None) -> list[RowFault]:
    """Find sheets whose name is almost that of one which is not there."""
    known = {their_sheet(mapping, file).casefold() for file in FILES} | {AREA_SHEET, GUIDE_SHEET}
    absent = known - {title.strip().casefold() for title in source.sheets}
    faults = []
    for title in source.sheets:
        meant = get_close_matches(title.strip().casefold(), absent, n=1, cutoff=_CLOSE)
        if meant and title.strip().casefold() not in known:
            faults.append(
                RowFault(
                    file=source.label(title),
                    row=None,
                    column=None,
                    message=f"the sheet is not read: was {meant[0]} meant?",
                    action="Rename the sheet, or remove it.",
                )
            )
    return faults


def _refused(name: str, error: WorkbookRefused) -> RowFault:
    return RowFault(file=name, row=None, column=None, message=str(error), action=error.action)

"""Read a data set from whatever it was handed over as: a folder of CSV files, or a workbook; theirs or our columns.

A workbook, and any source with a mapping, is first written as the CSV files that `read_dataset` reads, row by row in
the same places, in a folder that is gone afterwards. What `read_dataset` says of those is told of the source.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from app.datafiles.files import FILES
from app.datafiles.sheet_scan import column_letters, column_number
from app.datafiles.workbook import read_workbook
from app.datafiles.workbook_guard import MAX_WORKBOOK_BYTES, WorkbookRefused
from app.datafiles.workbook_names import AREA_SHEET, GUIDE_SHEET, sheet_name
from app.errors import ImportRejected, RowFault
from app.services.read_dataset import AREA_FILE, read_dataset

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.datafiles.workbook import Sheet
    from app.dataset import Dataset

_CLOSE = 0.8
"""Likeness from which the name of a sheet is taken for a misspelt one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Where a CSV file came from: its sheet as people call it, and the place of each column of ours in it."""

    label: str
    places: Mapping[str, str]


def read_source(source: Path, *, doubts: list[RowFault] | None = None, **options: Any) -> Dataset:  # noqa: ANN401 - passed on
    """Read a folder or a workbook; the other options are those of `read_dataset`. Raises ImportRejected."""
    if source.is_dir() or not source.exists():
        return read_dataset(source, doubts=doubts, **options)
    if source.stat().st_size > MAX_WORKBOOK_BYTES:
        raise ImportRejected([_refused(source.name, _too_large())])
    return read_workbook_dataset(source.read_bytes(), source.name, doubts=doubts, **options)


def read_workbook_dataset(
    content: bytes,
    name: str,
    *,
    doubts: list[RowFault] | None = None,
    **options: Any,  # noqa: ANN401 - passed on
) -> Dataset:
    """Read a workbook that goes by a name. Raises ImportRejected with every fault by sheet, row and column."""
    try:
        sheets = read_workbook(content)
    except WorkbookRefused as error:
        raise ImportRejected([_refused(name, error)]) from error
    faults, warnings = _oddities(name, sheets)
    faults += _misspelt(name, sheets)
    known = {sheet.strip().casefold(): sheet for sheet in sheets}
    with TemporaryDirectory(prefix="rota-import-") as folder:
        origins = _write_folder(Path(folder), name, {key: sheets[sheet].rows for key, sheet in known.items()})
        found: list[RowFault] = []
        try:
            dataset = read_dataset(Path(folder), doubts=found, **options)
        except ImportRejected as error:
            raise ImportRejected(faults + [_told(fault, origins, name) for fault in error.faults]) from error
    if faults:
        raise ImportRejected(faults)
    if doubts is not None:
        doubts += warnings + [_told(fault, origins, name) for fault in found]
    return dataset


def _write_folder(folder: Path, name: str, sheets: Mapping[str, list[list[str]]]) -> dict[str, _Origin]:
    """Write the sheets as CSV files; give the origin of each."""
    origins = {}
    for file in FILES:
        rows = sheets.get(sheet_name(file).casefold())
        origins[file.name] = _Origin(label=f"{name}, sheet {sheet_name(file)}", places=_places(rows[0] if rows else []))
        if rows is not None:
            with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows(rows)
    origins[AREA_FILE] = _Origin(label=f"{name}, sheet {AREA_SHEET}", places={})
    area = sheets.get(AREA_SHEET, [])
    # Without any file at all the folder would be said to be empty, rather than each sheet to be missing.
    said = dict(zip(area[0], area[1], strict=False)) if len(area) > 1 else {}
    (folder / AREA_FILE).write_text(json.dumps({key.lower(): text for key, text in said.items()}), encoding="utf-8")
    return origins


def _places(heading: Iterable[str]) -> dict[str, str]:
    return {text.strip().lower(): column_letters(place) for place, text in enumerate(heading, start=1)}


def _told(fault: RowFault, origins: Mapping[str, _Origin], name: str) -> RowFault:
    """Tell a fault of a CSV file as one of the sheet it came from."""
    origin = origins.get(fault.file)
    column = fault.column
    if origin is not None and column is not None and column in origin.places:
        column = f"{column} ({origin.places[column]})"
    action = fault.action
    if fault.file == AREA_FILE:
        action = f"Write name and day into row 2 of the sheet {AREA_SHEET}, under the headings name and day."
    return replace(
        fault,
        file=origin.label if origin else name,
        column=column,
        message=_in_sheets(fault.message),
        action=_in_sheets(action),
    )


def _in_sheets(text: str) -> str:
    """Say the sheet where a sentence names the file."""
    for file in FILES:
        text = text.replace(file.name, f"the sheet {sheet_name(file)}")
    return text.replace("the file is missing", "the sheet is missing").replace("Add the file,", "Add the sheet,")


def _oddities(name: str, sheets: Mapping[str, Sheet]) -> tuple[list[RowFault], list[RowFault]]:
    """Give the faults and the doubts that the text of the cells does not show, of the sheets that are read."""
    faults: list[RowFault] = []
    warnings: list[RowFault] = []
    ours = {sheet_name(file).casefold() for file in FILES} | {AREA_SHEET}
    for title, sheet in sheets.items():
        for oddity in sheet.oddities if title.strip().casefold() in ours else ():
            heading = sheet.rows[0] if sheet.rows else []
            place = column_number(oddity.column) if oddity.column else 0
            named = f"{heading[place - 1]} ({oddity.column})" if 0 < place <= len(heading) else oddity.column
            (faults if oddity.refused else warnings).append(
                RowFault(
                    file=f"{name}, sheet {title}",
                    row=oddity.row,
                    column=named,
                    message=oddity.message,
                    action=oddity.action,
                )
            )
    return faults, warnings


def _misspelt(name: str, sheets: Mapping[str, Sheet]) -> list[RowFault]:
    """Find sheets whose name is almost that of one which is not there."""
    ours = {sheet_name(file) for file in FILES} | {AREA_SHEET, GUIDE_SHEET}
    absent = ours - {title.strip().casefold() for title in sheets}
    faults = []
    for title in sheets:
        meant = get_close_matches(title.strip().casefold(), absent, n=1, cutoff=_CLOSE)
        if meant and title.strip().casefold() not in ours:
            faults.append(
                RowFault(
                    file=f"{name}, sheet {title}",
                    row=None,
                    column=None,
                    message=f"the sheet is not read: was {meant[0]} meant?",
                    action="Rename the sheet, or remove it.",
                )
            )
    return faults


def _too_large() -> WorkbookRefused:
    return WorkbookRefused(f"the workbook is larger than {MAX_WORKBOOK_BYTES // 2**20} MB", "Give one day of one area.")


def _refused(name: str, error: WorkbookRefused) -> RowFault:
    return RowFault(file=name, row=None, column=None, message=str(error), action=error.action)

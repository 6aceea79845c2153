"""Read a data set from a folder of CSV files, or say everything that is wrong with it at once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from app.datafiles.cells import ID
from app.datafiles.files import DOOR_MINUTES, FILES
from app.datafiles.homes import locate_homes
from app.datafiles.rows import read_table
from app.datafiles.rules import DATASET_RULES, check_keys, check_rows
from app.datafiles.source_codes import SDS_FLAGS, work_out_options
from app.datafiles.week_rules import WEEK_RULES
from app.dataset import Dataset
from app.errors import ImportRejected, RowFault

if TYPE_CHECKING:
    from pathlib import Path

    from app.datafiles.files import DataFile
    from app.datafiles.rows import Table
    from geo.gazetteer import Gazetteer

AREA_FILE = "area.json"
_AREA_ACTION = f'Write {AREA_FILE} as {{"name": "oban-lorn", "day": "2026-11-17"}}, or give area and day.'


def read_dataset(
    folder: Path,
    *,
    area: str | None = None,
    day: date | None = None,
    gazetteer: Gazetteer | None = None,
    doubts: list[RowFault] | None = None,
    door_minutes: int = DOOR_MINUTES,
) -> Dataset:
    """Read the data set in a folder; `area` and `day` replace what its `area.json` says.

    Postcodes and UPRNs are looked up in `gazetteer`; `door_minutes` are those of clients that say none. `doubts`, if
    given, takes what may be wrong but stops nothing. Raises ImportRejected with every fault found, in the order of
    files and rows.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        raise ImportRejected([_empty_folder(folder)])
    faults: list[RowFault] = []
    name, planned = _read_area(folder / AREA_FILE, area, day, faults)
    faults.extend(_misspelt(folder))
    files = (_with_blank(file, "door_minutes", str(door_minutes)) for file in FILES)
    tables = {file.field: read_table(folder / file.name, file) for file in files}
    for table in tables.values():
        read_too = {column.name for column in table.file.references}
        if "grid_ref" in read_too:
            locate_homes(table, gazetteer)
        if SDS_FLAGS[0] in read_too:
            work_out_options(table)
    _check(tables, planned)
    for table in tables.values():
        faults.extend(sorted(table.faults, key=lambda fault: fault.row or 0))
    if faults or name is None or planned is None:
        raise ImportRejected(faults)
    if doubts is not None:
        doubts.extend(doubt for table in tables.values() for doubt in table.doubts)
    records = {field: tuple(table.file.record(**row.cells) for row in table.rows) for field, table in tables.items()}
    return Dataset(area=name, day=planned, **records)


def _with_blank(file: DataFile, name: str, blank: str) -> DataFile:
    """Let the empty cells of a column stand for something else."""
    columns = tuple(replace(column, blank=blank) if column.name == name else column for column in file.columns)
    return replace(file, columns=columns)


def _empty_folder(folder: Path) -> RowFault:
    names = ", ".join(file.name for file in FILES if file.required)
    return RowFault(
        file=folder.name,
        row=None,
        column=None,
        message="the folder is empty or is not there",
        action=f"Put {names} and {AREA_FILE} into it.",
    )


def _read_area(
    path: Path, area: str | None, day: date | None, faults: list[RowFault]
) -> tuple[str | None, date | None]:
    """Find the area's name and day, preferring those given."""
    known: dict[str, Any] = {"name": area, "day": None if day is None else day.isoformat()}
    if None in known.values() and path.is_file():
        try:
            found = json.loads(path.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            faults.append(_area_fault(None, "the file is not a JSON object"))
            return None, None
        known = {field: found.get(field) if value is None else value for field, value in known.items()}
    return _parsed("name", known, ID.parse, faults), _parsed("day", known, date.fromisoformat, faults)


def _parsed(field: str, known: dict[str, Any], parse: Any, faults: list[RowFault]) -> Any:  # noqa: ANN401 - JSON
    try:
        return parse(known[field])
    except (TypeError, ValueError):
        faults.append(_area_fault(field, "the value is missing or unreadable"))
        return None


def _area_fault(field: str | None, message: str) -> RowFault:
    return RowFault(file=AREA_FILE, row=None, column=field, message=message, action=_AREA_ACTION)


def _misspelt(folder: Path) -> list[RowFault]:
    """Find files whose name is almost that of a file which is not there."""
    names = {file.name for file in FILES}
    found = sorted(folder.glob("*.[cC][sS][vV]"))
    absent = names - {path.name for path in found}
    faults = []
    for path in found:
        meant = get_close_matches(path.name.lower(), absent, n=1, cutoff=0.8)
        if meant and path.name not in names:
            faults.append(
                RowFault(
                    file=path.name,
                    row=None,
                    column=None,
                    message=f"the file is not read: was {meant[0]} meant?",
                    action="Rename the file, or remove it.",
                )
            )
    return faults


def _check(tables: dict[str, Table], planned: date | None) -> None:
    """Apply every rule inside and between the files."""
    for table in tables.values():
        check_keys(table)
        check_rows(table)
    for rule in DATASET_RULES:
        rule(tables)
    if planned is not None:
        for week_rule in WEEK_RULES:
            week_rule(tables, planned)

"""Read a workbook as the text of its cells, as it would stand in CSV files, and say what is odd in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from python_calamine import CalamineError, load_workbook

from app.datafiles.sheet_scan import column_letters
from app.datafiles.workbook_guard import WorkbookRefused, open_safely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.datafiles.sheet_scan import SheetFacts

Value = str | bool | int | float | date | datetime | time | timedelta
"""What a cell holds, as Excel keeps it."""

_DAY_0, _DAY_0_OF_1904 = datetime(1899, 12, 31), datetime(1904, 1, 1)  # noqa: DTZ001 - Excel knows no time zones


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something about a sheet that its text does not show. `refused` says whether the sheet can be taken as it is."""

    row: int
    column: str | None
    message: str
    action: str
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its rows of texts, the first of them row 1, without the empty ones at the end."""

    rows: list[list[str]]
    oddities: Sequence[Oddity] = field(default=())


def read_workbook(content: bytes) -> dict[str, Sheet]:
    """Read every sheet of a workbook by its name. Raises WorkbookRefused."""
    safe = open_safely(content)
    day_0 = _DAY_0_OF_1904 if safe.from_1904 else _DAY_0
    sheets = {}
    try:
        with load_workbook(safe.packed) as book:
            for name in safe.sheets.keys() & set(book.sheet_names):
                rows = [
                    [cell_text(value, day_0) for value in row]
                    for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                ]
                sheets[name] = Sheet(rows=_trimmed(rows), oddities=tuple(_oddities(safe.sheets[name])))
    except CalamineError as error:
        raise WorkbookRefused("the workbook is damaged") from error
    return sheets


def cell_text(value: Value, day_0: datetime = _DAY_0) -> str:
    """Write a value as a cell of a CSV file holds it: `08:30`, `25:30` for past midnight, `2026-11-17`, `yes`, `12`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    if isinstance(value, str):
        return value.strip()
    return _moment_text(value, day_0)


def _moment_text(value: date | datetime | time | timedelta, day_0: datetime) -> str:
    """Write a time of the day, or a date. What Excel dates in its first days are times past midnight."""
    if isinstance(value, time):
        return _clock(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second + value.microsecond / 1e6))
    if isinstance(value, timedelta):
        return _clock(value)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - see above
    if timedelta(0) <= moment - day_0 < timedelta(days=2):
        return _clock(moment - day_0)
    if moment.time() == time(0):
        return moment.date().isoformat()
    return moment.isoformat(sep=" ", timespec="minutes")


def _clock(since_midnight: timedelta) -> str:
    """Write a time to the nearest second: Excel keeps fractions of a day."""
    minutes, seconds = divmod(round(since_midnight.total_seconds()), 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Leave out the empty rows at the end, and the empty columns on the right."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((place for row in rows for place, text in enumerate(row, start=1) if text), default=0)
    return [row[:width] for row in rows]


def _oddities(facts: SheetFacts) -> Iterator[Oddity]:
    for row, column in facts.errors:
        yield Oddity(
            row=row,
            column=column_letters(column),
            message="the cell shows an error",
            action="Correct its formula, or write the value.",
            refused=True,
        )
    for row, column in facts.not_computed:
        yield Oddity(
            row=row,
            column=column_letters(column),
            message="the formula of the cell was never computed",
            action="Open the workbook in Excel and save it, or write the value.",
            refused=True,
        )
    if facts.formulas:
        row, column = facts.formulas[0]
        yield Oddity(
            row=row,
            column=column_letters(column),
            message=f"{len(facts.formulas)} cell(s) hold formulas; the values they had when it was saved were taken",
            action="Paste them as values if they may be out of date.",
            refused=False,
        )
    if facts.hidden_rows:
        yield Oddity(
            row=min(facts.hidden_rows),
            column=None,
            message=f"{len(facts.hidden_rows)} hidden row(s) are read like all others",
            action="Delete rows that are not meant.",
            refused=False,
        )

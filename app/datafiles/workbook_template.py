"""A workbook to fill in: one sheet per file of a data set, with notes, lists of words and checks; made from FILES."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import xlsxwriter  # type: ignore[import-untyped]

from app.datafiles.files import FILES
from app.datafiles.sheet_scan import column_letters
from app.datafiles.workbook_names import AREA_COLUMNS, AREA_SHEET, GUIDE_SHEET, sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

    from app.datafiles.files import Column, DataFile
    from app.dataset import Dataset

ROWS_CHECKED = 5_000
"""Rows of a sheet in which lists and checks work; Excel slows down when they reach to the end."""

_DAY_S = 86_400
_EXAMPLES = {
    "id": "K12",
    "name": "Kilmore and Lerags",
    "text": "see the care plan",
    "time": "08:30",
    "date": "2026-11-17",
    "grid reference": "NM 860 300",
    "postcode": "PA34 4AB",
    "UPRN": "125012345",
    "degrees": "56.4153",
    "list": "medication;moving",
    "whole number": "30",
}
_WORDS_IN_LIST_CHARS = 255
_GUIDE = ("sheet", "column", "must be filled in", "what it holds", "an empty cell means", "for example")
_INTRODUCTION = (
    "One row per record, from row 2 on. Hover over a heading for its meaning. Columns with a dark heading are needed; "
    "leave the others out or empty if you do not know. Columns that are not listed here are refused: hand over only "
    "what is needed. Times after midnight are 24:00 and later. Read it back with: rota import FILE --dry-run"
)


def write_workbook(path: Path, dataset: Dataset | None = None) -> None:
    """Write the workbook, empty or with the rows of a data set. No text of it is ever run as a formula."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        look = _Look(book)
        _write_guide(book.add_worksheet(GUIDE_SHEET), look)
        _write_area(book.add_worksheet(AREA_SHEET), look, dataset)
        for file in FILES:
            sheet = book.add_worksheet(sheet_name(file))
            _write_heading(sheet, file, look)
            for place, column in enumerate(file.columns):
                _check_column(sheet, place, column)
            if dataset is not None:
                _write_rows(sheet, file, getattr(dataset, file.field), look)
            sheet.freeze_panes(1, 1)


class _Look:
    """The formats of the workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        dark = {"bold": True, "font_color": "white", "bg_color": "#1F4E5F", "border": 1}
        self.needed: Format = book.add_format(dark)
        self.optional: Format = book.add_format({"bold": True, "bg_color": "#DCE9EE", "border": 1})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        # Most cells are text, so that Excel leaves ids as they are typed.
        self.text: Format = book.add_format({"num_format": "@"})
        self._of_kind = {
            "whole number": book.add_format({"num_format": "0"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": book.add_format({"num_format": "[hh]:mm"}),
        }

    def of(self, column: Column) -> Format:
        """Give the format of the cells of a column."""
        return self._of_kind.get(column.kind.name, self.text)


def example_of(column: Column) -> str:
    """Give a value that the column takes."""
    kind = column.kind
    if kind.choices:
        return kind.choices[0]
    if kind.expects.startswith("days"):
        return "Mon;Tue;Wed"
    if kind.bounds and kind.name == "whole number":
        low, high = kind.bounds
        return str(min(max(int(_EXAMPLES[kind.name]), low), high))
    return _EXAMPLES.get(kind.name, "")


def _write_guide(sheet: Worksheet, look: _Look) -> None:
    sheet.merge_range(0, 0, 0, len(_GUIDE) - 1, _INTRODUCTION, look.wrapped)
    sheet.set_row(0, 64)
    sheet.write_row(1, 0, _GUIDE, look.needed)
    lines = [
        (
            sheet_name(file),
            column.name,
            "yes" if column.required and column.blank is None else "no",
            column.kind.expects,
            column.blank or "",
            example_of(column),
        )
        for file in FILES
        for column in _columns(file)
    ]
    for row, line in enumerate(lines, start=2):
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, look.wrapped)
    for place, width in enumerate((20, 20, 12, 60, 18, 22)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(2, 0)


def _write_area(sheet: Worksheet, look: _Look, dataset: Dataset | None) -> None:
    sheet.write_row(0, 0, AREA_COLUMNS, look.needed)
    sheet.write_comment(0, 0, "The area's name, an id. For example: oban-lorn")
    sheet.write_comment(0, 1, "The planned day as YYYY-MM-DD. For example: 2026-11-17")
    sheet.set_column(0, 1, 18, look.text)
    if dataset is not None:
        sheet.write_string(1, 0, dataset.area)
        sheet.write_string(1, 1, dataset.day.isoformat())


def _write_heading(sheet: Worksheet, file: DataFile, look: _Look) -> None:
    for place, column in enumerate(_columns(file)):
        sheet.write_string(0, place, column.name, look.needed if column.required else look.optional)
        sheet.write_comment(0, place, _note(column), {"x_scale": 2})
        sheet.set_column(place, place, max(12, len(column.name) + 3), look.of(column))


def _note(column: Column) -> str:
    lines = [f"Write {column.kind.expects}."]
    if column.refers_to is not None:
        lines.append(f"It must be in the sheet {sheet_name(_file_of(column.refers_to))}.")
    if column.blank:
        lines.append(f"An empty cell means {column.blank}.")
    if example := example_of(column):
        lines.append(f"For example: {example}")
    return "\n".join(lines)


def _check_column(sheet: Worksheet, place: int, column: Column) -> None:
    """Let Excel offer the words of a column, or the ids it may refer to, and refuse what the import would refuse."""
    rule = _rule(column)
    if rule is not None:
        message = {"error_title": column.name[:32], "error_message": f"Write {column.kind.expects}."[:255]}
        sheet.data_validation(1, place, ROWS_CHECKED, place, {**rule, **message})


def _rule(column: Column) -> dict[str, Any] | None:
    kind = column.kind
    if kind.choices and len(",".join(kind.choices)) <= _WORDS_IN_LIST_CHARS:
        return {"validate": "list", "source": list(kind.choices)}
    if column.refers_to is not None:
        return {"validate": "list", "source": _ids_of(_file_of(column.refers_to)), "error_type": "warning"}
    if kind.name == "whole number" and kind.bounds:
        low, high = kind.bounds
        return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
    if kind.name == "time":
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1.25}
    if kind.name == "date":
        return {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
    return None


def _ids_of(file: DataFile) -> str:
    letter = column_letters(1 + [column.name for column in file.columns].index(file.key[0]))
    return f"='{sheet_name(file)}'!${letter}$2:${letter}${ROWS_CHECKED + 1}"


def _write_rows(sheet: Worksheet, file: DataFile, records: Iterable[object], look: _Look) -> None:
    """Write records; only numbers, dates and times become numbers, everything else is text."""
    for row, record in enumerate(records, start=1):
        for place, column in enumerate(file.columns):
            value = getattr(record, column.name)
            if value is None:
                continue
            if column.kind.name in {"whole number", "time"}:
                number = value / _DAY_S if column.kind.name == "time" else value
                sheet.write_number(row, place, number, look.of(column))
            elif column.kind.name == "date":
                sheet.write_datetime(row, place, value, look.of(column))
            else:
                sheet.write_string(row, place, column.kind.write(value), look.text)


def _columns(file: DataFile) -> tuple[Column, ...]:
    return (*file.columns, *file.references)


def _file_of(field: str) -> DataFile:
    return next(file for file in FILES if file.field == field)

"""Tests of reading a data set from a workbook."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from app.errors import ImportRejected, RowFault
from app.services.read_source import read_source
from tests.app.datasets import GOOD, write_good
from tests.app.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl import Workbook


def faults_of(path: Path) -> set[str]:
    """Read a workbook that must be refused, and give its faults in words."""
    with pytest.raises(ImportRejected) as refused:
        read_source(path)
    return {str(fault) for fault in refused.value.faults}


def put(sheet: str, cell: str, value: object) -> Callable[[Workbook], None]:
    """Make the edit that writes a value into one cell."""

    def edit(book: Workbook) -> None:
        book[sheet][cell] = value

    return edit


def test_a_workbook_and_a_folder_hold_the_same(tmp_path: Path) -> None:
    """A data set written as a workbook is read back equal, and equal to the same data set as a folder."""
    assert read_source(workbook(tmp_path / "rota.xlsx", GOOD)) == GOOD
    assert read_source(write_good(tmp_path / "folder")) == GOOD


def test_every_fault_is_told_with_sheet_row_and_column(tmp_path: Path) -> None:
    """Faults of several sheets come in one report, each with the column's letter, and in words about sheets."""

    def edit(book: Workbook) -> None:
        book["visits"]["B3"] = "nobody"
        book["clients"]["A2"] = "C 1"
        book["shifts"]["C2"] = "morning"

    told = faults_of(workbook(tmp_path / "rota.xlsx", GOOD, edit))
    assert "rota.xlsx, sheet visits, row 3, column client_id (B): nobody is not in sheet clients" in told
    assert any(
        line.startswith("rota.xlsx, sheet clients, row 2, column client_id (A): the cell is not") for line in told
    )
    assert any(line.startswith("rota.xlsx, sheet shifts, row 2, column start (C): the cell is not") for line in told)


@pytest.mark.parametrize(
    ("value", "number_format", "start_s"),
    [
        (time(7, 30), "hh:mm", 27_000),
        (timedelta(hours=7, minutes=30), "[hh]:mm", 27_000),
        (0.3125, "hh:mm", 27_000),
        (0.31249999, "hh:mm:ss", 27_000),
        ("07:30", "@", 27_000),
    ],
)
def test_times_are_read_as_excel_keeps_them(tmp_path: Path, value: object, number_format: str, start_s: int) -> None:
    """A time is the same whether Excel holds it as a time, a duration, a fraction of the day or a text."""

    def edit(book: Workbook) -> None:
        book["shifts"]["C2"] = value
        book["shifts"]["C2"].number_format = number_format

    assert read_source(workbook(tmp_path / "rota.xlsx", GOOD, edit)).shifts[0].start == start_s


def test_a_time_past_midnight_is_read(tmp_path: Path) -> None:
    """A shift that ends at 24:30 does so however Excel shows the cell."""
    for number_format in ("[hh]:mm", "hh:mm", "dd/mm/yyyy hh:mm"):

        def edit(book: Workbook, shown: str = number_format) -> None:
            book["shifts"]["D2"] = 24.5 / 24
            book["shifts"]["D2"].number_format = shown

        assert read_source(workbook(tmp_path / "rota.xlsx", GOOD, edit)).shifts[0].end == 88_200


def test_the_day_may_be_a_date(tmp_path: Path) -> None:
    """The planned day is read from a cell that Excel holds as a date."""
    edit = put("area", "B2", datetime(2026, 11, 17))  # noqa: DTZ001 - Excel knows no time zones
    assert read_source(workbook(tmp_path / "rota.xlsx", GOOD, edit)).day.isoformat() == "2026-11-17"


def test_a_formula_without_a_value_is_refused(tmp_path: Path) -> None:
    """A formula that no program has computed is a fault at its cell, for its value is not known."""
    told = faults_of(workbook(tmp_path / "rota.xlsx", GOOD, put("visits", "F2", "=15*2")))
    assert (
        "rota.xlsx, sheet visits, row 2, column duration_minutes (F): the formula of the cell was never computed"
        in told
    )


def test_an_error_cell_is_refused(tmp_path: Path) -> None:
    """A cell that shows #REF! is a fault although its column takes an empty cell."""
    told = faults_of(workbook(tmp_path / "rota.xlsx", GOOD, put("visits", "G2", "#REF!")))
    assert "rota.xlsx, sheet visits, row 2, column carers_needed (G): the cell shows an error" in told


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    """A hidden row counts like any other, and a warning says that there is one."""

    def edit(book: Workbook) -> None:
        book["visits"].row_dimensions[3].hidden = True

    doubts: list[RowFault] = []
    assert read_source(workbook(tmp_path / "rota.xlsx", GOOD, edit), doubts=doubts) == GOOD
    assert "rota.xlsx, sheet visits, row 3: 1 hidden row(s) are read like all others" in {
        str(doubt) for doubt in doubts
    }


def test_empty_rows_at_the_end_do_not_count(tmp_path: Path) -> None:
    """Formatted but empty rows below the last one are no rows."""

    def edit(book: Workbook) -> None:
        for row in range(20, 400):
            book["clients"].cell(row, 1).number_format = "@"
        book["clients"].cell(500, 1).value = "   "

    assert read_source(workbook(tmp_path / "rota.xlsx", GOOD, edit)) == GOOD


def test_missing_and_misspelt_sheets_are_told(tmp_path: Path) -> None:
    """A misspelt sheet is named with what was meant, and the needed sheet is missing."""

    def edit(book: Workbook) -> None:
        book["clients"].title = "Cleints"

    told = faults_of(workbook(tmp_path / "rota.xlsx", GOOD, edit))
    assert "rota.xlsx, sheet Cleints: the sheet is not read: was clients meant?" in told
    assert "rota.xlsx, sheet clients: the sheet is missing" in told


def test_texts_that_look_like_formulas_come_back_as_they_were(tmp_path: Path) -> None:
    """A name that begins like a formula is written as text, never as a formula, and read back unchanged."""

    def edit(book: Workbook) -> None:
        assert book["providers"]["B2"].data_type == "s"

    odd = replace(GOOD, providers=tuple(replace(row, name="=HYPERLINK(1)") for row in GOOD.providers))
    assert read_source(workbook(tmp_path / "rota.xlsx", odd, edit)) == odd


def test_dates_that_begin_in_1904_are_read(tmp_path: Path) -> None:
    """A workbook that counts its days from 1904, as old Macs did, has the same times past midnight."""

    def edit(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book["area"]["B2"] = datetime(2026, 11, 17)  # noqa: DTZ001 - Excel knows no time zones
        book["shifts"]["D2"] = 24.5 / 24
        book["shifts"]["D2"].number_format = "hh:mm"

    found = read_source(workbook(tmp_path / "rota.xlsx", GOOD, edit))
    assert (found.day.isoformat(), found.shifts[0].end) == ("2026-11-17", 88_200)

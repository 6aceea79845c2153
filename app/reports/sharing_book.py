"""The worksheets of a split of costs as a workbook: from its rows every share can be worked out again by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from solver.sharing_sheet import Sheet

HEADING_ROW = 2


def write_sharing_book(sheets: Sequence[Sheet], path: Path) -> None:
    """Write a sheet for each table: how to read it, its heading, its rows."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            page.write_string(0, 0, sheet.how)
            page.write_row(HEADING_ROW, 0, sheet.columns, bold)
            for number, row in enumerate(sheet.rows, start=HEADING_ROW + 1):
                page.write_row(number, 0, row)
            page.freeze_panes(HEADING_ROW + 1, 0)

"""How the sheets of a workbook are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.datafiles.files import DataFile

AREA_SHEET = "area"
AREA_COLUMNS = ("name", "day")
GUIDE_SHEET = "read me"
MAX_SHEET_NAME_CHARS = 31
"""Excel takes no longer name."""


def sheet_name(file: DataFile) -> str:
    """Name the sheet that holds what a file holds: `clients` for clients.csv."""
    return file.name.removesuffix(".csv")[:MAX_SHEET_NAME_CHARS]

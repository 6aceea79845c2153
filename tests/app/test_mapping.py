"""Tests of mappings: their columns and words become ours, and faults are told in their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.datafiles.files import FILES
from app.datafiles.mapping import FileMapping, SheetMapping, apply_mapping, guess_mapping
from app.errors import ImportRejected, MappingUnreadable
from app.services.read_source import open_source, read_source
from app.services.save_mapping import read_mapping
from tests.app.datasets import GOOD, write_good
from tests.app.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

CLIENTS = next(file for file in FILES if file.field == "clients")


def theirs(book: Workbook) -> None:
    """Change a workbook as a provider's system would have written it."""
    book["clients"].title = "Service Users"
    sheet = book["Service Users"]
    for cell in sheet[1]:
        cell.value = {"client_id": "Service User ID", "locality": "Town", "choice_locked": "Keeps Provider"}.get(
            cell.value, cell.value
        )
    sheet.cell(1, sheet.max_column + 1).value = "Full name"
    sheet.cell(2, sheet.max_column).value = "Somebody"
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.value = {"no": "N", "yes": "Y"}.get(cell.value, cell.value)


MAPPING = SheetMapping(
    sheets={
        "clients": FileMapping(
            sheet="Service Users",
            columns={"client_id": "Service User ID", "locality": "Town", "choice_locked": "Keeps Provider"},
            words={"choice_locked": {"N": "no", "Y": "yes"}},
        )
    }
)


def test_a_mapped_workbook_is_read_like_our_own(tmp_path: Path) -> None:
    """Their names, words and an extra column of theirs make no difference."""
    assert read_source(workbook(tmp_path / "theirs.xlsx", GOOD, theirs), mapping=MAPPING) == GOOD


def test_a_folder_is_mapped_too(tmp_path: Path) -> None:
    """CSV files under their own headings are read through a mapping."""
    folder = write_good(tmp_path / "folder")
    text = (folder / "clients.csv").read_text(encoding="utf-8")
    (folder / "clients.csv").unlink()
    (folder / "service_users.csv").write_text(text.replace("client_id", "SU ref", 1), encoding="utf-8")
    mapping = SheetMapping(sheets={"clients": FileMapping(sheet="service_users", columns={"client_id": "SU ref"})})
    assert read_source(folder, mapping=mapping) == GOOD


def test_faults_are_told_in_their_words(tmp_path: Path) -> None:
    """A fault names their sheet and heading, for ours mean nothing to them."""

    def broken(book: Workbook) -> None:
        theirs(book)
        book["Service Users"]["A3"] = "C 2"

    with pytest.raises(ImportRejected) as refused:
        read_source(workbook(tmp_path / "theirs.xlsx", GOOD, broken), mapping=MAPPING)
    told = {str(fault) for fault in refused.value.faults}
    assert any(line.startswith("theirs.xlsx, sheet Service Users, row 3, column Service User ID (A)") for line in told)
    assert any(line.endswith("is not in sheet Service Users") for line in told)


def test_rows_stay_in_their_places() -> None:
    """Empty rows are kept, so that a fault's row is theirs; missing columns take what is fixed."""
    mapping = FileMapping(columns={"client_id": "Ref"}, fixed={"sds_option": "3"})
    rows, headings = apply_mapping(mapping, CLIENTS, [["Ref ", "Name"], ["C1", "x"], ["", ""], ["C2"]])
    assert rows == [["client_id", "sds_option"], ["C1", "3"], [], ["C2", "3"]]
    assert headings == {"client_id": "Ref "}


def test_a_guess_finds_their_columns_and_lists_what_is_unsure(tmp_path: Path) -> None:
    """From headings alone the sheet and its columns are found; words that are not ours wait for a translation."""
    found = guess_mapping(
        {
            name: sheet.rows
            for name, sheet in open_source(workbook(tmp_path / "theirs.xlsx", GOOD, theirs)).sheets.items()
        }
    )
    clients = found.mapping.sheets["clients"]
    assert clients.sheet == "Service Users"
    assert clients.columns["client_id"] == "Service User ID"
    assert clients.columns["locality"] == "Town"
    assert "Full name" not in clients.columns.values()
    assert "sheet Service Users: nothing is like choice_locked" in found.unsure
    assert found.mapping.sheets["visits"].columns["duration_minutes"] == "duration_minutes"


def test_words_of_a_found_column_are_listed() -> None:
    """A word close to ours is translated, another is left empty and told."""
    found = guess_mapping(
        {
            "visits": [
                ["Visit ID", "Client ID", "Priority", "Earliest", "Latest"],
                ["V1", "C1", "Ambr"],
                ["V2", "C1", "3"],
            ]
        }
    )
    assert found.mapping.sheets["visits"].words == {"priority": {"3": "", "Ambr": "amber"}}
    assert "sheet visits: priority has 3, for which our word must be given" in found.unsure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[", "not JSON"),
        ('{"clients": {}}', "sheets"),
        ('{"sheets": {"clientele": {}}}', "clientele"),
        ('{"sheets": {"clients": {"columns": {"age": "Age"}}}}', "clients.age"),
        ('{"sheets": {"clients": {"columns": ["Age"]}}}', "sheets.clients.columns"),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """A mapping that would silently do nothing is refused where it is wrong."""
    (tmp_path / "mapping.json").write_text(text, encoding="utf-8")
    with pytest.raises(MappingUnreadable, match=words):
        read_mapping(tmp_path / "mapping.json")

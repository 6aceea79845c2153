"""Tests of the workbook to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from app.datafiles.cells import NotOfThisKind
from app.datafiles.files import FILES, Column, DataFile
from app.datafiles.workbook_names import sheet_name
from app.datafiles.workbook_template import example_of, write_workbook
from app.errors import ImportRejected
from app.services.read_source import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

COLUMNS = [(file, column) for file in FILES for column in (*file.columns, *file.references)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """Write the template once, and open it."""
    path = tmp_path_factory.mktemp("template") / "rota.xlsx"
    write_workbook(path)
    return load_workbook(path)


def test_every_file_is_a_sheet_with_all_its_columns(book: Workbook) -> None:
    """The template follows the table of files: nothing is missing, and the columns are in the same order."""
    assert book.sheetnames[:2] == ["read me", "area"]
    for file in FILES:
        heading = [cell.value for cell in book[sheet_name(file)][1]]
        assert heading == [column.name for column in (*file.columns, *file.references)]


@pytest.mark.parametrize(("file", "column"), COLUMNS, ids=lambda part: part.name)
def test_every_example_is_taken_by_its_column(file: DataFile, column: Column) -> None:
    """What the template shows as an example is accepted by the import."""
    try:
        column.kind.parse(example_of(column))
    except NotOfThisKind:
        pytest.fail(f"{file.name} {column.name} does not take {example_of(column)}")


def test_every_column_has_a_note(book: Workbook) -> None:
    """Each heading explains what its cells hold."""
    for file in FILES:
        for cell, column in zip(book[sheet_name(file)][1], (*file.columns, *file.references), strict=True):
            assert column.kind.expects in cell.comment.text


def test_words_and_references_are_offered_as_lists(book: Workbook) -> None:
    """Columns of fixed words offer them, and columns of ids offer those of the sheet they refer to."""
    rules = {
        (sheet_name(file), str(rule.sqref)[0]): rule.formula1
        for file in FILES
        for rule in book[sheet_name(file)].data_validations.dataValidation
        if rule.type == "list"
    }
    assert rules["visits", "J"] == '"green,amber,red"'
    assert rules["visits", "B"] == "'clients'!$A$2:$A$5001"


def test_the_guide_lists_every_column(book: Workbook) -> None:
    """The first sheet says of every column what it holds."""
    lines = {(row[0].value, row[1].value) for row in book["read me"].iter_rows(min_row=3)}
    assert lines == {(sheet_name(file), column.name) for file, column in COLUMNS}


def test_an_empty_template_is_refused_in_words(tmp_path: Path) -> None:
    """A template handed back unfilled has an area without a name, and nothing worse."""
    write_workbook(tmp_path / "rota.xlsx")
    with pytest.raises(ImportRejected) as refused:
        read_source(tmp_path / "rota.xlsx")
    assert {fault.file for fault in refused.value.faults} == {"rota.xlsx, sheet area"}

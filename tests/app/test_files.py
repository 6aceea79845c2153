"""The table of files: it fits the records, and the reference page describes it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.datafiles.files import FILES, DataFile
from app.dataset import Dataset

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "dataset.md").read_text(encoding="utf-8")

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.field)


def section(file: DataFile) -> tuple[str, list[list[str]]]:
    """Give the first sentence and the table rows of a file's section on the page."""
    found = re.search(rf"^## {re.escape(file.name)}\n\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"{file.name} has no section"
    rows = [line.strip("|").split("|") for line in found[1].splitlines() if line.startswith("|")]
    return found[1], [[cell.strip() for cell in row] for row in rows[2:]]


def test_every_field_of_a_data_set_has_a_file() -> None:
    """The files are the fields of `Dataset` beside its area and day, in order."""
    assert [file.field for file in FILES] == [part.name for part in fields(Dataset)][2:]


@each_file
def test_columns_are_the_fields_of_the_record(file: DataFile) -> None:
    """Each record field has its column, in the same order, and the key is among them."""
    names = [column.name for column in file.columns]
    assert names == [part.name for part in fields(file.record)]
    assert set(file.key) <= set(names)


def test_references_go_to_earlier_files_with_one_key_column() -> None:
    """What a column refers to is read and stored before it."""
    seen: dict[str, DataFile] = {}
    for file in FILES:
        for column in file.columns:
            if column.refers_to is not None:
                assert len(seen[column.refers_to].key) == 1
        seen[file.field] = file


@each_file
def test_what_an_empty_cell_stands_for_is_of_its_kind(file: DataFile) -> None:
    """The text assumed for an empty cell can be read."""
    for column in file.columns:
        if column.blank is not None:
            assert column.kind.write(column.kind.parse(column.blank)) == column.blank


@each_file
def test_the_page_lists_every_column(file: DataFile) -> None:
    """The reference page has the columns with their kinds and empty values, and examples that can be read."""
    text, rows = section(file)
    assert text.startswith("Required." if file.required else "Optional.")
    assert "One row per " + ", ".join(f"`{name}`" for name in file.key[:1]) in text
    assert [row[:3] for row in rows] == [
        [column.name, column.kind.name, "-" if column.blank is None else column.blank]
        for column in (*file.columns, *file.references)
    ]
    for column, row in zip((*file.columns, *file.references), rows, strict=True):
        assert row[4].startswith("`*`") is not column.required, column.name
        assert column.kind.write(column.kind.parse(row[3])) == row[3], column.name


def test_the_page_lists_every_kind() -> None:
    """Each kind of cell is explained once."""
    kinds = {column.kind.name for file in FILES for column in (*file.columns, *file.references)}
    general = PAGE[: PAGE.index("## Where homes are")]
    listed = [line.split(" | ")[0].removeprefix("| ") for line in general.splitlines() if line.startswith("| ")]
    assert sorted(listed[2:]) == sorted(kinds)

"""Tests of what a workbook may not be, and that none of it is unpacked before that is known."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from app.datafiles import workbook_guard
from app.datafiles.workbook import read_workbook
from app.datafiles.workbook_guard import WorkbookRefused, open_safely
from tests.app.datasets import GOOD
from tests.app.workbooks import part, replace_parts, workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.fixture
def good(tmp_path: Path) -> bytes:
    """Give a good workbook."""
    return workbook(tmp_path / "rota.xlsx", GOOD).read_bytes()


def small(*cells: tuple[int, int, str]) -> bytes:
    """Write a workbook of one sheet with a few texts, at rows and columns from 0."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("clients")
        for row, column, text in cells:
            sheet.write_string(row, column, text)
    return out.getvalue()


def refusal(content: bytes) -> str:
    """Give the words in which a workbook is refused."""
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(content)
    assert refused.value.action
    return str(refused.value)


def test_a_good_workbook_passes(good: bytes) -> None:
    """The template itself is not refused, and all its sheets are found."""
    assert {"clients", "visits", "area"} <= open_safely(good).sheets.keys()


def test_a_cell_in_the_last_corner_is_refused_before_it_is_laid_out() -> None:
    """One text in the last row and column of Excel would take half a terabyte; it is refused within a megabyte."""
    content = small((0, 0, "a"), (1_048_575, 16_383, "b"))
    tracemalloc.start()
    assert "rows" in refusal(content)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_wide_and_large_sheets_are_refused() -> None:
    """Columns and the whole rectangle of a sheet have limits of their own."""
    assert "columns" in refusal(small((0, 0, "a"), (0, 300, "b")))
    assert "cells" in refusal(small((0, 0, "a"), (400_000, 0, "b"), (0, 150, "c")))


def test_a_zip_bomb_is_refused(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that unpack beyond the limit are not read to their end, whatever size the zip declares."""
    monkeypatch.setattr(workbook_guard, "MAX_UNPACKED_BYTES", 2**20)
    bomb = replace_parts(good, {"xl/worksheets/sheet99.xml": b"<worksheet>" + b" " * 2**26 + b"</worksheet>"})
    assert len(bomb) < 2**18
    assert "unpacks to more than 1 MB" in refusal(bomb)


def test_a_shared_text_counts_for_every_cell_that_shows_it() -> None:
    """A thousand cells that share one long text hold it a thousand times."""
    cells = [(row, 0, "x" * 30_000) for row in range(2_000)]
    content = small(*cells)
    assert len(content) < 2**17
    assert "too much text" in refusal(content)


@pytest.mark.parametrize("name", [SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"])
def test_document_types_are_refused_in_every_part(good: bytes, name: str) -> None:
    """A part that declares entities is refused before any of them is expanded."""
    xml = part(good, name)
    assert "document type" in refusal(replace_parts(good, {name: ENTITIES + xml[xml.index(b"?>") + 2 :]}))


@pytest.mark.parametrize(
    "name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin"]
)
def test_macros_and_links_are_refused(good: bytes, name: str) -> None:
    """A workbook that could do something, or asks for another file, is refused."""
    assert "macros" in refusal(replace_parts(good, {name: b"<x/>"}))


def test_a_macro_workbook_is_refused_by_its_type(good: bytes) -> None:
    """A workbook that calls itself one with macros is refused, whatever parts it has."""
    types = part(good, "[Content_Types].xml").replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    assert "macros" in refusal(replace_parts(good, {"[Content_Types].xml": types}))


def test_two_parts_of_one_name_are_refused(good: bytes) -> None:
    """Two readers could take different ones of two parts with the same name, so neither is taken."""
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr(SHEET.upper(), b"<worksheet/>")
    assert "same name" in refusal(out.getvalue())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda _content: b"client_id,lat\nC1,56\n", "no Excel workbook"),
        (lambda content: b"\xd0\xcf\x11\xe0" + content, "password"),
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda content: replace_parts(content, {SHEET: b"<worksheet><sheetData>"}), "damaged"),
        (lambda content: replace_parts(content, {SHEET: b"<worksheet><c r='??'><v>1</v></c></worksheet>"}), "damaged"),
        (lambda content: replace_parts(content, {"mimetype": b"x", "[Content_Types].xml": b""}), "no Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(good: bytes, change: Callable[[bytes], bytes], words: str) -> None:
    """Other files, halves and damaged parts are refused in words, never with a crash."""
    assert words in refusal(change(good))


def test_a_lying_size_is_refused(good: bytes) -> None:
    """A part that is longer than its zip says is damaged, not read on."""
    with zipfile.ZipFile(io.BytesIO(good)) as packed:
        size = packed.getinfo(SHEET).file_size
    lying = good.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))
    assert lying != good
    assert "damaged" in refusal(lying)


def test_too_many_bytes_and_parts_are_refused(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zip itself is limited in bytes and in parts."""
    monkeypatch.setattr(workbook_guard, "MAX_PARTS", 5)
    assert "more than 5 parts" in refusal(good)
    monkeypatch.setattr(workbook_guard, "MAX_WORKBOOK_BYTES", 1000)
    assert "larger" in refusal(good)

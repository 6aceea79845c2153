"""Workbooks for the tests: as people fill them in, and as nobody should send them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from app.datafiles.workbook_template import write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl import Workbook

    from app.dataset import Dataset


def workbook(path: Path, dataset: Dataset, edit: Callable[[Workbook], None] | None = None) -> Path:
    """Write a data set as a workbook, and change it as somebody would who opens it."""
    write_workbook(path, dataset)
    if edit is not None:
        book = load_workbook(path)
        edit(book)
        book.save(path)
    return path


def replace_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Put other bytes into parts of a workbook, or new parts beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def part(content: bytes, name: str) -> bytes:
    """Give the bytes of one part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)

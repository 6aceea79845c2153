"""Unpack a workbook (.xlsx) that somebody sent, within limits, before any other code sees it.

A workbook is a zip of XML. Small ones can unpack to gigabytes, name a cell in the last row of the last column, or let
a million cells show one long text. Every part is read here first; what passes is packed again, so that the reader of
cells never meets the zip that was sent.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from app.datafiles.rows import MAX_ROWS
from app.datafiles.sheet_scan import DoctypeFound, Limits, SheetFacts, SheetScan, TooLarge, new_parser

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_WORKBOOK_BYTES = 20 * 2**20
MAX_UNPACKED_BYTES = 150 * 2**20
MAX_PARTS = 500
LIMITS = Limits(rows=MAX_ROWS + 1, columns=200, cells=5_000_000, chars=50_000_000)
"""A text that many cells share is counted for each of them."""

_SAVE = "Save it as an Excel workbook (.xlsx), without macros and without a password."
_TRIM = "Keep the sheets of one day of one area, and remove what lies outside their columns."
_OLD = b"\xd0\xcf\x11\xe0"
_READ = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|xl/[A-Za-z0-9_./-]+\.(xml|rels)")
_MACROS = re.compile(r"vbaProject|macrosheets|activeX|externalLinks|embeddings", re.IGNORECASE)
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


class WorkbookRefused(ValueError):
    """A workbook is not one, or not one that may be read; `action` says what to do."""

    def __init__(self, message: str, action: str = _SAVE) -> None:
        self.action = action
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeWorkbook:
    """A workbook as packed again, what is known of its sheets by name, and whether its dates begin in 1904."""

    packed: io.BytesIO
    sheets: Mapping[str, SheetFacts]
    from_1904: bool


@dataclass(slots=True)
class _Index:
    """What the workbook's list of sheets says."""

    sheets: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def open_safely(content: bytes) -> SafeWorkbook:
    """Check and repack a workbook. Raises WorkbookRefused."""
    parts = _unpack(content)
    if _SPREADSHEET.encode() not in parts.get("[Content_Types].xml", b""):
        raise WorkbookRefused("the file is no Excel workbook, or one with macros")
    try:
        lengths = _shared_lengths(parts)
        index = _index(parts)
        paths = _paths(parts)
        scan = SheetScan(lengths, LIMITS)
        facts = {name: scan.read(part) for name, part in parts.items() if name != "xl/sharedStrings.xml"}
    except TooLarge as error:
        raise WorkbookRefused(str(error), _TRIM) from error
    except DoctypeFound as error:
        raise WorkbookRefused("a part of the workbook declares a document type, which no spreadsheet writes") from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise WorkbookRefused("the workbook is damaged") from error
    sheets = {name: facts[paths[key]] for name, key in index.sheets.items() if paths.get(key) in facts}
    return SafeWorkbook(packed=_pack(parts), sheets=sheets, from_1904=index.from_1904)


def _unpack(content: bytes) -> dict[str, bytes]:
    """Read the parts that cells come from, as far as the limits go."""
    if len(content) > MAX_WORKBOOK_BYTES:
        raise WorkbookRefused(f"the workbook is larger than {MAX_WORKBOOK_BYTES // 2**20} MB", _TRIM)
    if content.startswith(_OLD):
        raise WorkbookRefused("the workbook has a password or is of the old format (.xls)")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return _read_parts(packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise WorkbookRefused("the file is no Excel workbook, or is damaged") from error


def _read_parts(packed: zipfile.ZipFile) -> dict[str, bytes]:
    members = packed.infolist()
    if len(members) > MAX_PARTS:
        raise WorkbookRefused(f"the workbook has more than {MAX_PARTS} parts", _TRIM)
    if any(_MACROS.search(member.filename) for member in members):
        raise WorkbookRefused("the workbook holds macros, controls, embedded files or links to other workbooks")
    if len({member.filename.casefold() for member in members}) < len(members):
        raise WorkbookRefused("two parts of the workbook have the same name")
    left, parts = MAX_UNPACKED_BYTES, {}
    for member in members:
        if not _READ.fullmatch(member.filename):
            continue
        with packed.open(member) as stream:
            part = stream.read(left + 1)
        left -= len(part)
        if left < 0:
            raise WorkbookRefused(f"the workbook unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB", _TRIM)
        parts[member.filename] = part
    return parts


def _shared_lengths(parts: Mapping[str, bytes]) -> list[int]:
    """Give the characters of each shared text, by its number."""
    lengths: list[int] = []

    def begin(name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            lengths.append(0)

    def text(characters: str) -> None:
        if lengths:
            lengths[-1] += len(characters)

    parser = new_parser(begin)
    parser.CharacterDataHandler = text
    if "xl/sharedStrings.xml" in parts:
        parser.Parse(parts["xl/sharedStrings.xml"], True)
    return lengths


def _index(parts: Mapping[str, bytes]) -> _Index:
    """Read the names of the sheets and their relations."""
    index = _Index()

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            index.sheets[attributes["name"]] = attributes["id"]
        elif name == "workbookPr":
            index.from_1904 = attributes.get("date1904", "0") in {"1", "true"}

    new_parser(begin).Parse(parts["xl/workbook.xml"], True)
    return index


def _paths(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Give the part of each relation of the workbook; none may lead outside the workbook."""
    found: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            found[attributes["Id"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    new_parser(begin).Parse(parts["xl/_rels/workbook.xml.rels"], True)
    return found


def _pack(parts: Mapping[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    packed.seek(0)
    return packed

"""Read the XML of a sheet for its bounds and its oddities: formulas, errors, hidden rows. Values are read elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_VALUES = frozenset({"v", "is", "f"})


class TooLarge(Exception):
    """A sheet is beyond a limit."""


class DoctypeFound(Exception):
    """A part declares a document type, and perhaps entities."""


@dataclass(slots=True)
class SheetFacts:
    """What is odd in a sheet. Cells are (row, column), both from 1."""

    hidden_rows: set[int] = field(default_factory=set)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    not_computed: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)


def new_parser(begin: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    """Make a parser that tells of elements and attributes without their prefixes. It refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        begin(_local(name), {_local(key): value for key, value in attributes.items()})

    def refuse(*_declared: object) -> None:
        raise DoctypeFound

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    return parser


def column_number(letters: str) -> int:
    """Give the number of a column, from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Give the letters of a column, the inverse of `column_number`."""
    letters = ""
    while number:
        number, left = divmod(number - 1, 26)
        letters = chr(65 + left) + letters
    return letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The last row and column of a sheet, the cells of its rectangle, and the characters of a whole workbook."""

    rows: int
    columns: int
    cells: int
    chars: int


class SheetScan:
    """Reads sheets one after another under common limits. `lengths` are those of the shared texts.

    The reader of values lays a sheet out as a whole rectangle, so what counts is its last row times its last column.
    """

    def __init__(self, lengths: Sequence[int], limits: Limits) -> None:
        self._lengths, self._limits, self._chars_left = lengths, limits, limits.chars

    def read(self, part: bytes) -> SheetFacts:
        """Read one part; one that is no sheet has no cells. Raises TooLarge, DoctypeFound, ExpatError, ValueError."""
        self._facts = SheetFacts()
        self._row = self._column = self._last_row = self._last_column = 0
        self._kind, self._text, self._in_value = "", "", False
        self._has_value = self._has_formula = False
        parser = new_parser(self._begin)
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(part, True)
        return self._facts

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self._facts.hidden_rows.add(self._row)
        elif name == "c":
            self._begin_cell(attributes)
        elif name in _VALUES:
            self._in_value = name == "v"
            self._has_value |= name == "is"
            self._has_formula |= name == "f"

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            match = _REFERENCE.fullmatch(attributes["r"])
            if match is None:
                raise ValueError("a cell has no place")
            self._column, self._row = column_number(match[1]), int(match[2])
        self._kind, self._text = attributes.get("t", "n"), ""
        self._has_value = self._has_formula = False

    def _characters(self, text: str) -> None:
        self._chars_left -= len(text)
        if self._in_value:
            self._text += text

    def _end(self, name: str) -> None:
        name = _local(name)
        if name == "v":
            self._in_value = False
            # A formula may have the empty text as its value, but no number is empty: that one was never computed.
            self._has_value |= bool(self._text) or self._kind == "str"
        elif name == "c" and (self._has_value or self._has_formula):
            self._end_cell()

    def _end_cell(self) -> None:
        self._last_row, self._last_column = max(self._last_row, self._row), max(self._last_column, self._column)
        if self._last_row > self._limits.rows:
            raise TooLarge(f"a sheet has more than {self._limits.rows} rows")
        if self._last_column > self._limits.columns:
            raise TooLarge(f"a sheet has more than {self._limits.columns} columns")
        if self._last_row * self._last_column > self._limits.cells:
            raise TooLarge(f"a sheet has more than {self._limits.cells} cells")
        if self._kind == "s" and self._text:
            self._chars_left -= self._lengths[int(self._text)]
        if self._chars_left < 0:
            raise TooLarge("the cells hold too much text")
        cell = (self._row, self._column)
        if self._kind == "e":
            self._facts.errors.append(cell)
        elif self._has_formula:
            (self._facts.formulas if self._has_value else self._facts.not_computed).append(cell)


def _local(name: str) -> str:
    return name.rpartition(":")[2]

"""The kinds of cell in a data set: how the text of a cell becomes a value, and how the value is written back.

`kind.write(kind.parse(text))` has the same meaning as `text`, and `kind.parse(kind.write(value)) == value`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app.due import WEEKDAYS
from geo.national_grid import parse_grid_ref
from geo.postcodes import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from enum import StrEnum

MAX_CELL_CHARS = 2_000
MAX_TEXT_CHARS = 200

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,20})?(e-?[0-9]{1,3})?", re.IGNORECASE)
_DATE = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9])(?::([0-5][0-9]))?")
_UPRN = re.compile(r"[0-9]{1,12}")
_FORMULA = re.compile(r"'*[=+\-@]")
_LATEST_S = 30 * 3600
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class NotOfThisKind(ValueError):
    """A text does not fit the kind of its cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of cell. `parse` raises NotOfThisKind for a text that is not of this kind; `expects` says what is.

    The text never goes into a message: with shifted columns it may be a name or a position. `choices` are the words of
    a fixed set, `bounds` those of a number, both included: a template offers and checks them.
    """

    name: str
    expects: str
    parse: Callable[[str], Any]
    write: Callable[[Any], str]
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None


def _parse_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise NotOfThisKind
    return text


def _escape(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _unescape(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _one_line(text: str) -> str:
    if len(text) > MAX_TEXT_CHARS or not text.isprintable():
        raise NotOfThisKind
    return text


def _parse_text(text: str) -> str:
    return _one_line(_unescape(text))


def _parse_name(text: str) -> str:
    if not text:
        raise NotOfThisKind
    return _parse_text(text)


def _parse_time(text: str) -> int:
    match = _TIME.fullmatch(text)
    if not match:
        raise NotOfThisKind
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    time_s = hours * 3600 + minutes * 60 + seconds
    if time_s > _LATEST_S:
        raise NotOfThisKind
    return time_s


def _write_time(time_s: int) -> str:
    minutes, seconds = divmod(time_s, 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{clock}:{seconds:02}" if seconds else clock


def _parse_flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise NotOfThisKind
    return _FLAGS[text.lower()]


def _parse_date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise NotOfThisKind
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotOfThisKind from error


def _parse_grid_ref(text: str) -> str:
    if parse_grid_ref(text) is None:
        raise NotOfThisKind
    found = "".join(text.split()).upper()
    half = len(found) // 2 - 1
    return f"{found[:2]} {found[2 : 2 + half]} {found[2 + half :]}"


def _parse_postcode(text: str) -> str:
    postcode = normalise_postcode(text)
    if postcode is None:
        raise NotOfThisKind
    return postcode


def _parse_uprn(text: str) -> int:
    if not _UPRN.fullmatch(text):
        raise NotOfThisKind
    return int(text)


def optional(kind: Kind) -> Kind:
    """Make the kind of a cell that may be empty, which means that nobody knows (None)."""
    return Kind(
        name=kind.name,
        expects=f"{kind.expects}, or nothing",
        parse=lambda text: kind.parse(text) if text else None,
        write=lambda value: "" if value is None else kind.write(value),
        choices=kind.choices,
        bounds=kind.bounds,
    )


def whole(low: int, high: int) -> Kind:
    """Make the kind of a whole number between two bounds, both included."""

    def parse(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise NotOfThisKind
        return int(text)

    expects = f"a whole number from {low} to {high}"
    return Kind(name="whole number", expects=expects, parse=parse, write=str, bounds=(low, high))


def degrees(limit: int) -> Kind:
    """Make the kind of an angle in decimal degrees, from `-limit` to `limit`."""

    def parse(text: str) -> float:
        if not _DECIMAL.fullmatch(text):
            raise NotOfThisKind
        value = float(text)
        if not math.isfinite(value) or abs(value) > limit:
            raise NotOfThisKind
        return value

    return Kind(
        name="degrees",
        expects=f"decimal degrees (WGS84) from -{limit} to {limit}, such as 56.4153",
        parse=parse,
        write=lambda value: repr(float(value)),
        bounds=(-limit, limit),
    )


def one_of(values: Sequence[str] | type[StrEnum], codes: Mapping[str, str] | None = None) -> Kind:
    """Make the kind of a word from a fixed set; `codes` are read as the words to which they are mapped."""
    by_text: dict[str, Any] = {str(value): value for value in values}
    by_code = {code: by_text[word] for code, word in (codes or {}).items()}

    def parse(text: str) -> Any:  # noqa: ANN401 - a word or a member of the enumeration
        if (found := by_text.get(text.lower(), by_code.get(text))) is None:
            raise NotOfThisKind
        return found

    choices = tuple(by_text)
    return Kind(name="word", expects="one of " + ", ".join(choices), parse=parse, write=str, choices=choices)


def several(part: Callable[[str], str], *, of: str) -> Kind:
    """Make the kind of a list of what `part` parses, separated by semicolons; an empty cell is an empty list."""

    def parse(text: str) -> tuple[str, ...]:
        pieces = [piece.strip() for piece in _unescape(text).split(";")]
        values = tuple(part(piece) for piece in pieces if piece)
        if len(set(values)) < len(values):
            raise NotOfThisKind
        return values

    def write(values: tuple[str, ...]) -> str:
        return _escape(";".join(values))

    return Kind(name="list", expects=f"{of} separated by ; and none of them twice", parse=parse, write=write)


def _day(text: str) -> str:
    if text not in WEEKDAYS:
        raise NotOfThisKind
    return text


ID = Kind(
    name="id",
    expects="an id of at most 64 letters, digits and . _ : - without spaces, beginning with a letter or digit",
    parse=_parse_id,
    write=str,
)
NAME = Kind(
    name="name",
    expects=f"a text of 1 to {MAX_TEXT_CHARS} characters on one line",
    parse=_parse_name,
    write=_escape,
)
TEXT = Kind(
    name="text",
    expects=f"a text of at most {MAX_TEXT_CHARS} characters on one line, or nothing",
    parse=_parse_text,
    write=_escape,
)
TIME = Kind(
    name="time",
    expects="a time of the day as HH:MM, from 00:00 to 30:00 (24:00 and later are after midnight)",
    parse=_parse_time,
    write=_write_time,
)
DATE = Kind(
    name="date",
    expects="a date as YYYY-MM-DD, such as 2026-11-17",
    parse=_parse_date,
    write=lambda value: value.isoformat(),
)
FLAG = Kind(
    name="yes or no",
    expects="yes or no",
    parse=_parse_flag,
    write=lambda value: "yes" if value else "no",
    choices=("yes", "no"),
)
GRID_REF = Kind(
    name="grid reference",
    expects="an OS grid reference of two letters and 2 to 10 digits, such as NM 860 300",
    parse=_parse_grid_ref,
    write=str,
)
POSTCODE = Kind(name="postcode", expects="a postcode such as PA34 4AB", parse=_parse_postcode, write=str)
UPRN = Kind(name="UPRN", expects="a UPRN of at most 12 digits", parse=_parse_uprn, write=str)
LATITUDE = degrees(90)
LONGITUDE = degrees(180)
CODES = several(_parse_id, of="codes")
NAMES = several(_one_line, of="names")
DAYS = several(_day, of=f"days ({', '.join(WEEKDAYS)})")

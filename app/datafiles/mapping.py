"""How a provider's own sheets, columns and words become ours; and a first guess at that from their headings.

With a mapping, columns that are neither ours nor mapped are left out: nobody takes what is not needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from app.datafiles.files import FILES
from app.datafiles.workbook_names import GUIDE_SHEET, sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.datafiles.files import Column, DataFile

Rows = list[list[str]]
"""The rows of a sheet, the heading first."""

_LIKE = 0.72
"""Likeness of two names, from 0 to 1, from which one is guessed to mean the other."""
_VALUES_SHOWN = 30
"""Different words of a column up to which it may be one of codes; more are free text, which nobody should list."""

_SYNONYMS: Mapping[str, Sequence[str]] = {
    "client_id": ("service user id", "service user", "client ref", "client number", "person id", "social care id"),
    "carer_id": ("care worker id", "care worker", "staff id", "employee number", "staff ref", "worker"),
    "provider_id": ("provider", "organisation", "service provider", "agency", "company"),
    "visit_id": ("visit ref", "call id", "booking id", "appointment id"),
    "shift_id": ("shift ref", "rota id"),
    "postcode": ("post code",),
    "lat": ("latitude",),
    "lon": ("longitude", "lng", "long"),
    "earliest": ("earliest start", "window start", "time from", "not before"),
    "latest": ("latest start", "window end", "time to", "not after"),
    "preferred": ("planned start", "preferred time", "start time", "visit time", "call time"),
    "duration_minutes": ("duration", "length", "minutes", "call length", "planned duration"),
    "carers_needed": ("staff required", "number of carers", "double up", "double handed", "carers"),
    "mode": ("transport", "travels by", "mode of travel"),
    "skills": ("competencies", "qualifications", "training", "requirements"),
    "max_work_minutes": ("contracted minutes", "maximum minutes"),
    "sds_option": ("self directed support option", "sds", "option"),
    "locality": ("area", "town", "patch"),
    "start": ("start time", "from", "shift start"),
    "end": ("end time", "to", "finish", "shift end"),
    "name": ("provider name", "organisation name", "title"),
}


class FileMapping(BaseModel):
    """How one file is read from one of their sheets.

    `columns` gives their heading for each column of ours, `words` our word for each of theirs by our column, `fixed`
    the text of columns that they do not have.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)


class SheetMapping(BaseModel):
    """The mapping of a provider: by the name of our sheet, how it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheets: dict[str, FileMapping]

    def unknown_names(self) -> list[str]:
        """List the sheets and columns that are not ours."""
        ours = {sheet_name(file): {column.name for column in _columns(file)} for file in FILES}
        found = [name for name in self.sheets if name not in ours]
        for name, mapping in self.sheets.items():
            named = {*mapping.columns, *mapping.words, *mapping.fixed}
            found += sorted(f"{name}.{column}" for column in named - ours.get(name, named))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A guessed mapping; `unsure` tells what somebody has to look at."""

    mapping: SheetMapping
    unsure: tuple[str, ...] = field(default=())


def their_sheet(mapping: SheetMapping | None, file: DataFile) -> str:
    """Give the name under which they keep a file of ours."""
    own = mapping.sheets.get(sheet_name(file)) if mapping else None
    return own.sheet if own and own.sheet else sheet_name(file)


def apply_mapping(mapping: FileMapping, file: DataFile, rows: Rows) -> tuple[Rows, dict[str, str]]:
    """Turn their rows into ours, each in its place; give their heading of each of our columns beside them."""
    heading = [_plain(cell) for cell in rows[0]] if rows else []
    places: dict[str, int] = {}
    for column in _columns(file):
        wanted = _plain(mapping.columns.get(column.name, column.name))
        if wanted in heading:
            places[column.name] = heading.index(wanted)
    fixed = {name: text for name, text in mapping.fixed.items() if name not in places}
    words = {name: {_plain(theirs): ours for theirs, ours in said.items()} for name, said in mapping.words.items()}
    turned = [[*places, *fixed]]
    for row in rows[1:]:
        if not any(cell.strip() for cell in row):
            turned.append([])
            continue
        texts = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        said = [words.get(name, {}).get(_plain(text), text) for name, text in texts.items()]
        turned.append([*said, *fixed.values()])
    return turned, {name: rows[0][place] for name, place in places.items()}


def guess_mapping(sheets: Mapping[str, Rows]) -> Guess:
    """Guess which of their sheets and columns are ours, and which words need a translation."""
    mappings: dict[str, FileMapping] = {}
    unsure: list[str] = []
    for theirs, rows in sheets.items():
        if not rows or _plain(theirs) == GUIDE_SHEET:
            continue
        file = _likeliest_file(theirs, rows[0])
        if file is None or sheet_name(file) in mappings:
            unsure.append(f"sheet {theirs}: no file of a data set is like it")
            continue
        columns = dict(_guess_columns(file, rows[0]))
        missing = [column.name for column in file.columns if column.required and column.name not in columns]
        unsure += [f"sheet {theirs}: nothing is like {name}" for name in missing]
        words = dict(_guess_words(file, columns, rows))
        unsure += [
            f"sheet {theirs}: {name} has {word}, for which our word must be given"
            for name, said in words.items()
            for word, ours in said.items()
            if not ours
        ]
        mappings[sheet_name(file)] = FileMapping(sheet=theirs, columns=columns, words=words)
    return Guess(mapping=SheetMapping(sheets=mappings), unsure=tuple(unsure))


def _likeliest_file(sheet: str, heading: Sequence[str]) -> DataFile | None:
    """Find the file with the likest name and the most columns found."""
    scores = {
        file.field: _likeness(sheet, sheet_name(file))
        + 2 * len(list(_guess_columns(file, heading))) / len(file.columns)
        for file in FILES
    }
    best = max(FILES, key=lambda file: scores[file.field])
    return best if scores[best.field] >= 2 * _LIKE else None


def _guess_columns(file: DataFile, heading: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair our columns with their headings, the likest pairs first, each used once."""
    pairs = sorted(
        (
            (_likeness_to(column.name, text), column.name, text)
            for column in _columns(file)
            for text in heading
            if text.strip()
        ),
        key=lambda pair: -pair[0],
    )
    used: set[str] = set()
    for likeness, name, text in pairs:
        if likeness >= _LIKE and name not in used and text not in used:
            used |= {name, text}
            yield name, text


def _guess_words(file: DataFile, columns: Mapping[str, str], rows: Rows) -> Iterator[tuple[str, dict[str, str]]]:
    """Find the words that our columns do not take, with the likest of ours, or nothing."""
    for column in _columns(file):
        if not column.kind.choices or column.name not in columns:
            continue
        place = rows[0].index(columns[column.name])
        found = sorted({row[place].strip() for row in rows[1:] if place < len(row)} - {""})
        strange = [word for word in found if word.lower() not in column.kind.choices]
        if 0 < len(strange) <= _VALUES_SHOWN:
            yield column.name, {word: _likest(word, column.kind.choices) for word in strange}


def _likest(word: str, ours: Sequence[str]) -> str:
    best = max(ours, key=lambda choice: _likeness(word, choice))
    return best if _likeness(word, best) >= _LIKE else ""


def _likeness_to(name: str, text: str) -> float:
    return max(_likeness(text, known) for known in (name, *_SYNONYMS.get(name, ())))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _plain(text: str) -> str:
    """Write a name as others may have meant it: `Client_ID ` and `client id` are the same."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def _columns(file: DataFile) -> tuple[Column, ...]:
    return (*file.columns, *file.references)

"""Where the tables keep ids of people and of what is theirs, worked out from the columns' names.

So a new table with a `client_id` or a `carer` is part of exports and erasures from its first day; tests refuse columns
that look like one and are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, LargeBinary, String, and_, or_, select, true, tuple_
from sqlalchemy.types import Enum

from app.db.areas import OfArea
from app.db.base import TextList
from app.db.erasures import PersonKind
from app.db.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Column, ColumnElement, Table


class IdKind(StrEnum):
    """What an id is of: a person, or something that is one person's."""

    CLIENT = "client"
    CARER = "carer"
    VISIT = "visit"
    SHIFT = "shift"
    PACKAGE = "package"


KIND_OF_NAME: Mapping[str, IdKind] = {
    name: kind for kind in IdKind for name in (kind.value, f"{kind.value}_id", f"{kind.value}s")
} | {"with_carers": IdKind.CARER}
"""What a column, or a member of a JSON object, of a name holds."""

BELONGS_TO: Mapping[PersonKind, frozenset[IdKind]] = {
    PersonKind.CLIENT: frozenset({IdKind.VISIT, IdKind.PACKAGE}),
    PersonKind.CARER: frozenset({IdKind.SHIFT}),
}
"""What of one person's has ids of its own."""

WITHOUT_PEOPLE = frozenset({"saved_mapping", "erasure", "organisation", "person", "search"})
"""Tables with documents or sentences that are not about clients or carers: a `person` is somebody who signs in, and
what a `search` holds goes when it ends."""

WITHOUT_AREA = frozenset({"kept_answer"})
"""Tables whose rows are of any area. They are kept for a day, so a forgotten id too many does no harm."""

APART = frozenset({"audit_entry"})
"""Tables with a way of their own to name people, and to forget them."""

_FREE_TEXT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A client or carer of an area."""

    kind: PersonKind
    area: str
    id: str


Ids = dict[IdKind, set[str]]
"""The ids of a person, and of what is theirs."""


def people_tables() -> list[Table]:
    """List the tables that may name people, those first to which others refer."""
    return [
        table
        for table in METADATA.sorted_tables
        if table.name not in WITHOUT_PEOPLE | APART
        and (id_columns(table) or documents(table) or (free_texts(table) and not is_of_data_set(table)))
    ]


def is_of_data_set(table: Table) -> bool:
    """Tell whether the rows of a table come from a data set."""
    return any(mapper.local_table is table and issubclass(mapper.class_, OfArea) for mapper in OfArea.registry.mappers)


def id_columns(table: Table) -> dict[str, IdKind]:
    """Give the columns that hold ids of people or of what is theirs."""
    return {column.name: KIND_OF_NAME[column.name] for column in table.columns if column.name in KIND_OF_NAME}


def documents(table: Table) -> list[Column[Any]]:
    """Give the columns with JSON or packed JSON in them; short lists of codes are none."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, (JSON, LargeBinary)) and not isinstance(column.type, TextList)
    ]


def free_texts(table: Table) -> list[Column[Any]]:
    """Give the columns in which sentences stand."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, Enum)
        and not column.primary_key
        and (column.type.length is None or column.type.length >= _FREE_TEXT_CHARS)
    ]


def in_area(table: Table, area: str) -> ColumnElement[bool]:
    """Make the condition that a row, or what it refers to, is of an area. Raises LookupError where nothing says so."""
    if "area" in table.columns:
        return table.c.area == area
    if table.name in WITHOUT_AREA:
        return true()
    for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
        other = constraint.referred_table
        try:
            inside = in_area(other, area)
        except LookupError:
            continue
        theirs = [element.column for element in constraint.elements]
        return tuple_(*constraint.columns).in_(select(*theirs).where(inside))
    raise LookupError(f"nothing says to which area a row of {table.name} belongs")


def naming(table: Table, area: str, ids: Ids) -> ColumnElement[bool] | None:
    """Make the condition that a column of ids names somebody; None for a table without such columns."""
    found: list[ColumnElement[bool]] = [
        table.c[name].in_(sorted(ids[kind])) for name, kind in id_columns(table).items() if ids.get(kind)
    ]
    found += [
        and_(table.c.kind == kind.value, table.c.subject.in_(sorted(ids[kind])))
        for kind in IdKind
        if is_about(table) and ids.get(kind)
    ]
    return and_(in_area(table, area), or_(*found)) if found else None


def is_about(table: Table) -> bool:
    """Tell whether rows have a `subject` whose `kind` stands beside it."""
    return {"kind", "subject"} <= set(table.columns.keys())

"""Whose the rows of each table are, and so which of them a view shows.

It follows from the table, so that a new table has its wall the day it is added: the area from `area`, the provider from
`provider_id` or `provider`, or else from the rows that a row refers to. `RULES` says it where neither does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Table, and_, exists, or_, select

from app.db.base import Base

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, ForeignKeyConstraint, FromClause, Select

PROVIDER_COLUMNS = ("provider_id", "provider")
_PEOPLE = {"client": "allocation", "client_id": "allocation", "carer": "carer", "carer_id": "carer"}
"""Columns that hold somebody's id, and the table that tells whose they are."""


class WallBreach(Exception):
    """A bug: a statement came past the walls, or wanted to store something outside them. Nothing was read or stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a session may see: one area; of it one provider's rows or, if that is None, everybody's.

    Without `people`, nothing that is about single clients or carers.
    """

    area: str
    provider: str | None = None
    people: bool = False


def is_personal(table: Table) -> bool:
    """Tell whether rows of a table are about single clients or carers, by its columns or by what it refers to."""
    return (
        table.name in ABOUT_PEOPLE
        or bool(_PEOPLE.keys() & {*table.columns.keys()})
        or any(is_personal(parent) for parent in _parents(table))
    )


def condition(table: Table, rows: FromClause, view: View) -> ColumnElement[bool]:
    """Give the condition under which a view shows one of the rows of a table, which may be under an alias.

    Raises WallBreach for a table of which nothing says whose its rows are.
    """
    if table.name in RULES:
        return RULES[table.name](rows, view)
    parts: list[ColumnElement[bool]] = []
    of_area, own = "area" in table.columns, _provider_column(table)
    if of_area:
        parts.append(rows.c.area == view.area)
    if view.provider is not None and own is not None:
        parts.append(rows.c[own] == view.provider)
    by_others = view.provider is not None and own is None and is_personal(table)
    if not of_area or by_others:
        parts += [_parent_is_seen(key, rows, view) for key in references(table) if not of_area or _guarded(key)]
    if by_others:
        parts += [rows.c[name].in_(_own(whom, view)) for name, whom in _loose_people(table)]
    if len(parts) < 1 + (of_area and by_others and table.name not in SHARED):
        raise WallBreach(f"nothing says whose the rows of {table.name} are")
    return and_(*parts)


def _own_clients(rows: FromClause, view: View) -> ColumnElement[bool]:
    """Show a provider the clients that it serves today."""
    of_area = rows.c.area == view.area
    return of_area if view.provider is None else and_(of_area, rows.c.client_id.in_(_own("allocation", view)))


def _own_documents(rows: FromClause, view: View) -> ColumnElement[bool]:
    """Show a provider what is rendered for it and for its carers."""
    of_area = rows.c.area == view.area
    if view.provider is None:
        return of_area
    own = and_(rows.c.kind == "provider", rows.c.subject == view.provider)
    return and_(of_area, or_(own, and_(rows.c.kind == "carer", rows.c.subject.in_(_own("carer", view)))))


def _own(whom: str, view: View) -> Select[tuple[str]]:
    """Select the ids of a provider's carers, or of the clients that it serves (`allocation`)."""
    rows = Base.metadata.tables[whom].alias()
    id_of = rows.c.carer_id if whom == "carer" else rows.c.client_id
    return select(id_of).where(rows.c.area == view.area, rows.c.provider_id == view.provider)


RULES: dict[str, Callable[[FromClause, View], ColumnElement[bool]]] = {
    "area": lambda rows, view: rows.c.name == view.area,
    "client": _own_clients,
    "rota_document": _own_documents,
}
"""Whose a row is, where neither its columns nor what it refers to say so."""

ABOUT_PEOPLE = frozenset({"rota_document", "rota_draft", "rota_version"})
"""Tables that hold clients and carers inside documents, where no column shows it."""

SHARED = frozenset({"rota_version"})
"""Tables about people of which every provider of an area sees the rows: the service takes its part out of each."""

OPEN = frozenset({"alembic_version", "kept_answer", "person", "saved_mapping", "sign_in_link", "signed_in", "worker"})
"""Tables without tenants, which any session of the service may use."""


def owner_columns(table: Table) -> tuple[str, ...]:
    """List the columns of a table that say whose a row is."""
    return tuple(name for name in ("area", *PROVIDER_COLUMNS) if name in table.columns)


def _provider_column(table: Table) -> str | None:
    return next((name for name in PROVIDER_COLUMNS if name in table.columns), None)


def references(table: Table) -> list[ForeignKeyConstraint]:
    """List what a table refers to, besides its area."""
    return [key for key in table.foreign_key_constraints if key.referred_table.name != "area"]


def _parents(table: Table) -> list[Table]:
    return [key.referred_table for key in references(table)]


def _loose_people(table: Table) -> list[tuple[str, str]]:
    """List the columns with ids of people that refer to no row: there may be none any more."""
    if any(_guarded(key) for key in references(table)):
        return []
    return [(name, whom) for name, whom in _PEOPLE.items() if name in table.columns]


def _guarded(key: ForeignKeyConstraint) -> bool:
    """Tell whether a provider sees only some of the rows that are referred to."""
    table = key.referred_table
    return is_personal(table) or _provider_column(table) is not None or table.name in RULES


def _parent_is_seen(key: ForeignKeyConstraint, rows: FromClause, view: View) -> ColumnElement[bool]:
    parent = key.referred_table.alias()
    same = [parent.c[each.column.name] == rows.c[each.parent.name] for each in key.elements]
    return exists().where(*same, condition(key.referred_table, parent, view))

"""The walls between tenants, in one place: which rows a session may see, whatever the query that asks for them.

A session at a walled engine has a `View`. Every statement it executes gets the conditions of the tables it names, and
whatever it adds or changes must lie within. A statement that comes another way, or in a session without a view, is
refused when it names one of our tables: forgetting the walls shows nothing rather than everything.

`app.db.views` says whose the rows of each table are.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine, Executable, Insert, Table, TextClause, event, literal, select
from sqlalchemy.orm import Session, with_loader_criteria
from sqlalchemy.sql import visitors

from app.db.base import Base
from app.db.views import OPEN, PROVIDER_COLUMNS, View, WallBreach, condition, is_personal, owner_columns, references
from app.errors import PurposeNeeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ForeignKeyConstraint
    from sqlalchemy.engine.interfaces import ExecutionContext
    from sqlalchemy.orm import ORMExecuteState
    from sqlalchemy.orm.util import LoaderCriteriaOption

Statement = TypeVar("Statement", bound=Executable)

WALLED = "rota_walled"
OUTSIDE = "rota_outside_walls"
_SEEN = "rota_tables_seen_to"
_VIEW = "view"


def walled(engine: Engine) -> Engine:
    """Give the same engine behind the walls."""
    behind = engine.execution_options(**{WALLED: True})
    event.listen(behind, "before_cursor_execute", _guard)
    return behind


def stand_at(session: Session, view: View | None) -> None:
    """Say what a session may see: None is everything at a plain engine, and nothing at a walled one."""
    if view is not None:
        session.info[_VIEW] = view


@contextmanager
def lifted(session: Session) -> Iterator[None]:
    """Let a session see its whole area, for what is computed over all of it; the caller is shown its own part only.

    A test lists who does so.
    """
    view: View | None = session.info.get(_VIEW)
    if view is None:
        yield
        return
    session.info[_VIEW] = replace(view, provider=None)
    try:
        yield
        session.flush()
    finally:
        session.info[_VIEW] = view
        session.expunge_all()


def outside_walls(statement: Statement) -> Statement:
    """Let a statement pass by the walls, as finding out who is calling must. A test lists who does so."""
    return statement.execution_options(**{OUTSIDE: True})


@event.listens_for(Session, "do_orm_execute")
def _wall(state: ORMExecuteState) -> None:
    """Give a statement the conditions of its session's view."""
    view: View | None = state.session.info.get(_VIEW)
    if view is None or OUTSIDE in state.execution_options:
        return  # at a walled engine, the guard refuses what is not marked
    tables = _tables_in(state.statement)
    if not tables:
        _check_text(state.statement)  # or it is about tables of the library of jobs
    elif isinstance(state.statement, Insert):
        _check_insert(state, view)
    elif not state.is_orm_statement:
        raise WallBreach("only statements over mapped classes can be given their walls")
    else:
        state.statement = state.statement.options(*(_option(table, view) for table in sorted(tables - OPEN)))
    state.update_execution_options(**{_SEEN: _closure(tables)})


@event.listens_for(Session, "before_flush")
def _check_flush(session: Session, _context: object, _instances: object) -> None:
    """Let nothing be stored, changed or deleted that does not lie within the view."""
    view: View | None = session.info.get(_VIEW)
    if view is None and not session.get_bind().get_execution_options().get(WALLED):
        return
    for each in (*session.new, *session.dirty, *session.deleted):
        table: Table = each.__table__
        _check_row(session, table, {name: getattr(each, name) for name in _telling(table)}, view)


def _check_text(statement: object) -> None:
    """Let no text name one of our tables: it cannot be given its walls."""
    if isinstance(statement, TextClause) and _ours() & set(re.findall(r"\w+", statement.text)):
        raise WallBreach("only statements over mapped classes can be given their walls")


def _check_insert(state: ORMExecuteState, view: View) -> None:
    """Let no statement add a row outside the view."""
    table: Table = state.statement.table  # type: ignore[attr-defined]
    given: Any = state.parameters
    written: Any = getattr(state.statement, "_values", None) or {}
    inline = {column.key: getattr(value, "value", None) for column, value in written.items()}
    for values in given if isinstance(given, list) else [given or {}]:
        row = {name: values.get(name, inline.get(name)) for name in _telling(table)}
        _check_row(state.session, table, row, view)


def _check_row(session: Session, table: Table, row: dict[str, Any], view: View | None) -> None:
    if table.name in OPEN:
        return
    if view is None:
        raise WallBreach(f"a row of {table.name} was to be stored by nobody in particular")
    if is_personal(table) and not view.people:
        raise PurposeNeeded("say for what purpose")
    wanted = {"area": view.area} | ({} if view.provider is None else dict.fromkeys(PROVIDER_COLUMNS, view.provider))
    told = owner_columns(table)
    within = all(row[name] == wanted.get(name, row[name]) for name in told)
    if not within or not (told or all(_is_seen(session, key, row) for key in references(table))):
        raise WallBreach(f"a row of {table.name} was to be stored outside the view")


def _is_seen(session: Session, key: ForeignKeyConstraint, row: dict[str, Any]) -> bool:
    """Tell whether a row refers to one that the session sees, or is about to add."""
    model = _classes()[key.referred_table.name]
    wanted = {each.column.name: row[each.parent.name] for each in key.elements}
    if any(
        isinstance(new, model) and all(getattr(new, name) == wanted[name] for name in wanted) for new in session.new
    ):
        return True
    with session.no_autoflush:
        return session.scalar(select(literal(1)).select_from(model).filter_by(**wanted).limit(1)) is not None


def _telling(table: Table) -> set[str]:
    """List the columns of a table that tell whose a row is, or to which rows it refers."""
    return {*owner_columns(table), *(each.parent.name for key in references(table) for each in key.elements)}


def _guard(
    _connection: object,
    _cursor: object,
    statement: str,
    _parameters: object,
    context: ExecutionContext | None,
    _many: object,
) -> None:
    """Refuse to read from our tables, unless the walls have seen to each of them."""
    options = context.execution_options if context is not None else {}
    named = _named(statement)
    if named and OUTSIDE not in options and not named <= options.get(_SEEN, frozenset()):
        raise WallBreach(f"{', '.join(sorted(named))}: read past the walls")


@lru_cache(maxsize=4096)
def _named(statement: str) -> frozenset[str]:
    """Find which of our tables with tenants a statement reads."""
    if not statement.lstrip(" (").upper().startswith(("SELECT", "WITH")):
        return frozenset()
    words = {word for pair in _TABLE.findall(statement) for word in pair if word}
    return frozenset(words & _ours())


def _ours() -> frozenset[str]:
    return frozenset(Base.metadata.tables.keys() - OPEN)


_TABLE = re.compile(
    r"""(?:\b(?:FROM|JOIN)\s+|,\s*)"?(\w+)"?(?=\s+AS\s|\s*[,\n)]|\s*$|\s+WHERE)|\b(\w+)"?\.""", re.IGNORECASE
)


def _tables_in(statement: Any) -> frozenset[str]:  # noqa: ANN401 - any executable
    found = (each for each in visitors.iterate(statement) if isinstance(each, Table))
    return frozenset(each.name for each in found if each.metadata is Base.metadata)


@lru_cache(maxsize=4096)
def _option(name: str, view: View) -> LoaderCriteriaOption:
    """Give the option that adds the condition of a table to whatever statement it is in."""
    table = Base.metadata.tables[name]
    if is_personal(table) and not view.people:
        raise PurposeNeeded("say for what purpose")
    return with_loader_criteria(_classes()[name], condition(table, table, view), include_aliases=True)


@lru_cache(maxsize=4096)
def _closure(tables: frozenset[str]) -> frozenset[str]:
    """Add the tables that the conditions of some tables look at."""
    found = set(tables)
    for name in tables - OPEN:
        for view in (View(area="", people=True), View(area="", provider="", people=True)):
            found |= _tables_in(condition(Base.metadata.tables[name], Base.metadata.tables[name], view))
    return frozenset(found)


@cache
def _classes() -> dict[str, type[Base]]:
    return {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined]

"""Dump and load every table of a PostgreSQL database through COPY: one snapshot out, one transaction in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql
from sqlalchemy import inspect, text

from app.db.migrate import configuration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine

OURS = "public"
_UNCOUNTED = frozenset({"alembic_version", "dbos_migrations"})
"""Tables with the number of a schema: an empty database may have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpedTable:
    """A table as dumped: its columns in the order of the file, and its rows."""

    schema: str
    name: str
    columns: tuple[str, ...]
    rows: int

    @property
    def member(self) -> str:
        """Name the file of its rows."""
        return f"{self.schema}.{self.name}.copy"


def dump(engine: Engine, folder: Path) -> list[DumpedTable]:
    """Write each table as a file of PostgreSQL's text format, all as they were at one moment."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with snapshot.connect() as connection:
        return [_dump_table(connection, schema, name, folder) for schema, name in _tables(connection)]


def load(connection: Connection, tables: Sequence[DumpedTable], folder: Path, *, revision: str) -> None:
    """Put a dump in the place of all that the database holds, inside the caller's transaction.

    Our own tables are made anew at the dump's revision; those of others must be there, with the same columns.
    """
    from alembic import command  # noqa: PLC0415 - takes a while to load, and only a restore needs it

    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    connection.execute(text(f"DROP SCHEMA IF EXISTS {OURS} CASCADE"))
    connection.execute(text(f"CREATE SCHEMA {OURS}"))
    command.upgrade(configuration(connection), revision)
    others = [table for table in tables if table.schema != OURS]
    for table in others:
        _driver(connection).execute(sql.SQL("TRUNCATE {} CASCADE").format(_name(table.schema, table.name)))
    for table in tables:
        if table.name != "alembic_version":
            _load_table(connection, table, folder / table.member)
            _advance_sequences(connection, table)


def has_rows(engine: Engine) -> bool:
    """Tell whether the database holds anything but empty tables and the numbers of schemas."""
    with engine.connect() as connection:
        found = [(schema, name) for schema, name in _tables(connection) if name not in _UNCOUNTED]
        query = sql.SQL("SELECT EXISTS (SELECT FROM {})")
        return any(_scalar(connection, query.format(_name(schema, name))) for schema, name in found)


def _tables(connection: Connection) -> Iterator[tuple[str, str]]:
    """List all tables of all schemas but PostgreSQL's own, those first to which others refer."""
    inspector = inspect(connection)
    for schema in sorted(inspector.get_schema_names()):
        if not schema.startswith("pg_") and schema != "information_schema":
            ordered = inspector.get_sorted_table_and_fkc_names(schema)
            yield from ((schema, name) for name, _ in ordered if name is not None)


def _dump_table(connection: Connection, schema: str, name: str, folder: Path) -> DumpedTable:
    columns = [
        column["name"] for column in inspect(connection).get_columns(name, schema) if column.get("computed") is None
    ]
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        _name(schema, name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    rows = 0
    with (folder / f"{schema}.{name}.copy").open("wb") as out, _driver(connection).cursor() as cursor:
        with cursor.copy(statement) as copied:
            for block in copied:
                out.write(block)
        rows = cursor.rowcount
    return DumpedTable(schema=schema, name=name, columns=tuple(columns), rows=rows)


def _load_table(connection: Connection, table: DumpedTable, path: Path) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        _name(table.schema, table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with path.open("rb") as stream, _driver(connection).cursor() as cursor, cursor.copy(statement) as copied:
        while block := stream.read(2**18):
            copied.write(block)


def _advance_sequences(connection: Connection, table: DumpedTable) -> None:
    """Let numbers that the database gives go on after the last one loaded."""
    for column in table.columns:
        found = connection.execute(
            text("SELECT pg_get_serial_sequence(:of, :column)"),
            {"of": f'"{table.schema}"."{table.name}"', "column": column},
        ).scalar()
        if found is not None:
            statement = sql.SQL("SELECT setval({}, GREATEST(COALESCE(MAX({}), 0), 1), MAX({}) IS NOT NULL) FROM {}")
            name = sql.Identifier(column)
            _driver(connection).execute(
                statement.format(sql.Literal(found), name, name, _name(table.schema, table.name))
            )


def _name(schema: str, table: str) -> sql.Identifier:
    return sql.Identifier(schema, table)


def _scalar(connection: Connection, statement: sql.Composed) -> Any:  # noqa: ANN401 - whatever the database answers
    row = _driver(connection).execute(statement).fetchone()
    return row[0] if row else None


def _driver(connection: Connection) -> Any:  # noqa: ANN401 - the driver's connection, inside the same transaction
    return connection.connection.driver_connection

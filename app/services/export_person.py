"""Everything that is stored about one person, for that person: rows of all tables, and what documents say."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from app.db.audit import entries_about
from app.db.person_columns import (
    Ids,
    Person,
    documents,
    free_texts,
    in_area,
    is_of_data_set,
    naming,
    people_tables,
)
from app.errors import PersonNotFound
from app.services.mentions import mentions, sentences
from app.services.person_ids import find_ids

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from app.db.base import Json

GZIP = b"\x1f\x8b"


def export_person(session: Session, person: Person) -> Json:
    """Give all data about a client or carer of an area, as JSON can say it. Raises PersonNotFound.

    Rows may name others, such as the carers of a client's visits: look through them before they are handed over.
    """
    ids = find_ids(session, person)
    rows = {table.name: found for table in people_tables() if (found := _rows(session, table, person.area, ids))}
    told = {table.name: said for table in people_tables() if (said := _documents(session, table, person.area, ids))}
    audit = [
        {"at": entry.at, "action": entry.action, "by": entry.actor, "purpose": entry.purpose, "subject": entry.subject}
        for entry in entries_about(session, person.area, pairs_of(ids))
    ]
    if not (rows or told or audit):
        raise PersonNotFound(f"nothing is stored about {person.kind} {person.id} in {person.area}")
    return {
        "person": {"kind": person.kind.value, "id": person.id, "area": person.area},
        "made_at": datetime.now(UTC),
        "ids": {kind.value: sorted(known) for kind, known in ids.items()},
        "rows": rows,
        "documents": told,
        "audit": audit,
    }


def pairs_of(ids: Ids) -> set[tuple[str, str]]:
    """Give the ids as the audit names them."""
    return {(kind.value, known) for kind, found in ids.items() for known in found}


def unpacked(content: object) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Give what a column of documents holds: JSON, or its bytes, packed or not."""
    if not isinstance(content, bytes):
        return content
    return json.loads(gzip.decompress(content) if content.startswith(GZIP) else content)


def _rows(session: Session, table: Table, area: str, ids: Ids) -> list[Json]:
    condition = naming(table, area, ids)
    if condition is None:
        return []
    told = {column.name for column in documents(table)}
    found = session.execute(select(table).where(condition)).mappings()
    return [{name: value for name, value in row.items() if name not in told} for row in found]


def _documents(session: Session, table: Table, area: str, ids: Ids) -> list[Json]:
    """Give what the documents and sentences of a table say about the person."""
    texts = [] if is_of_data_set(table) else free_texts(table)
    if not [*documents(table), *texts]:
        return []
    marked = {kind: dict.fromkeys(known, "\N{BLACK SQUARE}") for kind, known in ids.items()}
    keys = [column.name for column in inspect(table).primary_key]
    found = []
    for row in session.execute(select(table).where(in_area(table, area))).mappings():
        said = {column.name: mentions(unpacked(row[column.name]), marked) for column in documents(table)}
        said |= {column.name: sentences(row[column.name], marked) for column in texts}
        key = {name: row[name] for name in keys}
        found += [{"key": key, "column": name, "says": parts} for name, parts in said.items() if parts]
    return found

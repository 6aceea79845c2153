"""Erase a person: out of the data set, out of every plan, rota and document that is kept, and out of the audit.

What is about care that was given stays, under an id that leads nowhere: rotas keep their hours and stay provable.
"""

from __future__ import annotations

import gzip
import json
import secrets
from collections import Counter, defaultdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKeyConstraint, delete, inspect, select, update

from app.db.areas import Area, lock_area
from app.db.audit import Entry, blot_out, entries_about, record
from app.db.erasures import Erasure, Proof, last_erasure, salted
from app.db.person_columns import (
    Ids,
    Person,
    documents,
    free_texts,
    id_columns,
    in_area,
    is_about,
    is_of_data_set,
    naming,
    people_tables,
)
from app.db.tables import METADATA
from app.errors import PersonNotFound
from app.services.export_person import GZIP, pairs_of, unpacked
from app.services.import_dataset import digest
from app.services.load_dataset import load_dataset
from app.services.mentions import Names, replaced, replaced_in_text
from app.services.person_ids import find_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table
    from sqlalchemy.orm import Session

    from app.db.base import Json

_DELETED_TOO = frozenset({"calendar_feed"})
"""Tables outside the data set whose rows end with the person."""

_FINAL = ("rota_version", "rota_document")
"""Tables that refuse updates: a version is taken out and put back whole."""

Counts = defaultdict[str, Counter[str]]
"""What became of the rows of each table."""


def erase_person(session: Session, person: Person, *, reason: str, actor: str) -> Proof:
    """Erase a client or carer inside the caller's transaction, and give the proof. Raises PersonNotFound."""
    lock_area(session, person.area)
    ids = find_ids(session, person)
    names: Names = {kind: {old: f"erased-{secrets.token_hex(6)}" for old in known} for kind, known in ids.items()}
    counts: Counts = defaultdict(Counter)
    _rewrite_versions(session, person.area, names, counts)
    for table in people_tables():
        if table.name not in _FINAL:
            _rewrite_documents(session, table, person.area, names, counts)
    _delete_rows(session, person.area, ids, counts)
    _rename_ids(session, person.area, names, counts)
    blotted = blot_out(session, entries_about(session, person.area, pairs_of(ids)))
    if blotted:
        counts["audit_entry"]["blotted out"] = blotted
    if not counts:
        raise PersonNotFound(f"nothing is stored about {person.kind} {person.id} in {person.area}")
    session.flush()
    session.expire_all()
    session.execute(
        update(Area).where(Area.name == person.area).values(digest=digest(load_dataset(session, person.area)))
    )
    return _prove(session, person, counts, reason=reason, actor=actor)


def is_deleted(table: Table) -> bool:
    """Tell whether the rows that name somebody are deleted, rather than given another id."""
    return table.name in _DELETED_TOO or is_of_data_set(table)


def _delete_rows(session: Session, area: str, ids: Ids, counts: Counts) -> None:
    for table in reversed(people_tables()):
        condition = naming(table, area, ids)
        if is_deleted(table) and condition is not None:
            found = session.execute(delete(table).where(condition)).rowcount  # type: ignore[attr-defined]
            if found:
                counts[table.name]["deleted"] += found


def _rename_ids(session: Session, area: str, names: Names, counts: Counts) -> None:
    """Give new ids to the columns that are kept. Rows to which others refer are copied first, and removed last."""
    left: list[tuple[Table, Any]] = []
    for table in people_tables():
        if is_deleted(table) or table.name in _FINAL:
            continue
        for name, kind in id_columns(table).items():
            for old, new in names.get(kind, {}).items():
                condition = in_area(table, area) & (table.c[name] == old)
                if _is_referred_to(table, name):
                    rows = [{**row, name: new} for row in session.execute(select(table).where(condition)).mappings()]
                    if rows:
                        session.execute(table.insert(), rows)
                        left.append((table, condition))
                    found = len(rows)
                else:
                    changed = session.execute(update(table).where(condition).values({name: new}))
                    found = changed.rowcount  # type: ignore[attr-defined]
                if found:
                    counts[table.name]["renamed"] += found
    for table, condition in reversed(left):
        session.execute(delete(table).where(condition))


def _is_referred_to(table: Table, column: str) -> bool:
    return any(
        element.column.table is table and element.column.name == column
        for other in METADATA.tables.values()
        for constraint in other.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for element in constraint.elements
    )


def _rewrite_documents(session: Session, table: Table, area: str, names: Names, counts: Counts) -> None:
    """Replace the ids in the documents and sentences of a table."""
    texts = [] if is_deleted(table) else free_texts(table)
    if not [*documents(table), *texts]:
        return
    keys = [column.name for column in inspect(table).primary_key]
    for row in session.execute(select(table).where(in_area(table, area))).mappings().all():
        changed = _changed(table, dict(row), names)
        if changed:
            mine = [table.c[key] == row[key] for key in keys]
            session.execute(update(table).where(*mine).values(changed))
            counts[table.name]["rewritten"] += 1


def _changed(table: Table, row: Json, names: Names) -> Json:
    """Give the documents and sentences of a row that name somebody, as they shall be."""
    changed: Json = {}
    for column in documents(table):
        before = unpacked(row[column.name])
        after = replaced(before, names)
        if after != before:
            changed[column.name] = _packed_like(row[column.name], after)
    for column in free_texts(table):
        text = row[column.name]
        if text and replaced_in_text(text, names) != text:
            changed[column.name] = replaced_in_text(text, names)
    if is_about(table):
        of_kind: Mapping[str, str] = next((known for kind, known in names.items() if kind.value == row["kind"]), {})
        if row["subject"] in of_kind:
            changed["subject"] = of_kind[row["subject"]]
    return changed


def _packed_like(before: object, after: Any) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Pack a document as it was packed."""
    if not isinstance(before, bytes):
        return after
    content = json.dumps(after, separators=(",", ":"), ensure_ascii=False).encode()
    return gzip.compress(content, mtime=0) if before.startswith(GZIP) else content


def _rewrite_versions(session: Session, area: str, names: Names, counts: Counts) -> None:
    """Put versions back without the person. Their bytes and tags are new, so that nobody keeps reading the old."""
    version, document = (METADATA.tables[name] for name in _FINAL)
    for key in session.execute(select(version.c.day, version.c.number).where(version.c.area == area)).all():
        whole = [dict(row) for row in session.execute(select(version).where(*_of(version, area, key))).mappings()]
        shown = [dict(row) for row in session.execute(select(document).where(*_of(document, area, key))).mappings()]
        found = [
            (table, row, _changed(table, row, names))
            for table, rows in ((version, whole), (document, shown))
            for row in rows
        ]
        if not any(changed for _, _, changed in found):
            continue
        session.execute(delete(version).where(*_of(version, area, key)))
        for table, row, changed in found:
            session.execute(table.insert(), [{**row, **changed, **_new_tag(changed)}])
            if changed:
                counts[table.name]["rewritten"] += 1


def _of(table: Table, area: str, key: Any) -> list[Any]:  # noqa: ANN401 - conditions on columns
    return [table.c.area == area, table.c.day == key.day, table.c.number == key.number]


def _new_tag(changed: Json) -> Json:
    return {"etag": sha256(changed["body"]).hexdigest()} if "body" in changed else {}


def _prove(session: Session, person: Person, counts: Counts, *, reason: str, actor: str) -> Proof:
    """Store the proof, chained to the one before, and take it down in the audit."""
    at = datetime.now(UTC)
    seq, previous = last_erasure(session)
    salt = secrets.token_hex(16)
    values: Json = {
        "seq": seq + 1,
        "area": person.area,
        "kind": person.kind.value,
        "salt": salt,
        "subject": salted(salt, person.id),
        "reason": reason,
        "actor": actor,
        "rows": {name: dict(count) for name, count in sorted(counts.items())},
        "previous": previous,
    }
    unsealed = Proof(at=at.isoformat(), **values)
    session.add(Erasure(at=at, digest=unsealed.sealed(), **{**values, "kind": person.kind}))
    session.flush()
    record(session, Entry(at=at, actor=actor, action="erase_person", subject=f"erasure/{seq + 1}", area=person.area))
    return Proof(at=at.isoformat(), digest=unsealed.sealed(), **values)

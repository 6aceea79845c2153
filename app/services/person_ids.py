"""Find the ids of what is one person's: a client's visits and packages, a carer's shifts, now and in what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.db.person_columns import BELONGS_TO, IdKind, Ids, Person, id_columns, in_area, people_tables

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_MAPS = {"client_of_visit": IdKind.VISIT, "carer_of_shift": IdKind.SHIFT}


def find_ids(session: Session, person: Person) -> Ids:
    """Find the person's id and the ids of what is theirs, in every table and in the staffing of rotas."""
    kind = IdKind(person.kind)
    ids: Ids = {kind: {person.id}} | {own: set() for own in BELONGS_TO[person.kind]}
    for table in people_tables():
        columns = id_columns(table)
        whose = [name for name, of in columns.items() if of is kind]
        for name, of in columns.items():
            if whose and of in BELONGS_TO[person.kind]:
                mine = in_area(table, person.area) & (table.c[whose[0]] == person.id)
                ids[of] |= set(session.scalars(select(table.c[name]).where(mine))) - {None}
        if "staffing" in table.columns:
            for staffing in session.scalars(select(table.c.staffing).where(in_area(table, person.area))):
                _add_staffed(staffing, person, ids)
    return ids


def _add_staffed(staffing: dict[str, Any], person: Person, ids: Ids) -> None:
    for name, of in _MAPS.items():
        if of in ids:
            ids[of] |= {key for key, who in staffing.get(name, {}).items() if who == person.id}

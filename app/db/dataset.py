"""The rows of a data set, in and out of their tables: one table per `Dataset` field, one column per record field."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, text

from app.datafiles.files import FILES
from app.db.agreements import Alliance, AllianceMember, Contract, Package
from app.db.clients import Allocation, Client, Match, Visit
from app.db.due import CarerAbsence, CarerSkill, ClientAbsence, VisitChange
from app.db.ferries import Port, Sailing, SailingException
from app.db.places import Place
from app.db.providers import Carer, Provider, Shift
from app.db.recorded import Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.dataset import Dataset
    from app.db.areas import OfArea

TABLES: Mapping[str, type[OfArea]] = {
    "providers": Provider,
    "alliances": Alliance,
    "alliance_members": AllianceMember,
    "contracts": Contract,
    "carers": Carer,
    "carer_skills": CarerSkill,
    "carer_absences": CarerAbsence,
    "shifts": Shift,
    "clients": Client,
    "client_absences": ClientAbsence,
    "packages": Package,
    "visits": Visit,
    "visit_changes": VisitChange,
    "allocation": Allocation,
    "matches": Match,
    "recorded": Recorded,
    "ports": Port,
    "sailings": Sailing,
    "exceptions": SailingException,
    "places": Place,
}
"""Every table by its `Dataset` field, those first to which the later ones refer."""


MANY = 500
"""Tables with fewer new rows need not be counted."""


def replace_rows(session: Session, dataset: Dataset) -> None:
    """Put the rows of a data set in the place of all that its area had."""
    for table in reversed(list(TABLES.values())):
        session.execute(delete(table).where(table.area == dataset.area))
    for field, table in TABLES.items():
        rows = [
            {"area": dataset.area, "position": place} | {part.name: getattr(row, part.name) for part in fields(row)}
            for place, row in enumerate(getattr(dataset, field))
        ]
        if rows:
            session.execute(insert(table), rows)
        if len(rows) >= MANY:
            _count(session, table)


def _count(session: Session, table: type[OfArea]) -> None:
    """Let PostgreSQL know how many rows there are now.

    Measured: while it takes a table for empty, checking the references of 21,000 visits takes seven times as long.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f'ANALYZE "{table.__tablename__}"'))


def load_rows(session: Session, area: str) -> dict[str, tuple[Any, ...]]:
    """Load the records of an area by `Dataset` field, in the order of their files."""
    loaded = {}
    for file in FILES:
        table = TABLES[file.field]
        columns = [getattr(table, column.name) for column in file.columns]
        found = session.execute(select(*columns).where(table.area == area).order_by(table.position))
        names = [column.name for column in file.columns]
        loaded[file.field] = tuple(file.record(**dict(zip(names, row, strict=True))) for row in found)
    return loaded

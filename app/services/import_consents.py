"""Take many answers down at once, from a file: all of them, or with any fault none.

Whoever is to be asked is listed by `services.ask_list` in a file of the same columns, to be filled in and handed back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.datafiles.cells import ID, TEXT, one_of
from app.datafiles.columns import DataFile, column, newer
from app.datafiles.rows import read_table
from app.datafiles.rules import check_keys
from app.db.clients import client_ids
from app.db.consents import Answer, Said, add_consent
from app.errors import ImportRejected
from app.services.proposals import leave_everywhere

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.db.proposals import By


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """consents.csv. What one client said."""

    client_id: str
    answer: Answer
    note: str


CONSENTS = DataFile(
    name="consents.csv",
    field="consents",
    record=AnswerRow,
    key=("client_id",),
    required=True,
    columns=(column("client_id", ID), column("answer", one_of(Answer)), newer("note", TEXT)),
)


def read_answers(path: Path, clients: Collection[str]) -> list[AnswerRow]:
    """Read the file, whatever its name. Raises ImportRejected with every fault, row and column."""
    table = read_table(path, CONSENTS)
    check_keys(table)
    for number, client in table.column("client_id"):
        if client not in clients:
            table.note(f"there is no client {client}", "Correct the id.", row=number, column="client_id")
    if table.faults:
        faults = sorted(table.faults, key=lambda fault: fault.row or 0)
        raise ImportRejected([replace(fault, file=path.name) for fault in faults])
    return [AnswerRow(**row.cells) for row in table.rows]


def import_answers(session: Session, area: str, path: Path, by: By) -> tuple[int, list[UUID]]:
    """Take every answer of a file down; who says no leaves every open proposal.

    Returns how many answers there were, and the proposals that changed. Raises ImportRejected, and then nothing is
    stored.
    """
    rows = read_answers(path, client_ids(session, area))
    for row in rows:
        add_consent(session, Said(area=area, client=row.client_id, actor=by.actor, at=by.at), row.answer, note=row.note)
    changed: list[UUID] = []
    for row in rows:
        if row.answer is Answer.NO:
            changed += leave_everywhere(session, area, row.client_id, by)
    return len(rows), list(dict.fromkeys(changed))

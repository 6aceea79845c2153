"""Take many answers down at once, from a file: all of them, or with any fault none.

Whoever is to be asked is listed by `services.ask_list` in a file of the same columns, to be filled in and handed back.
A row without an answer is of somebody who has not answered yet: it is counted, and no fault.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.datafiles.cells import ID, TEXT, one_of, optional
from app.datafiles.columns import DataFile, column, newer
from app.datafiles.rows import parse_table
from app.datafiles.rules import check_keys
from app.db.clients import client_ids
from app.db.consents import Answer, Said, add_consent
from app.db.proposals import proposals_moving
from app.db.rotas import providers_of_clients
from app.errors import AnswersRejected
from app.services.proposals import OPEN, leave_everywhere

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.db.proposals import By
    from app.errors import RowFault


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """consents.csv. What one client said; None: nothing yet."""

    client_id: str
    answer: Answer | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """A file of answers: what faults call it, its bytes, and the provider whose clients alone may be in it, if any."""

    name: str
    content: bytes
    provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many answers were taken down, how many rows have none yet, and the proposals that somebody leaves."""

    answers: int
    unanswered: int
    proposals: tuple[UUID, ...]
    stored: bool


CONSENTS = DataFile(
    name="consents.csv",
    field="consents",
    record=AnswerRow,
    key=("client_id",),
    required=True,
    columns=(column("client_id", ID), column("answer", optional(one_of(Answer))), newer("note", TEXT)),
)


def read_answers(file: AnswerFile, clients: Collection[str]) -> list[AnswerRow]:
    """Read the file. Raises AnswersRejected with every fault, row and column; alike ones are told once."""
    table = parse_table(file.content, CONSENTS)
    check_keys(table)
    for number, client in table.column("client_id"):
        if client not in clients:
            table.note("there is no such client", "Correct the id.", row=number, column="client_id")
    if table.faults:
        raise AnswersRejected([replace(fault, file=file.name) for fault in told_once(table.faults)])
    return [AnswerRow(**row.cells) for row in table.rows]


def import_answers(session: Session, area: str, file: AnswerFile, by: By, *, dry_run: bool = False) -> Taken:
    """Take every answer of a file down; who says no leaves every open proposal. With `dry_run` only say what would be.

    Raises AnswersRejected, and then nothing is stored.
    """
    known: Collection[str] = client_ids(session, area)
    if file.provider is not None:
        known = {name for name, held in providers_of_clients(session, area).items() if held == file.provider}
    rows = read_answers(file, known)
    answered = [(row.client_id, row.answer, row.note) for row in rows if row.answer is not None]
    refused = [client for client, answer, _ in answered if answer is Answer.NO]
    left = [found.id for client in refused for found in proposals_moving(session, area, client, OPEN)]
    if not dry_run:
        for client, answer, note in answered:
            add_consent(session, Said(area=area, client=client, actor=by.actor, at=by.at), answer, note=note)
        for client in refused:
            leave_everywhere(session, area, client, by)
    return Taken(
        answers=len(answered),
        unanswered=len(rows) - len(answered),
        proposals=tuple(dict.fromkeys(left)),
        stored=not dry_run,
    )


def told_once(faults: Iterable[RowFault]) -> list[RowFault]:
    """Tell faults that say the same of one column once, with every row: in the order of their first rows."""
    alike: dict[tuple[str | None, str, str], list[RowFault]] = {}
    for fault in sorted(faults, key=lambda fault: fault.row or 0):
        alike.setdefault((fault.column, fault.message, fault.action), []).append(fault)
    return [
        first if len(all_) == 1 else replace(first, message=f"{first.message} ({len(all_)} rows: {_rows(all_)})")
        for all_ in alike.values()
        for first in all_[:1]
    ]


def _rows(faults: Iterable[RowFault]) -> str:
    """Write rows down as people do: 2 to 5, 9."""
    runs: list[list[int]] = []
    for row in [fault.row or 0 for fault in faults]:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)

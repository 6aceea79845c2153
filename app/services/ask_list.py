"""Whom to ask: people in the swaps of a comparison whom the law lets move, and who have not agreed to it yet."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.datafiles.cells import ID
from app.db.consents import Answer, latest_answers
from app.db.proposals import swap_moves
from app.db.rotas import get_provider
from app.services.comparison_used import used
from app.services.load_dataset import load_day
from app.services.movable import NO_RECORD, NOT_YET_ASKED, UNKNOWN_CLIENT, must_stay
from app.services.proposals import comparison_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """Somebody to be asked: in which swap, from whose care to whose, and what is known of an answer so far."""

    client: str
    swap: int
    provider: str
    receiver: str
    so_far: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskList:
    """Whom to ask, by swap, in the numbers of a comparison; `comparison` says which that is (`comparison_used`)."""

    optimisation: UUID
    comparison: Mapping[str, Any]
    people: tuple[ToAsk, ...]


def ask_list(
    session: Session, area: str, day: date, *, optimisation: UUID | None = None, provider: str | None = None
) -> AskList:
    """List whom to ask before the swaps of a comparison (None: the latest without a proposal) can be made, by swap.

    Who has no record comes before a proposal, who is happy to be asked before it is adopted. Who said no, is protected
    or has chosen a provider is not asked. `provider` lists its own clients only. Raises NotFound, also for a provider
    that there is not.
    """
    if provider is not None:
        get_provider(session, area, provider)
    source = comparison_of(session, area, optimisation)
    moves = swap_moves(session, source.id)
    answers = latest_answers(session, area)
    clients = load_day(session, area).clients
    stay = must_stay(session, area, day, clients)
    known = {client.client_id for client in clients}

    def so_far(client: str) -> str:
        if client not in known:
            return UNKNOWN_CLIENT
        return stay.get(client, "" if answers.get(client) is Answer.ASKED else NOT_YET_ASKED)

    return AskList(
        optimisation=source.id,
        comparison=used(source),
        people=tuple(
            ToAsk(client=row.client_id, swap=row.number, provider=row.giver, receiver=row.receiver, so_far=said)
            for row in moves
            for said in [so_far(row.client_id)]
            if said in {NO_RECORD, NOT_YET_ASKED} and provider in {None, row.giver}
        ),
    )


def answer_sheet(rows: Sequence[ToAsk]) -> str:
    """Write the people of a list as a CSV to be filled in, which `services.import_consents` takes."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow(("client_id", "answer", "note"))
    sheet.writerows((ID.write(row.client), "", "") for row in rows)
    return text.getvalue()

"""What somebody may see of a proposal: a provider its own people and carers, of others only how many.

The partnership sees swaps and figures; who moves, and whose work, only for a purpose that it gives.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.db.proposals import get_version, moves_of, steps_of, votes_of
from app.services.load_dataset import load_day
from app.services.proposal_content import exposed
from app.services.proposal_steps import standing
from app.services.tupe import NOTE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal, ProposalVersion
    from app.services.tupe import Exposure


def seen(
    session: Session, proposal: Proposal, *, provider: str | None, with_people: bool, version: int | None = None
) -> dict[str, Any]:
    """Show a version of a proposal (the current one if not said). Raises NotFound."""
    row = get_version(session, proposal, version)
    content = {name: part for name, part in row.content.items() if name != "bounds"}
    moves = moves_of(session, proposal, row.version) if with_people else []
    carers = exposed(session, load_day(session, proposal.area), moves) if moves else []
    content["tupe"] = {
        "note": NOTE,
        "carers": [_exposure(carer) for carer in carers if provider in {None, carer.provider}],
    }
    content["moves"] = [
        {"swap": move.number, "client": move.client_id, "giver": move.giver, "receiver": move.receiver}
        for move in moves
        if provider in {None, move.giver}
    ]
    if provider is not None:
        content["providers"] = [
            line if line["provider"] == provider else {**line, "floor_hours": None} for line in content["providers"]
        ]
    return {**summary(proposal), **_of_version(row), **content} | _history(session, proposal)


def summary(proposal: Proposal) -> dict[str, Any]:
    """Show what a proposal is and how far it has come."""
    return {
        "id": str(proposal.id),
        "area": proposal.area,
        "title": proposal.title,
        "status": str(proposal.status),
        "current_version": proposal.version,
        "proposed_by": proposal.proposed_by,
        "made_at": proposal.made_at.isoformat(),
    }


def _exposure(row: Exposure) -> dict[str, Any]:
    return {
        "carer": row.carer,
        "provider": row.provider,
        "receiver": row.receiver,
        "share_pct": row.share_pct,
        "flag_pct": row.flag_pct,
        "hours": row.hours,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "days": row.days,
    }


def _of_version(row: ProposalVersion) -> dict[str, Any]:
    return {"version": row.version, "why": row.why, "version_by": row.made_by, "version_at": row.made_at.isoformat()}


def _history(session: Session, proposal: Proposal) -> dict[str, Any]:
    """Show votes on the current version, where it stands, and every step so far."""
    return {
        "standing": asdict(standing(session, proposal)),
        "votes": [
            {
                "provider": vote.provider_id,
                "swap": vote.swap,
                "choice": str(vote.choice),
                "comment": vote.comment,
                "by": vote.voted_by,
                "at": vote.at.isoformat(),
            }
            for vote in votes_of(session, proposal)
        ],
        "steps": [
            {
                "status": str(step.status),
                "version": step.version,
                "by": step.taken_by,
                "at": step.at.isoformat(),
                "note": step.note,
            }
            for step in steps_of(session, proposal)
        ],
    }

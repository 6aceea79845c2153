"""What somebody may see of a proposal: a provider its own people and carers, of others only how many.

The partnership sees swaps and figures; who moves only for a recorded purpose, which the caller has to give.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app.db.proposals import get_version, moves_of, steps_of, votes_of
from app.services.proposal_steps import standing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal, ProposalVersion


def seen(
    session: Session, proposal: Proposal, *, provider: str | None, with_people: bool, version: int | None = None
) -> dict[str, Any]:
    """Show a version of a proposal (the current one if not said). Raises NotFound."""
    row = get_version(session, proposal, version)
    content = dict(row.content)
    del content["bounds"]
    if provider is not None:
        content["tupe"] = {
            **content["tupe"],
            "carers": [carer for carer in content["tupe"]["carers"] if carer["provider"] == provider],
        }
        content["providers"] = [
            line if line["provider"] == provider else {**line, "floor_hours": None} for line in content["providers"]
        ]
    moves = [
        {"swap": move.number, "client": move.client_id, "giver": move.giver, "receiver": move.receiver}
        for move in moves_of(session, proposal, row.version)
        if (with_people if provider is None else provider in {move.giver, move.receiver})
    ]
    return {**summary(proposal), **_of_version(row), **content, "moves": moves} | _history(session, proposal)


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

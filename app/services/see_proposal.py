"""What somebody may see of a proposal: a provider its own people, carers and costs; of others how many, and gains.

The partnership sees swaps and figures; who moves, and whose work, only for a purpose that it gives. Votes and comments
are the alliance's: whoever sees a proposal sees them.
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
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal, ProposalVersion
    from app.services.tupe import Exposure


PEOPLE_HIDDEN = (
    "Who moves, and whose work that is, is shown for a purpose only: X-Purpose over HTTP, --purpose (and --by) of "
    "rota proposals show."
)
"""Stands where people would, for whoever has not said what for."""


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
        **({} if with_people else {"hidden": PEOPLE_HIDDEN}),
    }
    content["moves"] = [
        {"swap": move.number, "client": move.client_id, "giver": move.giver, "receiver": move.receiver}
        for move in moves
        if provider in {None, move.giver}
    ]
    if provider is not None:
        content["transition"] = [_without_reasons(wave) for wave in content["transition"]]
        content |= _without_costs_of_others(content, provider)
    return {**summary(proposal), **_of_version(row), **content} | _history(session, proposal)


def _without_costs_of_others(content: Mapping[str, Any], provider: str) -> dict[str, Any]:
    """Show a provider its own floor, costs and effects, the sums of all, and of others what they gain by the rules.

    What a rule leaves each with is needed to check it; what each pays for being on the road is its own business.
    """
    sharing = content["sharing"]
    alone = sharing["alone_gbp_a_day"]
    rules = {
        name: {
            **rule,
            "pays_gbp_a_day": _only(rule["pays_gbp_a_day"], provider),
            "gains_gbp_a_day": {
                who: round(alone[who] - share, 2) for who, share in sorted(rule["pays_gbp_a_day"].items())
            },
        }
        for name, rule in sharing["rules"].items()
    }
    return {
        "providers": [
            line if line["provider"] == provider else {**line, "floor_hours": None} for line in content["providers"]
        ],
        "swaps": [{**swap, "effects": _only(swap["effects"], provider)} for swap in content["swaps"]],
        "sharing": {
            **sharing,
            "alone_gbp_a_day": _only(alone, provider),
            "alone_of_all_gbp_a_day": round(sum(alone.values()), 2),
            "rules": rules,
        },
    }


def _only(by_provider: Mapping[str, Any], provider: str) -> dict[str, Any]:
    return {who: figure for who, figure in by_provider.items() if who == provider}


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


def _without_reasons(wave: dict[str, Any]) -> dict[str, Any]:
    """Show whether a wave was judged to go on; the reasons would tell other providers' floors."""
    said = [{name: row[name] for name in ("by", "at", "go_on")} for row in wave.get("judgements", ())]
    return {**wave, "judgements": said} if said else wave


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

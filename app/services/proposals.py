"""Proposals: drafted from the swaps of a comparison, and revised into new versions, each voted on anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.db.optimisations import Kind, get_optimisation
from app.db.optimisations import Status as Search
from app.db.proposals import (
    AUTOMATIC,
    By,
    Status,
    add_proposal,
    add_step,
    add_version,
    get_version,
    moves_of,
    proposals_moving,
)
from app.db.rotas import latest_with_ledger
from app.errors import NotFound, ProposalUnready
from app.services.comparison_used import used
from app.services.movable import DECLINED, must_stay
from app.services.proposal_content import content_of, ledger_of
from app.services.proposal_steps import standing, swap_of
from app.services.requests import CompareRequest
from app.services.transition import under_way
from app.services.weigh_recompute import has_new, level, weigh

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.dataset import ClientRow
    from app.db.optimisations import Optimisation
    from app.db.proposals import MoveRow, Proposal

OPEN = (Status.DRAFT, Status.SHARED, Status.ADOPTED, Status.TRANSITION)
"""A proposal in one of these moves people, now or soon: whoever says no leaves it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsked:
    """What a proposal is drafted from: a comparison (None: the latest), and the most people who may move, percent."""

    title: str
    optimisation: UUID | None = None
    budget_pct: float = 10.0


def draft(session: Session, area: str, asked: DraftAsked, by: By) -> Proposal:
    """Draft a proposal from a comparison's ledger. Raises NotFound, ProposalUnready for a comparison without one."""
    source = comparison_of(session, area, asked.optimisation)
    proposal = add_proposal(session, area, asked.title, source.id, by)
    content, moves = content_of(session, proposal, ledger_of(session, source.id), budget_pct=asked.budget_pct, by=by)
    content["comparison"] = used(source)
    add_version(session, proposal, content, moves, why="drafted", by=by)
    add_step(session, proposal, Status.DRAFT, by)
    return proposal


def comparison_of(session: Session, area: str, optimisation: UUID | None) -> Optimisation:
    """Get a comparison of an area that is done; if not said the latest with swaps that no proposal constrains.

    Raises NotFound.
    """
    if optimisation is None:
        return latest_with_ledger(session, area)
    source = get_optimisation(session, optimisation)
    if source.area != area or source.kind is not Kind.COMPARE or source.status is not Search.DONE:
        raise NotFound(f"there is no comparison {optimisation} that is done")
    return source


def revise(
    session: Session,
    proposal: Proposal,
    by: By,
    *,
    why: str,
    without: Collection[int] = (),
    optimisation: UUID | None = None,
) -> None:
    """Make a new version: without some swaps, and without whoever may no longer be moved; votes begin anew.

    With `optimisation` the swaps are those of another comparison, with that one's numbers; `without` is still of this
    version. If somebody or some swap is new in it, it is a draft again, whatever it was. Raises NotFound, also for a
    swap that this version does not have, ProposalUnready.
    """
    version = get_version(session, proposal)
    content, moves = _next(session, proposal, by, without=without, optimisation=optimisation)
    if optimisation is None and proposal.status is Status.TRANSITION:
        content |= under_way(version.content, content)
    if optimisation is not None:
        content["weighed"] = _weigh(session, proposal, by, optimisation, (content, moves), without=without)
        proposal.optimisation_id = optimisation
    _keep_texts(version.content["impact"], content["impact"])
    add_version(session, proposal, content, moves, why=why, by=by)
    if optimisation is not None and has_new(content["weighed"]) and proposal.status is not Status.DRAFT:
        add_step(session, proposal, Status.DRAFT, by, note=f"{why}: it moves people or swaps that were not in it")
    elif proposal.status is Status.ADOPTED:
        add_step(session, proposal, Status.SHARED, by, note=why)


def weighed(session: Session, proposal: Proposal, by: By, optimisation: UUID) -> dict[str, Any]:
    """Compare the next version made from another comparison with one that only drops what is declined."""
    recomputed = _next(session, proposal, by, optimisation=optimisation)
    return _weigh(session, proposal, by, optimisation, recomputed)


def _weigh(
    session: Session,
    proposal: Proposal,
    by: By,
    optimisation: UUID,
    recomputed: tuple[dict[str, Any], list[MoveRow]],
    *,
    without: Collection[int] = (),
) -> dict[str, Any]:
    """Compare a recomputed version with one that only drops `without` and what is declined."""
    gone = {*without, *standing(session, proposal).swaps_declined}
    dropped = _next(session, proposal, by, without=gone)
    before, then = (level(get_optimisation(session, each).result) for each in (proposal.optimisation_id, optimisation))
    shift = {name: then[name] - before[name] for name in before if name in then}
    return weigh(moves_of(session, proposal), dropped, recomputed, shift)


def _next(
    session: Session, proposal: Proposal, by: By, *, without: Collection[int] = (), optimisation: UUID | None = None
) -> tuple[dict[str, Any], list[MoveRow]]:
    """Write what the next version would say, without making it."""
    version = get_version(session, proposal)
    gone = {swap_of(version.content, number)["number"] for number in without}
    source = comparison_of(session, proposal.area, optimisation or proposal.optimisation_id)
    swaps = ledger_of(session, source.id)
    if optimisation is None:
        names = {swap["number"]: swap["made_of"] for swap in version.content["swaps"]}
        within = {name for made_of in names.values() for name in made_of}
        swaps = replace(swaps, moves={number: rows for number, rows in swaps.moves.items() if number in within})
        left = {name for number in gone for name in names[number]}
    else:
        gone |= set(standing(session, proposal).swaps_declined)
        stay = _declined(session, proposal, gone)
        left = {number for number, rows in swaps.moves.items() if any(row.client_id in stay for row in rows)}
    budget_pct = version.content["people"]["budget_pct"]
    content, moves = content_of(session, proposal, swaps, budget_pct=budget_pct, by=by, without=frozenset(left))
    content |= {"optimisation": str(source.id), "comparison": used(source), "declined": sorted(gone)}
    if optimisation is None:
        earlier: Counter[str] = Counter(version.content["left_out"])
        content["left_out"] = dict(earlier + Counter(content["left_out"]))
    return content, moves


def _declined(session: Session, proposal: Proposal, now: Collection[int]) -> set[str]:
    """Name who was in a swap that was declined or left out: `now` of the current version, and of any before it."""
    gone = {proposal.version: set(now)}
    for number in range(2, proposal.version + 1):
        gone[number - 1] = set(get_version(session, proposal, number).content.get("declined", ()))
    return {
        row.client_id
        for number, swaps in gone.items()
        if swaps
        for row in moves_of(session, proposal, number)
        if row.number in swaps
    }


def recompute_request(session: Session, proposal: Proposal) -> CompareRequest:
    """Ask for a comparison like the proposal's, around those who stay; its first seed alone, which has the swaps."""
    asked = get_optimisation(session, proposal.optimisation_id).request
    known = {name: asked[name] for name in CompareRequest.__dataclass_fields__ if name in asked}
    around = {"proposal": str(proposal.id), "if_willing": False, "seeds": 1, "curve": False}
    return CompareRequest(**{**known, **around})


def staying(session: Session, proposal: Proposal, day: date, clients: Iterable[ClientRow]) -> dict[str, str]:
    """Give who keeps today's provider, and why: whoever must, and whose swap was declined in this version or before."""
    declined = _declined(session, proposal, standing(session, proposal).swaps_declined)
    return dict.fromkeys(declined, DECLINED) | must_stay(session, proposal.area, day, clients)


def leave_everywhere(session: Session, area: str, client: str, by: By) -> list[UUID]:
    """Take a client out of every open proposal at once; returns which have a new version. Why is not said.

    Nobody has drafted such a version: it names `by` as who caused it.
    """
    service = By(actor=AUTOMATIC, at=by.at, caused_by=by.actor)
    found = proposals_moving(session, area, client, OPEN)
    for proposal in found:
        revise(session, proposal, service, why="somebody stays with today's provider")
    return [proposal.id for proposal in found]


def write_impact(session: Session, proposal: Proposal, heading: str, text: str, *, by: By) -> None:
    """Put another text under a heading of a draft's impact assessment; its figures stay.

    Raises ProposalUnready, NotFound for a heading that there is not.
    """
    if proposal.status is not Status.DRAFT:
        raise ProposalUnready("texts can be changed in a draft only: those who vote must have read what they vote on")
    version = get_version(session, proposal)
    content = dict(version.content)
    if heading not in content["impact"]:
        raise NotFound(f"there is no heading {heading}: the headings are {', '.join(content['impact'])}")
    written = {"text": text, "edited": True, "written_for": proposal.version, "written_by": by.actor}
    content["impact"] = {**content["impact"], heading: {**content["impact"][heading], **written}}
    version.content = content
    session.flush()


def _keep_texts(before: Mapping[str, Any], now: dict[str, Any]) -> None:
    """Keep texts that somebody has written, and for which version, beside figures that are new."""
    for heading, section in before.items():
        if section.get("edited"):
            now[heading] |= {name: told for name, told in section.items() if name != "figures"}

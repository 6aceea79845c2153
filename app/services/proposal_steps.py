"""The way of a proposal: draft, shared, endorsed or declined by each provider, adopted, transition, complete.

Who adopts a proposal has made and shared no version of it. Votes are for one version: a new one asks everybody again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.db.consents import latest_answers
from app.db.proposals import (
    COMMENT_CHARS,
    Choice,
    ProposalVote,
    Status,
    add_step,
    add_vote,
    get_version,
    moves_of,
    steps_of,
    versions_of,
    votes_of,
)
from app.db.rotas import get_provider
from app.errors import NotFound, OwnProposal, PeopleUnasked, ProposalUnready, VoteRefused, WavesUnjudged
from app.security.roles import Role
from app.services.load_dataset import load_day
from app.services.movable import must_stay, not_yet_asked
from app.services.transition import dated, unjudged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.proposals import By, Proposal

NEXT = {
    Status.DRAFT: {Status.SHARED, Status.WITHDRAWN},
    Status.SHARED: {Status.ADOPTED, Status.WITHDRAWN},
    Status.ADOPTED: {Status.TRANSITION, Status.WITHDRAWN},
    Status.TRANSITION: {Status.COMPLETE, Status.WITHDRAWN},
    Status.COMPLETE: set[Status](),
    Status.WITHDRAWN: set[Status](),
}
"""Which status may follow which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a version stands: what each provider concerned last said of it all, and who declined which swap."""

    endorsed: tuple[str, ...]
    declined: tuple[str, ...]
    silent: tuple[str, ...]
    swaps_declined: tuple[int, ...]


def may_take(to: Status) -> tuple[Role, ...]:
    """Name the roles that take a step: planners propose, commissioners decide."""
    if to in {Status.ADOPTED, Status.TRANSITION}:
        return (Role.COMMISSIONER,)
    return (Role.PLANNER, Role.COMMISSIONER)


def take_step(session: Session, proposal: Proposal, to: Status, by: By, *, note: str = "") -> None:
    """Take a proposal one step on; `note` says why it ends with waves missing. Raises ProposalUnready, OwnProposal."""
    if to not in NEXT[proposal.status]:
        raise ProposalUnready(f"a proposal that is {proposal.status} cannot become {to}")
    if to in {Status.SHARED, Status.ADOPTED}:
        _require_movable(session, proposal, by)
    if to is Status.ADOPTED:
        _require_another(session, proposal, by)
        _require_agreed(session, proposal)
        _date_from(session, proposal, by.at.date())
    if to is Status.COMPLETE:
        note = _why_complete(session, proposal, note)
    add_step(session, proposal, to, by, note=note)


def vote(  # noqa: PLR0913 - what a vote is
    session: Session,
    proposal: Proposal,
    provider: str,
    choice: Choice,
    by: By,
    *,
    swap: int | None = None,
    comment: str = "",
) -> ProposalVote:
    """Record what a provider says of a shared proposal, or of one of its swaps.

    Raises ProposalUnready, NotFound for a swap or a provider that there is not, VoteRefused for one that takes no part.
    """
    get_provider(session, proposal.area, provider)
    if proposal.status is not Status.SHARED:
        raise ProposalUnready("votes are taken while a proposal is shared")
    content = get_version(session, proposal).content
    concerned, what = providers_in(content), "this version of the proposal"
    if swap is not None:
        found = swap_of(content, swap)
        swap, concerned, what = found["number"], tuple(found["providers"]), f"swap {swap}"
    if provider not in concerned and choice is not Choice.COMMENT:
        raise VoteRefused(f"{provider} takes no part in {what}: it may comment, but not {choice}")
    row = ProposalVote(
        id=uuid4(),
        proposal_id=proposal.id,
        area=proposal.area,
        version=proposal.version,
        provider_id=provider,
        swap=swap,
        choice=choice,
        comment=comment,
        voted_by=by.actor,
        at=by.at,
    )
    add_vote(session, row)
    return row


def swap_of(content: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """Find a swap of a version by a number that it goes by: a joined one has several. Raises NotFound."""
    for swap in content["swaps"]:
        if number in swap["made_of"]:
            return dict(swap)
    raise NotFound(f"this version of the proposal has no swap {number}")


def providers_in(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the providers that take part in a version: those of its swaps."""
    return tuple(sorted({name for swap in content["swaps"] for name in swap["providers"]}))


def standing(session: Session, proposal: Proposal) -> Standing:
    """Count the votes on the current version: of each provider and swap the latest, comments aside."""
    concerned = providers_in(get_version(session, proposal).content)
    said: dict[tuple[str, int | None], Choice] = {}
    for row in votes_of(session, proposal):
        if row.choice is not Choice.COMMENT:
            said[row.provider_id, row.swap] = row.choice
    whole = {provider: said.get((provider, None)) for provider in concerned}
    return Standing(
        endorsed=_who(whole.items(), Choice.ENDORSE),
        declined=_who(whole.items(), Choice.DECLINE),
        silent=_who(whole.items(), None),
        swaps_declined=tuple(
            sorted({swap for (_, swap), choice in said.items() if swap is not None and choice is Choice.DECLINE})
        ),
    )


def _who(said: Iterable[tuple[str, Choice | None]], choice: Choice | None) -> tuple[str, ...]:
    return tuple(provider for provider, last in said if last is choice)


def _date_from(session: Session, proposal: Proposal, adopted: date) -> None:
    """Date waves and actions from the day of adoption: so far they followed from the day the version was made."""
    version = get_version(session, proposal)
    version.content = {**version.content, **dated(version.content, adopted)}


def _why_complete(session: Session, proposal: Proposal, note: str) -> str:
    """Make sure that every wave was judged to go on, or that a note says why it ends without some."""
    missing = ", ".join(map(str, unjudged(get_version(session, proposal).content["transition"])))
    if missing and not note.strip():
        raise WavesUnjudged(f"not judged to go on: wave {missing}")
    return f"Without wave {missing}: {note}"[:COMMENT_CHARS] if missing else note


def _require_movable(session: Session, proposal: Proposal, by: By) -> None:
    """Make sure that nobody moves who must stay, as people and the law are today."""
    clients = load_day(session, proposal.area).clients
    stay = must_stay(session, proposal.area, by.at.date(), clients)
    fixed = [row for row in moves_of(session, proposal) if row.client_id in stay]
    if fixed:
        raise ProposalUnready(f"{len(fixed)} of those who would move must stay where they are: revise the proposal")


def _require_another(session: Session, proposal: Proposal, by: By) -> None:
    """Make sure that whoever adopts has made, shared and written in no version, in whatever letters the name is."""
    versions = versions_of(session, proposal)
    made = {version.made_by for version in versions}
    made |= {text.get("written_by", "") for version in versions for text in version.content["impact"].values()}
    shared = {step.taken_by for step in steps_of(session, proposal) if step.status is Status.SHARED}
    if by.actor.casefold() in {name.casefold() for name in {proposal.proposed_by, *made, *shared}}:
        raise OwnProposal("whoever drafted, revised or shared any version cannot adopt it: somebody else has to")


def _require_agreed(session: Session, proposal: Proposal) -> None:
    """Make sure that providers have endorsed, and that everybody who moves was asked and agreed."""
    stands = standing(session, proposal)
    if stands.swaps_declined or stands.declined:
        raise ProposalUnready("something of it is declined: revise the proposal without that")
    if stands.silent:
        raise ProposalUnready(f"not endorsed yet by {', '.join(stands.silent)}")
    waiting = not_yet_asked(
        (row.client_id for row in moves_of(session, proposal)), latest_answers(session, proposal.area)
    )
    if waiting:
        have = "has" if len(waiting) == 1 else "have"
        raise PeopleUnasked(f"{len(waiting)} of those who would move {have} not been asked and agreed yet")

"""Proposals: drafted and shared by planners, voted on by providers, adopted by commissioners.

They are about the whole area, so they are read and changed over all of it; what is shown of people follows the caller.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID  # noqa: TC003 - FastAPI reads the annotations

from fastapi import APIRouter, Body, Path, Query, Request, Response, status

from app.api.dependencies import (  # noqa: TC001 - the same
    ProposalReader,
    Proposer,
    Reading,
    StepTaker,
    Voter,
    WritingArea,
)
from app.api.errors import refusals
from app.api.optimisations import jobs_of
from app.db.proposals import By, get_proposal, get_version, list_proposals
from app.errors import (
    FiguresUnusable,
    NotFound,
    NothingPublished,
    NotPermitted,
    OwnProposal,
    PeopleUnasked,
    ProposalUnready,
    PurposeNeeded,
    QueueFull,
    Unauthenticated,
    VoteRefused,
    WavesUnjudged,
)
from app.schemas.proposals import (
    Heading,
    JudgementAsked,
    JudgementBody,
    ProposalAsked,
    ProposalBody,
    ProposalSummary,
    RecomputeBody,
    RevisedBody,
    RevisionAsked,
    StepAsked,
    TextAsked,
    VoteAsked,
)
from app.security.permissions import require_role
from app.security.roles import Role
from app.services.judge_wave import Given, record_judgement
from app.services.load_dataset import load_day
from app.services.proposal_steps import may_take, take_step, vote
from app.services.proposals import DraftAsked, draft, recompute_request, revise, staying, write_impact
from app.services.queue import enqueue
from app.services.see_proposal import seen, summary
from app.services.transition import Measured

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal
    from app.security.callers import Caller

router = APIRouter(prefix="/v1/proposals", tags=["proposals"])
_NEEDS_KEY = (Unauthenticated, NotPermitted, PurposeNeeded)
_FOUND = (*_NEEDS_KEY, NotFound)
_DRAFT = {"ten per cent": {"value": {"title": "Two providers, one road", "budget_pct": 10}}}
_VOTES = {
    "endorse": {"value": {"choice": "endorse"}},
    "decline a swap": {"value": {"choice": "decline", "swap": 3, "comment": "Too far for us in winter."}},
}
_HOURS = {"P01": 101.5, "P02": 64.25, "P03": 38.0}
_ROTAS = {"travel_min_per_visit": 6.4, "visits_placed": 412, "visits_left_out": 3, "hours_by_provider": _HOURS}
_JUDGED = {
    "as published": {"value": {}},
    "as given": {"value": {"before": _ROTAS, "after": {**_ROTAS, "travel_min_per_visit": 6.2}}},
}


@router.post(
    "",
    summary="Draft a proposal",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(*_FOUND, ProposalUnready),
)
def begin(
    asked: Annotated[ProposalAsked, Body(openapi_examples=_DRAFT)],
    caller: Proposer,
    session: WritingArea,
    response: Response,
) -> ProposalSummary:
    """Draft a proposal from a comparison's swaps. Only people with a record of consent are moved."""
    row = draft(session, caller.area, DraftAsked(**asked.model_dump()), _by(caller))
    response.headers["Location"] = f"/v1/proposals/{row.id}"
    return ProposalSummary.model_validate(summary(row))


@router.get("", summary="List the proposals", responses=refusals(*_NEEDS_KEY))
def list_all(caller: ProposalReader, session: Reading) -> list[ProposalSummary]:
    """List the proposals of the key's area, the latest first; providers see them once they are shared."""
    rows = [row for row in list_proposals(session, caller.area) if _visible(caller, row)]
    return [ProposalSummary.model_validate(summary(row)) for row in rows]


@router.get("/{proposal_id}", summary="Read a proposal", responses=refusals(*_FOUND))
def read(
    proposal_id: UUID,
    caller: ProposalReader,
    session: WritingArea,
    version: Annotated[int | None, Query(ge=1, le=10_000, description="The current one if not given.")] = None,
) -> ProposalBody:
    """Give a version with votes and steps. A provider sees who moves to and from it, of others only how many."""
    row = _own(caller, session, proposal_id)
    with_people = caller.provider is not None or caller.purpose is not None
    found = seen(session, row, provider=caller.provider, with_people=with_people, version=version)
    return ProposalBody.model_validate(found)


@router.post(
    "/{proposal_id}/steps",
    summary="Take a step",
    responses=refusals(*_FOUND, OwnProposal, ProposalUnready, PeopleUnasked, WavesUnjudged),
)
def step(proposal_id: UUID, asked: StepAsked, caller: StepTaker, session: WritingArea) -> ProposalSummary:
    """Share a draft, adopt what all endorse (nobody their own), begin or end the transition, or withdraw."""
    require_role(caller, *may_take(asked.to))
    row = _own(caller, session, proposal_id, lock=True)
    take_step(session, row, asked.to, _by(caller), note=asked.note)
    return ProposalSummary.model_validate(summary(row))


@router.post(
    "/{proposal_id}/votes",
    summary="Endorse, decline or comment",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_FOUND, VoteRefused, ProposalUnready),
)
def say(
    proposal_id: UUID,
    asked: Annotated[VoteAsked, Body(openapi_examples=_VOTES)],
    caller: Voter,
    session: WritingArea,
) -> None:
    """Record what the key's provider says of the current version, or of one of its swaps. The latest word counts."""
    row = _own(caller, session, proposal_id, lock=True)
    provider = caller.provider or ""
    vote(session, row, provider, asked.choice, _by(caller), swap=asked.swap, comment=asked.comment)


@router.post("/{proposal_id}/versions", summary="Revise", responses=refusals(*_FOUND, ProposalUnready))
def new_version(proposal_id: UUID, asked: RevisionAsked, caller: Proposer, session: WritingArea) -> RevisedBody:
    """Make a new version without some swaps, or from a new comparison. Everybody votes again.

    If a new comparison moves people or swaps that were not in the proposal, it is a draft again; `weighed` tells how it
    stands against only dropping what was declined.
    """
    row = _own(caller, session, proposal_id, lock=True)
    revise(session, row, _by(caller), why=asked.why, without=asked.without, optimisation=asked.optimisation)
    content = get_version(session, row).content
    return RevisedBody.model_validate({**summary(row), "weighed": content.get("weighed")})


@router.post(
    "/{proposal_id}/comparisons",
    summary="Compare again around what was declined",
    status_code=status.HTTP_202_ACCEPTED,
    responses=refusals(*_FOUND, QueueFull),
)
def recompute(proposal_id: UUID, caller: Proposer, session: WritingArea, request: Request) -> RecomputeBody:
    """Queue a comparison in which everybody stays who must, or whose swap was declined; then revise from it."""
    row = _own(caller, session, proposal_id)
    asked, most = recompute_request(session, row), request.app.state.settings.max_queued
    queued = enqueue(session, caller.area, asked, jobs=jobs_of(request), most=most)
    stay = staying(session, row, datetime.now(UTC).date(), load_day(session, row.area).clients)
    return RecomputeBody(optimisation=queued.id, staying=len(stay))


@router.put(
    "/{proposal_id}/impact/{heading}",
    summary="Write under a heading of the impact assessment",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_FOUND, ProposalUnready),
)
def write(proposal_id: UUID, heading: Heading, asked: TextAsked, caller: Proposer, session: WritingArea) -> None:
    """Put another text beside the figures of a draft."""
    write_impact(session, _own(caller, session, proposal_id, lock=True), heading, asked.text, by=_by(caller))


@router.post(
    "/{proposal_id}/waves/{wave}/judgement",
    summary="Judge a wave",
    responses=refusals(*_FOUND, ProposalUnready, NothingPublished, FiguresUnusable),
)
def judge(
    proposal_id: UUID,
    wave: Annotated[int, Path(ge=1, le=10_000)],
    asked: Annotated[JudgementAsked, Body(openapi_examples=_JUDGED)],
    caller: StepTaker,
    session: WritingArea,
) -> JudgementBody:
    """Say by the stop rule whether the next wave may begin, from published rotas or figures given; on record."""
    row, by = _own(caller, session, proposal_id, lock=True), _by(caller)
    given = Given(
        before=None if asked.before is None else Measured(**asked.before.model_dump()),
        after=None if asked.after is None else Measured(**asked.after.model_dump()),
        people_going_back=asked.people_going_back,
    )
    found = record_judgement(session, row, wave, by, given=given)
    return JudgementBody.model_validate({**found.as_json(), "judged_by": by.actor})


def _own(caller: Caller, session: Session, proposal: UUID, *, lock: bool = False) -> Proposal:
    """Get a proposal that the caller may see. Raises NotFound, whether or not there is one."""
    row = get_proposal(session, caller.area, proposal, lock=lock)
    if not _visible(caller, row):
        raise NotFound(f"there is no proposal {proposal}")
    return row


def _visible(caller: Caller, row: Proposal) -> bool:
    """Tell whether a caller may see a proposal: providers' coordinators once it was shared, the partnership always."""
    if caller.provider is None:
        return True
    return caller.role is Role.COORDINATOR and row.status not in {"draft", "withdrawn"}


def _by(caller: Caller) -> By:
    return By(actor=caller.actor, at=datetime.now(UTC))

# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on proposals. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.proposals import JudgementAsked
from app.schemas.proposals import JudgementBody
from app.schemas.proposals import ProposalAsked
from app.schemas.proposals import ProposalBody
from app.schemas.proposals import ProposalSummary
from app.schemas.proposals import RecomputeBody
from app.schemas.proposals import RevisedBody
from app.schemas.proposals import RevisionAsked
from app.schemas.proposals import StepAsked
from app.schemas.proposals import TextAsked
from app.schemas.proposals import VoteAsked


class Proposals:
    """Operations on proposals."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_all(self, *, x_purpose: str | None = None) -> list[ProposalSummary]:
        """List the proposals of the key's area, the latest first; providers see them once they are shared."""
        found: list[ProposalSummary] = TypeAdapter(list[ProposalSummary]).validate_json(
            self._transport.send("GET", "/v1/proposals", headers={"X-Purpose": x_purpose})
        )
        return found

    def begin(self, body: ProposalAsked, *, x_purpose: str | None = None) -> ProposalSummary:
        """Draft a proposal from a comparison's swaps. Only people with a record of consent are moved."""
        found: ProposalSummary = TypeAdapter(ProposalSummary).validate_json(
            self._transport.send(
                "POST",
                "/v1/proposals",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(ProposalAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def read(self, proposal_id: UUID, *, version: int | None = None, x_purpose: str | None = None) -> ProposalBody:
        """Give a version with votes and steps. A provider sees who moves to and from it, of others only how many."""
        found: ProposalBody = TypeAdapter(ProposalBody).validate_json(
            self._transport.send(
                "GET", f"/v1/proposals/{proposal_id}", params={"version": version}, headers={"X-Purpose": x_purpose}
            )
        )
        return found

    def recompute(self, proposal_id: UUID, *, x_purpose: str | None = None) -> RecomputeBody:
        """Queue a comparison in which everybody stays who must, or whose swap was declined; then revise from it."""
        found: RecomputeBody = TypeAdapter(RecomputeBody).validate_json(
            self._transport.send("POST", f"/v1/proposals/{proposal_id}/comparisons", headers={"X-Purpose": x_purpose})
        )
        return found

    def write(
        self,
        proposal_id: UUID,
        heading: Literal["people", "continuity", "quality", "cost", "market", "workforce"],
        body: TextAsked,
        *,
        x_purpose: str | None = None,
    ) -> None:
        """Put another text beside the figures of a draft."""
        self._transport.send(
            "PUT",
            f"/v1/proposals/{proposal_id}/impact/{heading}",
            headers={"X-Purpose": x_purpose},
            content=TypeAdapter(TextAsked).dump_json(body, exclude_unset=True),
        )

    def step(self, proposal_id: UUID, body: StepAsked, *, x_purpose: str | None = None) -> ProposalSummary:
        """Share a draft, adopt what all endorse (nobody their own), begin or end the transition, or withdraw."""
        found: ProposalSummary = TypeAdapter(ProposalSummary).validate_json(
            self._transport.send(
                "POST",
                f"/v1/proposals/{proposal_id}/steps",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(StepAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def new_version(self, proposal_id: UUID, body: RevisionAsked, *, x_purpose: str | None = None) -> RevisedBody:
        """Make a new version without some swaps, or from a new comparison. Everybody votes again.

        If a new comparison moves people or swaps that were not in the proposal, it is a draft again; `weighed` tells how it
        stands against only dropping what was declined.
        """
        found: RevisedBody = TypeAdapter(RevisedBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/proposals/{proposal_id}/versions",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(RevisionAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def say(self, proposal_id: UUID, body: VoteAsked, *, x_purpose: str | None = None) -> None:
        """Record what the key's provider says of the current version, or of one of its swaps. The latest word counts."""
        self._transport.send(
            "POST",
            f"/v1/proposals/{proposal_id}/votes",
            headers={"X-Purpose": x_purpose},
            content=TypeAdapter(VoteAsked).dump_json(body, exclude_unset=True),
        )

    def judge(
        self, proposal_id: UUID, wave: int, body: JudgementAsked, *, x_purpose: str | None = None
    ) -> JudgementBody:
        """Say by the stop rule whether the next wave may begin, from published rotas or figures given; on record."""
        found: JudgementBody = TypeAdapter(JudgementBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/proposals/{proposal_id}/waves/{wave}/judgement",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(JudgementAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

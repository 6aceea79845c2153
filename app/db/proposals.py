"""Proposals: versions that are final once shared, who moves in each, votes, and the steps that were taken.

The swaps of a comparison are stored beside its figures, which name nobody; a proposal is drafted from both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the columns need it at run time
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, Integer, String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, Json, UtcDateTime, word_of
from app.db.consents import ACTOR_CHARS
from app.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

AUTOMATIC = "service"
"""Who makes a version that follows from what somebody said, without anybody having drafted it."""

TITLE_CHARS = 200
COMMENT_CHARS = 2_000
TEXT_CHARS = 10_000
"""The longest text under a heading of an impact assessment."""


class Status(StrEnum):
    """How far a proposal is. `withdrawn` and `complete` are final."""

    DRAFT = "draft"
    SHARED = "shared"
    ADOPTED = "adopted"
    TRANSITION = "transition"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"


class Choice(StrEnum):
    """What a provider says of a proposal, or of one swap of it."""

    ENDORSE = "endorse"
    DECLINE = "decline"
    COMMENT = "comment"


class SwapMove(Base):
    """Who moves in a swap of a comparison's ledger."""

    __tablename__ = "swap_move"

    optimisation_id: Mapped[UUID] = mapped_column(ForeignKey("optimisation.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    number: Mapped[int]
    giver: Mapped[str] = mapped_column(String(ID_CHARS))
    receiver: Mapped[str] = mapped_column(String(ID_CHARS))
    hours_s: Mapped[int]


class Proposal(Base):
    """A proposal as it is now. `proposed_by` drafted it; each version says who made that one."""

    __tablename__ = "proposal"
    __table_args__ = (Index(None, "area", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    title: Mapped[str] = mapped_column(String(TITLE_CHARS))
    status: Mapped[Status] = mapped_column(word_of(Status))
    version: Mapped[int]
    optimisation_id: Mapped[UUID] = mapped_column(ForeignKey("optimisation.id"))
    proposed_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalVersion(Base):
    """What a proposal said in one version; `why` says why there is a new one."""

    __tablename__ = "proposal_version"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    content: Mapped[Json] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(TITLE_CHARS))
    made_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalMove(Base):
    """Who moves in a version, and in which of its swaps."""

    __tablename__ = "proposal_move"
    __table_args__ = (
        ForeignKeyConstraint(
            ["proposal_id", "version"], ["proposal_version.proposal_id", "proposal_version.version"], ondelete="CASCADE"
        ),
    )

    proposal_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    client_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    number: Mapped[int]
    giver: Mapped[str] = mapped_column(String(ID_CHARS))
    receiver: Mapped[str] = mapped_column(String(ID_CHARS))
    hours_s: Mapped[int]


class ProposalVote(Base):
    """What a provider said of a version, or of one swap of it. Nothing is overwritten: the latest counts."""

    __tablename__ = "proposal_vote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["proposal_id", "version"], ["proposal_version.proposal_id", "proposal_version.version"], ondelete="CASCADE"
        ),
        Index(None, "proposal_id", "version"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID]
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    version: Mapped[int]
    provider_id: Mapped[str] = mapped_column(String(ID_CHARS))
    swap: Mapped[int | None]
    choice: Mapped[Choice] = mapped_column(word_of(Choice))
    comment: Mapped[str] = mapped_column(String(COMMENT_CHARS))
    voted_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProposalStep(Base):
    """A change of a proposal's status: who, when, and in which version."""

    __tablename__ = "proposal_step"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    status: Mapped[Status] = mapped_column(word_of(Status))
    version: Mapped[int]
    taken_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(COMMENT_CHARS))


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow:
    """One client's move, in the swap of that number."""

    client_id: str
    number: int
    giver: str
    receiver: str
    hours_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who did something, and when; `caused_by` what somebody said, where the service acts by itself (`AUTOMATIC`)."""

    actor: str
    at: datetime
    caused_by: str = ""


def save_swap_moves(session: Session, optimisation: UUID, moves: Iterable[MoveRow]) -> None:
    """Store who moves in the swaps of a comparison."""
    rows = [{"optimisation_id": optimisation, **_columns(move)} for move in moves]
    if rows:
        session.execute(insert(SwapMove), rows)


def swap_moves(session: Session, optimisation: UUID) -> list[MoveRow]:
    """List who moves in the swaps of a comparison."""
    asked = select(SwapMove).where(SwapMove.optimisation_id == optimisation)
    return [_move(row) for row in session.scalars(asked.order_by(SwapMove.number, SwapMove.client_id))]


def add_proposal(session: Session, area: str, title: str, optimisation: UUID, by: By) -> Proposal:
    """Begin a proposal, as yet without a version."""
    row = Proposal(
        id=uuid4(),
        area=area,
        title=title,
        status=Status.DRAFT,
        version=0,
        optimisation_id=optimisation,
        proposed_by=by.actor,
        made_at=by.at,
    )
    session.add(row)
    session.flush()
    return row


def get_proposal(session: Session, area: str | None, proposal: UUID, *, lock: bool = False) -> Proposal:
    """Get a proposal (of an area, if not None), keeping other writers of it waiting if `lock`. Raises NotFound."""
    asked = select(Proposal).where(Proposal.id == proposal)
    row = session.scalar(asked.with_for_update() if lock else asked)
    if row is None or area not in {None, row.area}:
        raise NotFound(f"there is no proposal {proposal}")
    return row


def list_proposals(session: Session, area: str) -> Sequence[Proposal]:
    """List the proposals of an area, the latest first."""
    return session.scalars(select(Proposal).where(Proposal.area == area).order_by(Proposal.made_at.desc())).all()


def add_version(
    session: Session, proposal: Proposal, content: Json, moves: Iterable[MoveRow], *, why: str, by: By
) -> None:
    """Give a proposal its next version."""
    proposal.version += 1
    key = {"proposal_id": proposal.id, "version": proposal.version, "area": proposal.area}
    told = {**content, "caused_by": by.caused_by or None}
    session.add(ProposalVersion(**key, content=told, why=why, made_by=by.actor, made_at=by.at))
    session.flush()
    rows = [{**key, **_columns(move)} for move in moves]
    if rows:
        session.execute(insert(ProposalMove), rows)


def get_version(session: Session, proposal: Proposal, version: int | None = None) -> ProposalVersion:
    """Get a version of a proposal, the current one if not said. Raises NotFound."""
    row = session.get(ProposalVersion, (proposal.id, version or proposal.version))
    if row is None:
        raise NotFound(f"proposal {proposal.id} has no version {version}")
    return row


def versions_of(session: Session, proposal: Proposal) -> Sequence[ProposalVersion]:
    """List the versions of a proposal in order."""
    asked = select(ProposalVersion).where(ProposalVersion.proposal_id == proposal.id)
    return session.scalars(asked.order_by(ProposalVersion.version)).all()


def moves_of(session: Session, proposal: Proposal, version: int | None = None) -> list[MoveRow]:
    """List who moves in a version, the current one if not said."""
    asked = select(ProposalMove).where(
        ProposalMove.proposal_id == proposal.id, ProposalMove.version == (version or proposal.version)
    )
    return [_move(row) for row in session.scalars(asked.order_by(ProposalMove.number, ProposalMove.client_id))]


def proposals_moving(session: Session, area: str, client: str, among: Iterable[Status]) -> Sequence[Proposal]:
    """List proposals whose current version moves a client."""
    return session.scalars(
        select(Proposal)
        .join(ProposalMove, (ProposalMove.proposal_id == Proposal.id) & (ProposalMove.version == Proposal.version))
        .where(Proposal.area == area, ProposalMove.client_id == client, Proposal.status.in_(list(among)))
        .order_by(Proposal.made_at)
    ).all()


def agreed_moves(session: Session, area: str) -> frozenset[tuple[str, str]]:
    """Give the clients whom adopted proposals move, each with the provider that receives them."""
    adopted = (Status.ADOPTED, Status.TRANSITION, Status.COMPLETE)
    found = (
        select(ProposalMove.client_id, ProposalMove.receiver)
        .join(Proposal, (ProposalMove.proposal_id == Proposal.id) & (ProposalMove.version == Proposal.version))
        .where(Proposal.area == area, Proposal.status.in_(adopted))
    )
    return frozenset((client, receiver) for client, receiver in session.execute(found))


def add_vote(session: Session, vote: ProposalVote) -> None:
    """Record a vote."""
    session.add(vote)
    session.flush()


def votes_of(session: Session, proposal: Proposal) -> Sequence[ProposalVote]:
    """List the votes on a proposal's current version, the earliest first."""
    asked = select(ProposalVote).where(
        ProposalVote.proposal_id == proposal.id, ProposalVote.version == proposal.version
    )
    return session.scalars(asked.order_by(ProposalVote.at, ProposalVote.id)).all()


def add_step(session: Session, proposal: Proposal, status: Status, by: By, *, note: str = "") -> None:
    """Change a proposal's status and write down who did."""
    taken = len(steps_of(session, proposal))
    proposal.status = status
    session.add(
        ProposalStep(
            proposal_id=proposal.id,
            number=taken + 1,
            area=proposal.area,
            status=status,
            version=proposal.version,
            taken_by=by.actor,
            at=by.at,
            note=note,
        )
    )
    session.flush()


def steps_of(session: Session, proposal: Proposal) -> Sequence[ProposalStep]:
    """List the steps of a proposal in order."""
    asked = select(ProposalStep).where(ProposalStep.proposal_id == proposal.id)
    return session.scalars(asked.order_by(ProposalStep.number)).all()


def _columns(move: MoveRow) -> Json:
    return {name: getattr(move, name) for name in MoveRow.__dataclass_fields__}


def _move(row: SwapMove | ProposalMove) -> MoveRow:
    return MoveRow(**{name: getattr(row, name) for name in MoveRow.__dataclass_fields__})

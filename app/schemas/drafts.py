"""Drafts of rotas over HTTP: what may be asked of them, and what each change breaks and costs."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - the models need them at run time
from typing import Annotated, Any, Literal
from uuid import UUID  # noqa: TC003 - the same

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.db.rota_drafts import State  # noqa: TC001 - the same
from app.schemas.fields import Day, Id, Letter  # noqa: TC001 - the same
from app.schemas.rotas import RotaBody  # noqa: TC001 - the same
from app.services.hand_changes import ChangeWord, HandChange

Words = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class _Asked(BaseModel):
    """A request: an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid")


class DraftAsked(_Asked):
    """Begin a draft: from the rota that carers follow or, for the partnership, from the latest plan with a letter."""

    day: Day
    plan: Annotated[Letter | None, Field(description="The published rota if not given.")] = None


class MoveAsked(_Asked):
    """Give a visit to a carer's shift, or another place in it."""

    change: Literal["move"]
    visit: Id
    to_shift: Id
    from_shift: Annotated[Id | None, Field(description="The shift to relieve, where two carers make the visit.")] = None
    position: Annotated[
        int | None, Field(ge=0, le=1_000, description="Visits of the run before it; where it fits best if not given.")
    ] = None

    def to_change(self) -> HandChange:
        """Give the change."""
        asked = self.model_dump(exclude={"change"})
        return HandChange(word=ChangeWord.MOVE, **asked)


class SwapAsked(_Asked):
    """Let two visits change places."""

    change: Literal["swap"]
    visit: Id
    other: Id

    def to_change(self) -> HandChange:
        """Give the change."""
        return HandChange(word=ChangeWord.SWAP, visit=self.visit, other=self.other)


class LeaveOutAsked(_Asked):
    """Leave a visit out."""

    change: Literal["leave-out"]
    visit: Id
    why: Annotated[Words | None, Field(description="Why, for everybody who reads of it: no name, nothing medical.")] = (
        None
    )

    def to_change(self) -> HandChange:
        """Give the change."""
        return HandChange(word=ChangeWord.LEAVE_OUT, visit=self.visit, why=self.why)


class VisitAsked(_Asked):
    """Lock a visit to its carers and its time, or unlock it."""

    change: Literal["lock", "unlock"]
    visit: Id

    def to_change(self) -> HandChange:
        """Give the change."""
        return HandChange(word=ChangeWord(self.change), visit=self.visit)


ChangeAsked = Annotated[MoveAsked | SwapAsked | LeaveOutAsked | VisitAsked, Field(discriminator="change")]


class AcknowledgeAsked(_Asked):
    """Somebody knows that a visit is left out."""

    visit: Id
    by: Name


class PublishAsked(_Asked):
    """Publish a draft."""

    reason: Annotated[Words, Field(description="Why, for everybody who reads the rota.")]
    acknowledge: Annotated[
        list[AcknowledgeAsked],
        Field(description="Who knows of each time-critical visit that is left out.", max_length=1_000),
    ] = []


class BreachBody(BaseModel):
    """A rule that a draft breaks."""

    rule: str
    visit: str | None = None
    shift: str | None = None
    amount: Annotated[int, Field(description="In the unit of the rule: seconds, or a count.")]
    message: str


class RetimedBody(BaseModel):
    """A visit that starts at another time than before a change; `before` is absent where its carer is new."""

    visit: str
    shift: str
    before: datetime | None = None
    start: datetime


class DraftSummary(BaseModel):
    """How far a draft is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    day: date
    provider: Annotated[str | None, Field(description="Whose runs may be changed; everybody's if absent.")] = None
    state: State
    revision: int
    based_on: Annotated[int | None, Field(description="The published version that it goes on from.")] = None
    letter: str | None = None
    made_at: datetime
    made_by: str


class DraftBody(DraftSummary):
    """A draft: its rota as it would be published, what it breaks, what is locked, and what was done to it."""

    rota: RotaBody
    breaches: Annotated[list[BreachBody] | None, Field(description="Absent before the first change.")] = None
    locks: Annotated[dict[str, list[str]], Field(description="The shifts on which visits are locked.")]
    history: list[dict[str, Any]]


class ChangedBody(BaseModel):
    """What a change does. Its costs are in the unit of the optimiser's prices: seconds of a carer's paid time, or what
    is worth as much. Less is better."""

    draft: UUID
    revision: int
    kept: Annotated[bool, Field(description="Whether the change was stored, not only tried.")]
    state: State
    broken: Annotated[list[BreachBody], Field(description="Rules that the change breaks.")]
    mended: Annotated[list[BreachBody], Field(description="Rules that were broken, and are not any more.")]
    breaches: Annotated[int, Field(description="How many rules the draft breaks now.")]
    cost_s: Annotated[
        float,
        Field(description="What the change costs in all, in paid seconds or what is worth as much; saved below 0."),
    ]
    costs_s: Annotated[
        dict[str, float],
        Field(
            description="What it is made of, in the same unit: each term that changes, such as `commute`, `travel` or "
            "`unallocated`, which is what a visit left out is held to cost."
        ),
    ]
    shifts: Annotated[list[str], Field(description="The shifts whose runs are other than before.")]
    retimed: list[RetimedBody]

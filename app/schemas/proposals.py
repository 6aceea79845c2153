"""Proposals, votes and consents over HTTP: what may be sent, and what is answered."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the models need them at run time
from typing import Annotated, Any, Literal
from uuid import UUID  # noqa: TC003 - the same

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.db.consents import Answer, Ground  # noqa: TC001 - the same
from app.db.proposals import COMMENT_CHARS, TEXT_CHARS, TITLE_CHARS, Choice, Status
from app.schemas.fields import Day, Id  # noqa: TC001 - the same
from app.services.impact import HEADINGS

Title = Annotated[str, StringConstraints(min_length=1, max_length=TITLE_CHARS, strip_whitespace=True)]
Comment = Annotated[str, StringConstraints(max_length=COMMENT_CHARS, strip_whitespace=True)]
Number = Annotated[int, Field(ge=1, le=10_000)]
Heading = Literal["people", "continuity", "quality", "cost", "market", "workforce"]
Percent = Annotated[float, Field(ge=0, le=100)]

if tuple(Heading.__args__) != HEADINGS:  # type: ignore[attr-defined]  # a literal has its words there
    raise ImportError("the headings of requests are not those of assessments")


class _Asked(BaseModel):
    """A request: an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class ProposalAsked(_Asked):
    """Draft a proposal from the swaps of a comparison."""

    title: Title
    optimisation: Annotated[UUID | None, Field(description="A comparison; the latest if not given.")] = None
    budget_pct: Annotated[Percent, Field(description="Most people who may move, percent.")] = 10.0


class StepAsked(_Asked):
    """Take a proposal one step on."""

    to: Status
    note: Comment = ""


class VoteAsked(_Asked):
    """Say something of a shared proposal, or of one of its swaps."""

    choice: Choice
    swap: Annotated[Number | None, Field(description="A swap by its number; the whole proposal if not given.")] = None
    comment: Comment = ""


class RevisionAsked(_Asked):
    """Make a new version without some swaps, or from a new comparison."""

    why: Title
    without: Annotated[list[Number], Field(max_length=1_000, description="Swaps to leave out.")] = []
    optimisation: Annotated[UUID | None, Field(description="A comparison that was made anew.")] = None


class TextAsked(_Asked):
    """Write the text under a heading."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_CHARS, strip_whitespace=True)]


class MeasuredAsked(_Asked):
    """What the rotas of a fortnight show."""

    travel_min_per_visit: Annotated[float, Field(ge=0)]
    visits_left_out: Annotated[float, Field(ge=0)]
    hours_by_provider: Annotated[
        dict[Id, Annotated[float, Field(ge=0)]],
        Field(max_length=1_000, description="A day, of each provider of the proposal and of no other."),
    ]
    people_going_back: Annotated[int, Field(ge=0)] = 0
    visits_placed: Annotated[
        float, Field(ge=0, description="Each day. Without it in `before`, travel cannot be held against the promise.")
    ] = 0
    late_pct: Annotated[float | None, Field(ge=0, le=100, description="Calls late or missed; null: not known.")] = None


class JudgementAsked(_Asked):
    """Judge a wave: by the rotas published before the first wave and after this one, or by what is given instead."""

    before: MeasuredAsked | None = None
    after: MeasuredAsked | None = None
    people_going_back: Annotated[int, Field(ge=0, description="Asked to go back; no rota shows that.")] = 0


class ConsentAsked(_Asked):
    """Write down what somebody said about being asked to change provider."""

    answer: Answer
    note: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class ProtectionAsked(_Asked):
    """Keep somebody from being moved."""

    ground: Ground
    until: Annotated[Day | None, Field(description="The last day; without end if not given.")] = None


class ProposalSummary(BaseModel):
    """A proposal and how far it has come."""

    id: UUID
    area: str
    title: str
    status: Status
    current_version: int
    proposed_by: Annotated[str, Field(description="Who drafted it.")]
    made_at: datetime


_Weighed = Annotated[
    dict[str, Any] | None,
    Field(
        description="Of a version from a new comparison: it and one that only drops what was declined, each against "
        "plan B, which is `better`, and what is new and gone."
    ),
]


class RevisedBody(ProposalSummary):
    """What a proposal is after a revision."""

    weighed: _Weighed = None


class ProposalBody(ProposalSummary):
    """A version of a proposal, with everything that was said of the current one."""

    version: int
    why: str
    version_by: Annotated[str, Field(description="Who made this version; `service`: it follows from an answer.")]
    caused_by: Annotated[str | None, Field(description="Whose act a version of the service follows from.")] = None
    version_at: datetime
    day: str
    optimisation: UUID
    comparison: Annotated[
        dict[str, Any] | None, Field(description="Which comparison it is drawn from, and what that was held to.")
    ] = None
    weighed: _Weighed = None
    estimated: Annotated[bool, Field(description="Whether any swap was rostered after one that is not in it.")]
    people: dict[str, Any]
    totals: dict[str, float]
    continuity: Annotated[dict[str, int], Field(description="People with other carers than in plan B, each once.")]
    safe: Annotated[str, Field(description="What it means that the order is safe to stop at.")]
    swaps: Annotated[list[dict[str, Any]], Field(description="In an order that is safe to stop at, as `safe` says.")]
    more_visits: Annotated[int, Field(description="Placed more in rosters of B and C that the search found late.")] = 0
    sharing: Annotated[dict[str, Any], Field(description="What each would pay by each rule, and whom it fails.")]
    left_out: Annotated[dict[str, int], Field(description="People who do not move, by reason.")]
    providers: list[dict[str, Any]]
    impact: dict[str, dict[str, Any]]
    dated_from: Annotated[Day, Field(description="Waves and actions follow from it: the day of adoption once adopted.")]
    transition: list[dict[str, Any]]
    actions: list[dict[str, str]]
    tupe: dict[str, Any]
    moves: Annotated[list[dict[str, Any]], Field(description="Who moves: a provider's own people and those who come.")]
    standing: dict[str, Any]
    votes: list[dict[str, Any]]
    steps: list[dict[str, Any]]


class MeasuredBody(BaseModel):
    """What rotas show, by day on average over `days` (0: as given)."""

    travel_min_per_visit: float
    visits_placed: float
    visits_left_out: float
    hours_by_provider: dict[str, float]
    late_pct: float | None
    people_going_back: int
    days: int


class JudgementBody(BaseModel):
    """Whether the next wave may begin: what was promised, what rotas show, and who judged."""

    go_on: Annotated[bool, Field(description="No reason to stop, and travel could be held against the promise.")]
    judged_by: str
    reasons: list[str]
    not_judged: Annotated[list[str], Field(description="Rules that had nothing to go by.")]
    promised_travel_min_per_visit: Annotated[float | None, Field(description="null: not known.")]
    before: MeasuredBody
    after: MeasuredBody


class RecomputeBody(BaseModel):
    """The comparison that was asked for, with everybody staying who must or whose swap was declined."""

    optimisation: UUID
    staying: int


class ToAskBody(BaseModel):
    """Somebody to be asked: in which swap, from whose care to whose, and what is known of an answer so far."""

    model_config = ConfigDict(from_attributes=True)

    client: str
    swap: int
    provider: str
    receiver: str
    so_far: str


class AskListBody(BaseModel):
    """Whom to ask, by swap, in the numbers of a comparison."""

    model_config = ConfigDict(from_attributes=True)

    optimisation: UUID
    comparison: Annotated[dict[str, Any], Field(description="Which comparison that is, and what it was held to.")]
    people: list[ToAskBody]


class TakenBody(BaseModel):
    """What a file of answers came to."""

    model_config = ConfigDict(from_attributes=True)

    answers: Annotated[int, Field(description="Taken down, or with `dry_run` found good.")]
    unanswered: Annotated[int, Field(description="Rows without an answer yet.")]
    proposals: Annotated[list[UUID], Field(description="Those that somebody leaves: each has a new version.")]
    stored: bool


class LeftBody(BaseModel):
    """The proposals that have a new version now."""

    proposals: list[UUID]

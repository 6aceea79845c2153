"""What may be asked of the planner over HTTP, with bounds, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID  # noqa: TC003 - the same

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from app.db.optimisations import Kind, Status  # noqa: TC001 - the same
from app.schemas.fields import Id  # noqa: TC001 - the same
from app.schemas.problems import ProblemBody  # noqa: TC001 - the same
from app.services.requests import CompareRequest, OptimiseRequest, ZoneRequest

MOST_ITERATIONS = 5_000_000
MOST_SECONDS = 3_600.0

Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Day = Annotated[date | None, Field(description="The day; by default that of the data set.")]
Iterations = Annotated[int, Field(ge=1, le=MOST_ITERATIONS)]

_compare = CompareRequest()
_zones = ZoneRequest()


class _Asked(BaseModel):
    """A request: an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


Amount = Annotated[float, Field(ge=0, le=100_000)]


class TermsAsked(_Asked):
    """What one provider says it needs of the day; what it says nothing of is left out."""

    viable_hours: Annotated[Amount | None, Field(description="Contact hours below which it cannot live.")] = None
    keep_pct: Annotated[Amount | None, Field(description="Of today's contact hours, at least so many percent.")] = None
    most_loss_hours: Annotated[Amount | None, Field(description="Contact hours that it loses at most.")] = None
    most_hours: Annotated[Amount | None, Field(description="Contact hours that it takes at most.")] = None
    least_run_minutes: Annotated[Amount | None, Field(description="Contact for which it staffs a run.")] = None


class CompareAsked(_Asked):
    """Compare the four plans A, B, C and D."""

    kind: Literal["compare"]
    seed: Seed = _compare.seed
    seeds: Annotated[int, Field(ge=1, le=20, description="How many seeds show the spread.")] = _compare.seeds
    iterations: Annotated[Iterations, Field(description="Search for each of B, C and D.")] = _compare.iterations
    move_budget_pct: Annotated[
        float, Field(ge=0, le=100, description="Most people who may change provider in C, percent.")
    ] = _compare.move_budget_pct
    curve: Annotated[bool, Field(description="Add plan C for 0 to 100 % of people moving.")] = _compare.curve
    if_willing: Annotated[
        bool, Field(description="Let people without a record of consent move too: whom to ask, not what to propose.")
    ] = _compare.if_willing
    day: Day = None
    swap_iterations: Annotated[
        int, Field(ge=0, le=100_000, description="Search for each provider and swap of the ledger; 0: no ledger.")
    ] = _compare.swap_iterations
    terms: Annotated[dict[Id, TermsAsked], Field(max_length=1_000, description="Providers' own terms.")] = {}
    processes: Annotated[int, Field(ge=1, le=16, description="Seeds searched at a time.")] = _compare.processes

    def to_request(self) -> CompareRequest:
        """Give the request that is stored."""
        return CompareRequest(**self.model_dump(mode="json", exclude={"kind"}))


class OptimiseAsked(_Asked):
    """Plan a day; carers follow the plan once it is published."""

    kind: Literal["optimise"]
    shared: Annotated[bool, Field(description="Let every legal provider's carers serve.")] = False
    seed: Seed = OptimiseRequest().seed
    iterations: Annotated[
        Iterations | None, Field(description="Stop after this many; a default number if `seconds` is not given either.")
    ] = None
    seconds: Annotated[float | None, Field(ge=0.1, le=MOST_SECONDS, description="Stop after this long.")] = None
    engine: Literal["mixed", "kernel", "ortools"] = "mixed"
    day: Day = None

    def to_request(self) -> OptimiseRequest:
        """Give the request that is stored."""
        asked = self.model_dump(mode="json", exclude={"kind"})
        if self.iterations is None and self.seconds is None:
            asked["iterations"] = OptimiseRequest().iterations
        return OptimiseRequest(**asked)


Name = Annotated[str, Field(min_length=1, max_length=200)]
Hours = Annotated[float, Field(ge=0, le=100_000)]
Percent = Annotated[float, Field(ge=0, le=100)]


class LocksAsked(_Asked):
    """What zones must respect, by names of small areas as in a proposal's `areas`; providers by name or id."""

    together: Annotated[list[tuple[Name, Name]], Field(max_length=1_000, description="Pairs in one zone.")] = []
    apart: Annotated[list[tuple[Name, Name]], Field(max_length=1_000, description="Pairs not in one zone.")] = []
    kept: Annotated[dict[Name, Name], Field(max_length=1_000, description="Who leads the zone of an area.")] = {}
    most_zones: Annotated[int | None, Field(ge=1, le=200, description="The most zones that one provider leads.")] = None
    boundaries: Annotated[
        list[dict[str, Any]], Field(max_length=20, description="GeoJSON polygons: no zone lies on both sides.")
    ] = []
    bands: Annotated[
        dict[Name, tuple[Hours, Hours]], Field(max_length=1_000, description="Least and most hours of an area's zone.")
    ] = {}


class ZonesAsked(_Asked):
    """Propose zones."""

    n_zones: Annotated[int | None, Field(ge=1, le=200, description="How many; by contact hours if not given.")] = None
    slider: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            validation_alias=AliasChoices("slider", "balance"),
            description="0: least travel; 1: equal hours. `balance` means the same.",
        ),
    ] = _zones.balance
    points: Annotated[int, Field(ge=1, le=9, description="Points of the trade-off curve in the answer.")] = (
        _zones.points
    )
    locks: Annotated[LocksAsked | None, Field(description="What zones must respect.")] = None
    seasons: Annotated[
        bool, Field(description="Add which zones hold in winter, in summer, without a boat and without a provider.")
    ] = _zones.seasons
    winter_staff_pct: Annotated[Percent, Field(description="Carers' hours there in winter.")] = _zones.winter_staff_pct
    summer_staff_pct: Annotated[Percent, Field(description="Carers' hours there in summer.")] = _zones.summer_staff_pct
    day: Day = None
    seed: Seed = _zones.seed

    def to_request(self) -> ZoneRequest:
        """Give the request that is stored."""
        asked = self.model_dump(mode="json")
        return ZoneRequest(balance=asked.pop("slider"), **asked)


class DrawnFeature(BaseModel):
    """A zone as a GeoJSON feature, or a part of one. Other members are not read."""

    type: Literal["Feature"]
    geometry: Annotated[dict[str, Any], Field(description="A polygon or several, in degrees.")]
    properties: Annotated[
        dict[str, Any] | None,
        Field(
            description="`zone`: features with the same are one zone. `areas`, `asked` and figures: as a proposal has "
            "them, if edited."
        ),
    ] = None


class DrawnZones(BaseModel):
    """Zones drawn by hand, as a GeoJSON FeatureCollection. Other members are not read."""

    type: Literal["FeatureCollection"]
    features: Annotated[list[DrawnFeature], Field(min_length=1, max_length=1_000)]
    locks: Annotated[LocksAsked | None, Field(description="Locks instead of those that the zones remember.")] = None
    slider: Annotated[
        float | None, Field(ge=0, le=1, description="Bands of this slider instead of those that the zones remember.")
    ] = None


OptimisationAsked = Annotated[CompareAsked | OptimiseAsked, Field(discriminator="kind")]


class OptimisationSummary(BaseModel):
    """How far an optimisation is. `done`, `failed` and `cancelled` are final."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    area: str
    kind: Kind
    status: Status
    request: dict[str, Any]
    problem: Annotated[ProblemBody | None, Field(description="Why it failed.")] = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


class OptimisationBody(OptimisationSummary):
    """An optimisation and, when it is done, its figures."""

    result: Annotated[dict[str, Any] | None, Field(description="The figures of its plans, or its zones.")] = None


class ProgressBody(BaseModel):
    """A moment of an optimisation: the phase, the share done, the best cost so far (equivalent paid seconds), how many
    visits are unallocated, and how many of the areas that are searched side by side are finished."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: datetime
    phase: str
    done: float
    cost: float
    unallocated: int
    areas: int
    areas_done: int


class ComparisonBody(BaseModel):
    """The latest comparison that is done."""

    optimisation: UUID
    finished_at: datetime
    comparison: Annotated[dict[str, Any], Field(description="The figures of plans A, B, C and D and their spread.")]

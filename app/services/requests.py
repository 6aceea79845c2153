"""What may be asked of the planner, and how a request is queued. Nothing is planned here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.db.areas import get_area
from app.db.optimisations import Kind, add_optimisation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from app.db.optimisations import Optimisation


SWAP_ITERATIONS = 1_000
"""Search for the two rosters of each swap, unless asked otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """Compare the four plans: `iterations` of search for each of B, C and D, over `seeds` seeds from `seed` on.

    `curve` adds plan C for a range of move budgets. The step from B to C is told swap by swap, each re-rostered with
    `swap_iterations` (0: not told). Who must stay (`services.movable`) is looked up when it is carried out, so that
    nobody is named in what is queued; with `proposal` they are joined by those whose swap was declined in it, and with
    `if_willing` whoever has no record of consent counts as willing: to see whom to ask, not to propose. `terms` are
    providers' own, as `services.provider_terms` understands them. The plans do not depend on `processes`. `closures`
    and `conditions` are as `services.circumstances` understands them. `day` (`YYYY-MM-DD`): the data set's if not said.
    """

    seed: int = 7
    seeds: int = 3
    iterations: int = 120_000
    move_budget_pct: float = 10.0
    curve: bool = False
    swap_iterations: int = SWAP_ITERATIONS
    proposal: str | None = None
    if_willing: bool = False
    terms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    processes: int = 2
    closures: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiseRequest:
    """Plan a day: `shared` lets every legal provider's carers serve (plan D's rule), else today's contracts hold
    (plan B's). The search stops after `iterations` (the same plan every time) or `seconds`. `closures`, `conditions`
    and `day` are as in a comparison."""

    shared: bool = False
    seed: int = 7
    iterations: int | None = 120_000
    seconds: float | None = None
    engine: str = "mixed"
    closures: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRequest:
    """Propose zones: how many (None: one for about every 70 contact hours a day, at least two), and whether they
    should have least travel (`balance` 0), equal hours (1) or something between. `points` of the curve between both are
    given besides. `locks` are as `services.zone_locks` understands them. `seasons` adds which zones hold in
    others, with so many percent of carers' hours in winter and in summer."""

    n_zones: int | None = None
    balance: float = 0.5
    seed: int = 7
    points: int = 3
    locks: Mapping[str, Any] | None = None
    seasons: bool = False
    winter_staff_pct: float = 90.0
    summer_staff_pct: float = 85.0
    day: str | None = None


Request = CompareRequest | OptimiseRequest | ZoneRequest

REQUESTS: dict[Kind, type[CompareRequest | OptimiseRequest | ZoneRequest]] = {
    Kind.COMPARE: CompareRequest,
    Kind.OPTIMISE: OptimiseRequest,
    Kind.ZONES: ZoneRequest,
}


def request_optimisation(session: Session, area: str, request: Request) -> Optimisation:
    """Queue an optimisation in the caller's transaction. Raises AreaNotFound."""
    get_area(session, area)
    kind = next(kind for kind, form in REQUESTS.items() if isinstance(request, form))
    return add_optimisation(session, area, kind=kind, request=asdict(request), at=datetime.now(UTC))

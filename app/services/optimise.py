"""Plan one day: the best rota under today's contracts, or with visits shared between providers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

from app.services.compare import PlanResult, measured, setting_of
from app.services.locks import still_held, with_locks
from app.services.make_day import require_work
from app.services.movable import by_law, count_staying
from app.services.translate import legal_providers, to_problem
from solver.solve import solve
from solver.types import Limits, ProviderHours
from solver.worker import run_many

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.dataset import Dataset
    from app.db.base import Json
    from app.services.open_area import OpenArea
    from app.services.requests import OptimiseRequest
    from solver.crew import Crew
    from solver.solve import Engine
    from solver.types import Progress


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimised:
    """A planned day. `staying` counts, of a shared one, the people whom only today's provider may serve, by reason."""

    letter: str
    result: PlanResult
    staying: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the figures of the plan."""
        return {
            "plans": {self.letter: {**asdict(self.result.metrics), "cost": round(self.result.cost)}},
            "search": asdict(self.result.plan.search) if self.result.plan.search else None,
            "people_staying_by_reason": dict(self.staying),
        }


def optimise(  # noqa: PLR0913 - what is asked, what stays as it is, and who searches
    area: OpenArea,
    request: OptimiseRequest,
    *,
    stay: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    crew: Crew | None = None,
    locks: Json | None = None,
) -> Optimised:
    """Plan a day, and check and measure the plan: in a child process, or here while a crew searches the areas.

    Visits of `locks` (`services.locks`) that the day still allows stay where and when they are. `stay` gives whom only
    today's provider serves, and why (`services.movable`); by default whom the law keeps there.

    Raises NothingToPlan, PlanRejected.
    """
    dataset = area.dataset
    require_work(dataset)
    today = {row.client_id: frozenset({row.provider_id}) for row in dataset.allocation}
    stay = by_law(dataset.clients) | dict(stay or {})
    providers_of = legal_providers(dataset, stay) if request.shared else today
    problem = to_problem(
        dataset,
        area.travel,
        providers_of=providers_of,
        provider_hours=provider_floors(dataset) if request.shared else (),
        back_s=area.back_s,
    )
    problem = with_locks(problem, still_held(problem, locks or {}))
    limits = Limits(iterations=request.iterations, seconds=request.seconds, seed=request.seed)
    if crew is None:
        task = {"problem": problem, "limits": limits, "engine": request.engine}
        (plan,) = run_many(solve, [task], processes=1, progress=progress, cancelled=cancelled)
    else:
        plan = solve(
            problem, limits, engine=cast("Engine", request.engine), progress=progress, cancelled=cancelled, crew=crew
        )
    setting = setting_of(area)
    return Optimised(
        letter="D" if request.shared else "B",
        result=measured(plan, problem, setting, provider_of=setting.provider_of),
        staying=count_staying(dataset, stay) if request.shared else {},
    )


def provider_floors(dataset: Dataset) -> tuple[ProviderHours, ...]:
    """Give each provider its floor: `floor_pct` of the contact time that its own clients of today need."""
    provider_of = {row.client_id: row.provider_id for row in dataset.allocation}
    held_s = Counter[str]()
    for visit in dataset.visits:
        held_s[provider_of[visit.client_id]] += 60 * visit.duration_minutes * visit.carers_needed
    return tuple(
        ProviderHours(provider=row.provider_id, floor_s=held_s[row.provider_id] * row.floor_pct // 100)
        for row in dataset.providers
    )

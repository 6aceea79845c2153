"""Carry out a queued optimisation and store its result: compare four plans, plan one day, or propose zones.

Whatever happens is written once, at the end, in one transaction: a killed process leaves no half of anything.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.db.areas import get_area, lock_area
from app.db.engine import reading, writing
from app.db.optimisations import Kind, finish, get_optimisation, start
from app.db.plans import PlanLabel, Staffing, save_plan
from app.db.proposals import MoveRow, get_proposal, save_swap_moves
from app.errors import DatasetChanged
from app.reports.comparison import comparison_json
from app.services.choice_lock import require_choice_locks
from app.services.circumstances import circumstances
from app.services.compare import compare
from app.services.day_before import back_before
from app.services.import_dataset import digest
from app.services.load_dataset import load_day
from app.services.locks import locks_of_day
from app.services.movable import must_stay
from app.services.networks import load_network
from app.services.open_area import open_area
from app.services.optimise import optimise
from app.services.proposals import staying
from app.services.requests import CompareRequest, OptimiseRequest, ZoneRequest, request_optimisation
from app.services.speeds import area_speeds
from app.services.zones_hold import propose_with_seasons

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.dataset import Dataset
    from app.services.compare import Comparison, PlanResult
    from app.services.open_area import OpenArea
    from app.services.swap_ledger import Ledger
    from solver.crew import Crew
    from solver.types import Progress

RECORDED = "A"
"""The plan that is stored as it was, whatever it breaks."""


def perform(
    engine: Engine,
    data_dir: Path,
    optimisation: UUID,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    crew: Crew | None = None,
) -> bool:
    """Carry out a queued optimisation and store what it finds; False when it had ended already.

    A `crew` does the searches; without one they are done here.

    Raises what planning raises (AppError, SolverError, GeoError), and DatasetChanged; nothing is stored then.
    """
    with writing(engine) as session:
        if not start(session, optimisation, at=datetime.now(UTC)):
            return False
        row = get_optimisation(session, optimisation)
        name, kind, asked = row.area, row.kind, dict(row.request)
    with reading(engine) as session:
        known = get_area(session, name).digest
        dataset = load_day(session, name, date.fromisoformat(asked["day"]) if asked.get("day") else None)
        back_s = back_before(session, name, dataset.day, letter="D" if asked.get("shared") else "B")
        locks = locks_of_day(session, name, dataset.day)
        stay = _staying(session, dataset, asked)
    speeds = area_speeds(name, data_dir)
    on = circumstances(asked.get("closures", ()), asked.get("conditions", ()), speeds)
    area = open_area(dataset, load_network(name, data_dir), data_dir, on=on, back_s=back_s)
    if kind is Kind.ZONES:
        result = propose_with_seasons(area, ZoneRequest(**asked), data_dir, speeds)
        plans: Mapping[str, PlanResult] = {}
        ledger: Ledger | None = None
    elif kind is Kind.COMPARE:
        request = CompareRequest(**asked)
        found = compare(area, request, stay=stay, progress=progress, cancelled=cancelled, crew=crew)
        result = comparison_json(found, dataset, attribution=area.graph.attribution)
        plans, ledger = found.plans, found.ledger
    else:
        wanted = OptimiseRequest(**asked)
        made = optimise(area, wanted, stay=stay, progress=progress, cancelled=cancelled, crew=crew, locks=locks)
        result, plans, ledger = made.as_json(), {made.letter: made.result}, None
    with writing(engine) as session:
        if not finish(session, optimisation, result=result, at=datetime.now(UTC)):
            return False
        require_unchanged(session, name, known)
        for letter, plan in plans.items():
            store_plan(session, optimisation, area, letter=letter, found=plan, seed=asked["seed"])
        store_swaps(session, optimisation, ledger)
    return True


def _staying(session: Session, dataset: Dataset, asked: Mapping[str, Any]) -> dict[str, str]:
    """Give who keeps today's provider as of today, and why, also by the proposal that is asked for. Raises NotFound."""
    today = datetime.now(UTC).date()
    if asked.get("proposal"):
        proposal = get_proposal(session, dataset.area, UUID(asked["proposal"]))
        return staying(session, proposal, today, dataset.clients)
    if_willing = bool(asked.get("if_willing"))
    return must_stay(session, dataset.area, today, dataset.clients, if_willing=if_willing)


def require_unchanged(session: Session, area: str, known: str) -> None:
    """Make sure that an area has the data set of a digest until the transaction ends. Raises DatasetChanged."""
    lock_area(session, area)
    if get_area(session, area).digest != known:
        raise DatasetChanged(f"the data set of {area} was imported again during the search")


def store_comparison(
    session: Session, area: OpenArea, comparison: Comparison, found: dict[str, Any], *, known: str | None = None
) -> UUID:
    """Store a comparison that was made outside the queue, in the caller's transaction. Raises DatasetChanged.

    `known` is the digest of the data set from which the day was made, if that is more than the day.
    """
    require_unchanged(session, area.dataset.area, known or digest(area.dataset))
    now = datetime.now(UTC)
    row = request_optimisation(session, comparison.area, comparison.request)
    start(session, row.id, at=now)
    finish(session, row.id, result=found, at=now)
    for letter, plan in comparison.plans.items():
        store_plan(session, row.id, area, letter=letter, found=plan, seed=comparison.request.seed)
    store_swaps(session, row.id, comparison.ledger)
    return row.id


def store_swaps(session: Session, optimisation: UUID, ledger: Ledger | None) -> None:
    """Store who moves in each swap, apart from the figures: those may be shown to more people."""
    save_swap_moves(
        session,
        optimisation,
        (
            MoveRow(
                client_id=move.client,
                number=row.number,
                giver=move.giver,
                receiver=move.receiver,
                hours_s=move.hours_s,
            )
            for row in (ledger.swaps if ledger else ())
            for move in row.swap.moves
        ),
    )


def store_plan(
    session: Session, optimisation: UUID, area: OpenArea, *, letter: str, found: PlanResult, seed: int
) -> UUID:
    """Store one checked plan with its figures in the caller's transaction; what was recorded has no seed.

    The data set must still be its area's (`require_unchanged`). Raises PlanRejected, always before anything is stored,
    for a plan that moves somebody whose choice is locked.
    """
    dataset = area.dataset
    provider_of = {carer.carer_id: carer.provider_id for carer in dataset.carers}
    if letter != RECORDED:
        require_choice_locks(dataset, found.plan)
    return save_plan(
        session,
        found.plan,
        label=PlanLabel(
            optimisation=optimisation,
            area=dataset.area,
            digest=get_area(session, dataset.area).digest,
            stored_at=datetime.now(UTC),
            letter=letter,
            seed=seed if found.plan.search else None,
            score={name: float(value) for name, value in found.terms.items()},
            metrics=asdict(found.metrics),
        ),
        staffing=Staffing(
            carer_of_shift={shift.shift_id: shift.carer_id for shift in dataset.shifts},
            provider_of_shift={shift.shift_id: provider_of[shift.carer_id] for shift in dataset.shifts},
            client_of_visit={visit.visit_id: visit.client_id for visit in dataset.visits},
        ),
    )

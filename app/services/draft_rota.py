"""Drafts of rotas: begun from a plan or from the published version, and changed before they are published."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from app.db import rotas
from app.db.optimisations import get_optimisation
from app.db.plans import Staffing, load_plan
from app.db.rota_drafts import RotaDraft, State
from app.db.rota_versions import latest_version
from app.errors import RotaNotFound
from app.services.locks import kept_by, locks_of_day
from solver.plain import plan_from_plain, to_plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.base import Json
    from app.db.plans import Plan
    from app.db.rota_versions import RotaVersion
    from solver.types import DayPlan


def draft_of_plan(
    session: Session, area: str, day: date, *, letter: str | None, provider: str | None, by: str
) -> RotaDraft:
    """Begin a draft from the plan with a letter of the latest comparison, or from the latest plan B.

    Visits that are locked, and that the plan leaves with their carers at their times, stay locked.

    Raises RotaNotFound.
    """
    plan = rotas.plan_to_read(session, area, day, letter)
    found = load_plan(session, plan.id)
    before = latest_version(session, area, day)
    asked = get_optimisation(session, plan.optimisation_id).request
    return _begin(
        session,
        RotaDraft(
            area=area,
            day=day,
            provider=provider,
            based_on=before.number if before else None,
            letter=plan.letter,
            digest=plan.digest,
            made_by=by,
            plan=to_plain(found),
            staffing=_staffing(session, plan),
            circumstances={name: list(asked.get(name, ())) for name in ("closures", "conditions")},
            locks=kept_by(found, locks_of_day(session, area, day)),
            terms=plan.score,
        ),
    )


def draft_of_published(session: Session, area: str, day: date, *, provider: str | None, by: str) -> RotaDraft:
    """Begin a draft from the rota that carers follow. Raises RotaNotFound."""
    version = latest_version(session, area, day)
    if version is None:
        raise RotaNotFound(f"no rota of {area} is published for {day.isoformat()}")
    return _begin(session, _copy(version, provider, by))


def plan_of(draft: RotaDraft | RotaVersion) -> DayPlan:
    """Give the plan of a draft or a version."""
    return plan_from_plain(draft.plan)


def staffing_of(draft: RotaDraft | RotaVersion) -> Staffing:
    """Say who is behind the ids of a draft or a version."""
    return Staffing(**draft.staffing)


def _copy(version: RotaVersion, provider: str | None, by: str) -> RotaDraft:
    return RotaDraft(
        area=version.area,
        day=version.day,
        provider=provider,
        based_on=version.number,
        letter=version.letter,
        digest=version.digest,
        made_by=by,
        plan=version.plan,
        staffing=version.staffing,
        circumstances=version.circumstances,
        locks=version.locks,
        terms=version.terms,
    )


def _begin(session: Session, draft: RotaDraft) -> RotaDraft:
    """Store a draft that nobody has checked yet."""
    draft.id, draft.state, draft.revision = uuid4(), State.DRAFT, 1
    draft.made_at, draft.breaches, draft.history = datetime.now(UTC), None, []
    session.add(draft)
    session.flush()
    return draft


def _staffing(session: Session, plan: Plan) -> Json:
    """Say who is behind a stored plan: of the area as it is now, and of the runs as they were planned."""
    found = rotas.staffing_of_area(session, plan.area)
    shifts: dict[str, Any] = {run.shift: run for run in rotas.runs_of(session, plan)}
    left_out = rotas.left_out(session, plan)
    clients: Mapping[str, str] = {
        **found.client_of_visit,
        **{stop.visit: stop.client for run in shifts.values() for stop in run.stops},
        **{row.visit: row.client for row in left_out},
    }
    return asdict(
        Staffing(
            carer_of_shift={**found.carer_of_shift, **{shift: run.carer for shift, run in shifts.items()}},
            provider_of_shift={**found.provider_of_shift, **{shift: run.provider for shift, run in shifts.items()}},
            client_of_visit=clients,
        )
    )

"""Queries for those who read rotas: one provider's or one carer's part of a plan, and what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.db.clients import Allocation, Visit
from app.db.due import VisitChange
from app.db.optimisations import Kind, Optimisation, Status
from app.db.plans import Plan, Run, Staffing, Unallocated
from app.db.providers import Carer, Provider, Shift
from app.errors import NotFound, RotaNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_FINISHED = (Optimisation.kind == Kind.COMPARE, Optimisation.status == Status.DONE)


def get_provider(session: Session, area: str, provider: str) -> Provider:
    """Get a provider of an area. Raises NotFound."""
    row = session.get(Provider, (area, provider))
    if row is None:
        raise NotFound(f"there is no provider {provider} in {area}")
    return row


def provider_names(session: Session, area: str) -> Mapping[str, str]:
    """Give what providers of an area are called, those that the session sees."""
    return dict(session.execute(select(Provider.provider_id, Provider.name).where(Provider.area == area)).all())


def find_carer(session: Session, area: str, carer: str) -> Carer | None:
    """Find a carer of an area."""
    return session.get(Carer, (area, carer))


def latest_comparison(session: Session, area: str) -> Optimisation:
    """Get the comparison of an area that was finished last. Raises NotFound."""
    row = session.scalar(_comparisons(area).limit(1))
    if row is None:
        raise NotFound(f"no comparison of {area} is done: `rota compare` makes one")
    return row


def latest_with_ledger(session: Session, area: str) -> Optimisation:
    """Get the comparison with a ledger of swaps that was finished last, or else the last without. Raises NotFound.

    One that was made around what a proposal declines is of that proposal only: it is never the latest here.
    """
    own = _comparisons(area).where(Optimisation.request["proposal"].as_string().is_(None))
    told = own.where(Optimisation.result["ledger"].as_string().is_not(None))
    row = session.scalar(told.limit(1)) or session.scalar(own.limit(1))
    if row is None:
        raise NotFound(f"no comparison of {area} is done: `rota compare` makes one")
    return row


def _comparisons(area: str) -> Select[Optimisation]:
    """Choose the comparisons of an area that are done, the one finished last first."""
    return select(Optimisation).where(Optimisation.area == area, *_FINISHED).order_by(Optimisation.finished_at.desc())


def plan_to_read(session: Session, area: str, day: date, letter: str | None) -> Plan:
    """Get the latest plan of a day with a letter, by default B, which nobody need agree to. Raises RotaNotFound."""
    plan = session.scalar(
        select(Plan)
        .join(Optimisation, Plan.optimisation_id == Optimisation.id)
        .where(Plan.area == area, Plan.day == day, Plan.letter == (letter or "B"))
        .order_by(Optimisation.finished_at.desc(), Plan.stored_at.desc())
        .limit(1)
    )
    if plan is None:
        raise RotaNotFound(f"there is no plan {letter or 'B'} of {area} for {day.isoformat()}")
    return plan


def runs_of(session: Session, plan: Plan, *, provider: str | None = None, carer: str | None = None) -> Sequence[Run]:
    """List the runs of a plan with their stops and rests: all, one provider's, or one carer's."""
    runs = select(Run).where(Run.plan_id == plan.id).options(selectinload(Run.stops), selectinload(Run.rests))
    if provider is not None:
        runs = runs.where(Run.provider == provider)
    if carer is not None:
        runs = runs.where(Run.carer == carer)
    return session.scalars(runs.order_by(Run.position)).all()


def left_out(session: Session, plan: Plan) -> Sequence[Unallocated]:
    """List the visits that a plan leaves out."""
    rows = select(Unallocated).where(Unallocated.plan_id == plan.id).order_by(Unallocated.position)
    return session.scalars(rows).all()


def providers_of_clients(session: Session, area: str) -> Mapping[str, str]:
    """Tell which provider serves each client today."""
    return dict(
        session.execute(select(Allocation.client_id, Allocation.provider_id).where(Allocation.area == area)).all()
    )


def carers_needed(session: Session, area: str, day: date, visits: Iterable[str]) -> Mapping[str, int]:
    """Tell how many carers each visit needs on a day; visits of an older import are missing."""
    there = sorted(visits)
    usually = select(Visit.visit_id, Visit.carers_needed).where(Visit.area == area, Visit.visit_id.in_(there))
    that_day = select(VisitChange.visit_id, VisitChange.carers_needed).where(
        VisitChange.area == area,
        VisitChange.day == day,
        VisitChange.visit_id.in_(there),
    )
    changed = {visit: number for visit, number in session.execute(that_day) if number is not None}
    return dict(session.execute(usually).all()) | changed


def modes_of(session: Session, area: str, carers: Iterable[str]) -> Mapping[str, str]:
    """Tell how carers travel; carers of an older import are missing."""
    asked = select(Carer.carer_id, Carer.mode).where(Carer.area == area, Carer.carer_id.in_(sorted(carers)))
    return dict(session.execute(asked).all())


def staffing_of_area(session: Session, area: str) -> Staffing:
    """Say who is behind the ids of an area's shifts and visits as they are now."""
    shifts = session.execute(
        select(Shift.shift_id, Carer.carer_id, Carer.provider_id)
        .join(Carer, (Carer.area == Shift.area) & (Carer.carer_id == Shift.carer_id))
        .where(Shift.area == area)
    ).all()
    return Staffing(
        carer_of_shift={shift: carer for shift, carer, _ in shifts},
        provider_of_shift={shift: provider for shift, _, provider in shifts},
        client_of_visit=dict(session.execute(select(Visit.visit_id, Visit.client_id).where(Visit.area == area)).all()),
    )


def employers(session: Session, area: str) -> Mapping[str, str]:
    """Tell which provider employs each carer of an area."""
    return dict(session.execute(select(Carer.carer_id, Carer.provider_id).where(Carer.area == area)).all())

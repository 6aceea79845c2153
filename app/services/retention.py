"""Delete what is older than the installation keeps it, class by class, and report what went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select

from app.db.actuals import ActualVisit
from app.db.audit import AuditEntry, Entry, blot_out, record
from app.db.optimisations import Optimisation
from app.db.plans import Plan
from app.db.proposals import Proposal
from app.db.rota_drafts import RotaDraft
from app.db.rota_versions import RotaVersion
from app.db.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from app.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one class: everything before a day is gone (None: it is kept for ever), and how many rows went."""

    name: str
    before: date | None
    rows: Mapping[str, int]


def run_retention(session: Session, settings: Settings, *, actor: str, today: date | None = None) -> list[Kept]:
    """Delete what is too old, inside the caller's transaction, and take that down in the audit."""
    today = today or datetime.now(UTC).date()
    report = [
        _run(session, name, days, today, sweep)
        for name, days, sweep in (
            ("rotas", settings.keep_rotas_days, _sweep_rotas),
            ("actuals", settings.keep_actuals_days, _sweep_actuals),
            ("proposals", settings.keep_proposals_days, _sweep_proposals),
            ("audit", settings.keep_audit_days, _sweep_audit),
        )
    ]
    gone = sum(sum(kept.rows.values()) for kept in report)
    record(session, Entry(at=datetime.now(UTC), actor=actor, action="run_retention", subject=f"rows/{gone}"))
    return report


def _run(
    session: Session, name: str, days: int, today: date, sweep: Callable[[Session, date], Mapping[str, int]]
) -> Kept:
    """Sweep one class; 0 days keep it for ever."""
    if days == 0:
        return Kept(name=name, before=None, rows={})
    before = today - timedelta(days=days)
    return Kept(
        name=name, before=before, rows={table: count for table, count in sweep(session, before).items() if count}
    )


def _sweep_rotas(session: Session, before: date) -> Mapping[str, int]:
    """Delete versions with their documents, drafts and plans of days before a day."""
    return {
        table.__tablename__: _delete(session, table, table.day < before) for table in (RotaVersion, RotaDraft, Plan)
    }


def _sweep_actuals(session: Session, before: date) -> Mapping[str, int]:
    return {ActualVisit.__tablename__: _delete(session, ActualVisit, ActualVisit.day < before)}


def _sweep_proposals(session: Session, before: date) -> Mapping[str, int]:
    """Delete proposals, and ended optimisations that neither a plan nor a proposal needs any more."""
    at = datetime.combine(before, time(), UTC)
    proposals = _delete(session, Proposal, Proposal.made_at < at)
    needed = exists().where(Plan.optimisation_id == Optimisation.id) | exists().where(
        Proposal.optimisation_id == Optimisation.id
    )
    old = session.scalars(select(Optimisation.id).where(Optimisation.finished_at < at, ~needed)).all()
    for table in reversed(METADATA.sorted_tables):
        for key in table.foreign_key_constraints:
            if old and key.referred_table is Optimisation.__table__ and key.ondelete != "CASCADE":
                session.execute(delete(table).where(table.c[key.column_keys[0]].in_(old)))
    return {"proposal": proposals, "optimisation": _delete(session, Optimisation, Optimisation.id.in_(old))}


def _sweep_audit(session: Session, before: date) -> Mapping[str, int]:
    """Blot out whom old entries name; the entries themselves hold the chain together."""
    at = datetime.combine(before, time(), UTC)
    old = session.scalars(select(AuditEntry).where(AuditEntry.at < at, AuditEntry.nonce.is_not(None)))
    return {"audit_entry": blot_out(session, old.all())}


def _delete(session: Session, table: type, condition: ColumnElement[bool]) -> int:
    return int(session.execute(delete(table).where(condition)).rowcount)  # type: ignore[attr-defined]

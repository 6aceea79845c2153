"""A draft, and what a change does to it, as they are shown: to a coordinator only what is their provider's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.clock import local_instant
from app.db.plans import left_out_on_paper, runs_on_paper
from app.db.rota_versions import Kind
from app.db.rotas import providers_of_clients
from app.schemas.drafts import BreachBody, ChangedBody, DraftBody, DraftSummary, RetimedBody
from app.services.draft_rota import plan_of, staffing_of
from app.services.lay_out import lay_out
from app.services.read_rota import body_of, part_of
from app.services.rota_parts import OnPaper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from app.db.base import Json
    from app.db.rota_drafts import RotaDraft


def show_draft(session: Session, draft: RotaDraft) -> DraftBody:
    """Give a draft with its rota."""
    plan, staffing = plan_of(draft), staffing_of(draft)
    paper = OnPaper(
        area=draft.area,
        day=draft.day,
        runs=runs_on_paper(plan, staffing),
        left_out=left_out_on_paper(plan, staffing),
    )
    whose = (Kind.AREA, draft.area) if draft.provider is None else (Kind.PROVIDER, draft.provider)
    part = part_of(lay_out(session, paper), *whose)
    mine = _mine(draft, providers_of_clients(session, draft.area))
    breaches = None if draft.breaches is None else [BreachBody(**row) for row in draft.breaches if mine(row)]
    return DraftBody(
        **DraftSummary.model_validate(draft).model_dump(),
        rota=body_of(part, area=draft.area, day=draft.day, kind=whose[0], subject=whose[1], letter=draft.letter),
        breaches=breaches,
        locks={visit: lock["shifts"] for visit, lock in draft.locks.items() if mine({"visit": visit})},
        history=[{name: value for name, value in said.items() if name != "before"} for said in draft.history],
    )


def show_change(draft: RotaDraft, done: Json, *, kept: bool) -> ChangedBody:
    """Say what a change does. Its breaches are the caller's own: no change reaches another provider's runs."""
    costs = {name: cost for name, cost in done["costs"].items() if cost}
    return ChangedBody(
        draft=draft.id,
        revision=draft.revision,
        kept=kept,
        state=draft.state,
        broken=[BreachBody(**row) for row in done["broken"]],
        mended=[BreachBody(**row) for row in done["mended"]],
        breaches=len(done["breaches"]),
        cost_s=round(sum(costs.values()), 1),
        costs_s=costs,
        shifts=done["shifts"],
        retimed=[
            RetimedBody(
                visit=row["visit"],
                shift=row["shift"],
                before=None if row["before_s"] is None else local_instant(draft.day, row["before_s"]),
                start=local_instant(draft.day, row["start_s"]),
            )
            for row in done["retimed"]
        ],
    )


def _mine(draft: RotaDraft, today: Mapping[str, str]) -> Callable[[Json], bool]:
    """Tell what concerns the draft's provider: its shifts, its clients' visits; everything where it has none."""
    employer, client = draft.staffing["provider_of_shift"], draft.staffing["client_of_visit"]
    own = draft.provider

    def mine(row: Json) -> bool:
        if own is None:
            return True
        shift, visit = row.get("shift"), row.get("visit")
        return own in {employer.get(shift), today.get(client.get(visit, ""))}

    return mine

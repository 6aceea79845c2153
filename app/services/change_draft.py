"""Change and publish drafts for somebody who may: nobody changes another provider's runs, nothing is lost to a race."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from app.db.engine import reading, writing
from app.db.rota_drafts import State, change_draft, drop_draft, get_draft
from app.db.rotas import providers_of_clients
from app.errors import ChangeRefused, DraftChanged, DraftNotFound
from app.services.publish_rota import publish

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.db.base import Json
    from app.db.rota_drafts import RotaDraft
    from app.db.rota_versions import RotaVersion
    from app.services.editor import Editor
    from app.services.hand_changes import HandChange
    from app.services.publish_rota import Publication


class Desk(NamedTuple):
    """Somebody at work on drafts: their area, their provider (None: all), and what the audit calls them."""

    area: str
    provider: str | None
    actor: str


def own_draft(session: Session, desk: Desk, draft: UUID) -> RotaDraft:
    """Get a draft. Raises DraftNotFound, alike for one that is not there and one of another provider."""
    row = get_draft(session, desk.area, draft)
    if desk.provider not in {None, row.provider}:
        raise DraftNotFound(f"there is no draft {draft}")
    return row


def change_by_hand(
    engine: Engine, editor: Editor, desk: Desk, draft: UUID, change: HandChange, *, keep: bool = True
) -> tuple[RotaDraft, Json]:
    """Carry a change out on a draft and give the draft and what the change does. Without `keep` nothing is stored.

    Raises DraftNotFound, ChangeRefused, DraftChanged.
    """
    with reading(engine) as session:
        row = own_draft(session, desk, draft)
        if row.state is State.PUBLISHED:
            raise DraftChanged(f"draft {draft} is published already")
        _require_known(session, row, change)
    done = editor.edit(row, replace(change, by=desk.actor))
    _require_own_runs(row, done)
    if not keep:
        return row, done
    said = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "by": desk.actor, **_said(change)}
    runs = {run["shift"]: run for run in row.plan["runs"]}
    said["before"] = [{"shift": shift, "run": runs.get(shift)} for shift in done["shifts"]]
    with writing(engine) as session:
        change_draft(
            session,
            draft,
            row.revision,
            plan=done["plan"],
            locks=done["locks"],
            breaches=done["breaches"],
            terms=done["terms"],
            state=State.DRAFT if done["breaches"] else State.CHECKED,
            history=[*row.history, said],
        )
        return own_draft(session, desk, draft), done


def publish_draft(engine: Engine, editor: Editor, desk: Desk, draft: UUID, publication: Publication) -> RotaVersion:
    """Check a draft again and publish it. Raises PublicationRefused, RotaMovedOn, DraftChanged, DraftNotFound."""
    with reading(engine) as session:
        row = own_draft(session, desk, draft)
        if row.state is State.PUBLISHED:
            raise DraftChanged(f"draft {draft} is published already")
    faults = editor.faults(row, publication.acknowledged)
    with writing(engine) as session:
        now = own_draft(session, desk, draft)
        if now.revision != row.revision:
            raise DraftChanged(f"draft {draft} was changed while it was checked")
        return publish(session, now, faults, publication)


def give_up(session: Session, desk: Desk, draft: UUID) -> None:
    """Delete a draft that is not published. Raises DraftNotFound, DraftChanged."""
    if own_draft(session, desk, draft).state is State.PUBLISHED:
        raise DraftChanged(f"draft {draft} is published already")
    drop_draft(session, draft)


def _require_known(session: Session, row: RotaDraft, change: HandChange) -> None:
    """Refuse visits and shifts that are not there, and visits of somebody else's client in none of the own runs.

    Both in the same words, with ids that look alike.
    """
    employer, client = row.staffing["provider_of_shift"], row.staffing["client_of_visit"]
    shifts = {shift for shift, provider in employer.items() if row.provider in {None, provider}}
    visits = set(client)
    if row.provider is not None:
        today = providers_of_clients(session, row.area)
        visits = {visit for visit, whose in client.items() if today.get(whose) == row.provider}
        visits |= {stop["visit"] for run in row.plan["runs"] if run["shift"] in shifts for stop in run["stops"]}
    for visit in filter(None, (change.visit, change.other)):
        if visit not in visits:
            raise ChangeRefused(f"there is no visit {visit} on this day{_alike(visit, visits)}")
    for shift in filter(None, (change.to_shift, change.from_shift)):
        if shift not in employer:
            raise ChangeRefused(f"there is no shift {shift} on this day{_alike(shift, shifts)}")


def _alike(name: str, known: set[str]) -> str:
    """List ids that somebody may have meant."""
    near = get_close_matches(name, sorted(known), n=4, cutoff=0.7)
    return f"; do you mean {' or '.join(near)}?" if near else ""


def _require_own_runs(row: RotaDraft, done: Json) -> None:
    """Refuse a change that reaches the runs of another provider's carers."""
    if row.provider is None:
        return
    employer = row.staffing["provider_of_shift"]
    if any(employer.get(shift) != row.provider for shift in done["shifts"]):
        raise ChangeRefused("this would change the run of another provider's carer: ask the partnership")


def _said(change: HandChange) -> Json:
    named = {name: getattr(change, name) for name in ("visit", "to_shift", "from_shift", "position", "other", "why")}
    return {"change": change.word.value, **{name: value for name, value in named.items() if value is not None}}

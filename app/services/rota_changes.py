"""What changes between two versions of a rota, visit by visit, and what of it carers learn late."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.schemas.rotas import RotaBody


class ChangeKind(StrEnum):
    """What happened to a visit."""

    ADDED = "added"
    REMOVED = "removed"
    REASSIGNED = "reassigned"
    RETIMED = "retimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A visit as a rota has it: by whom, from when to when."""

    client: str
    carers: tuple[str, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaChange:
    """One visit that is other than before. `late` when it was published within the notice of its start, old or new."""

    kind: ChangeKind
    visit: str
    client: str
    carers_before: tuple[str, ...]
    carers: tuple[str, ...]
    start_before: datetime | None
    start: datetime | None
    late: bool


def visits_of(body: RotaBody) -> dict[str, Made]:
    """Give every visit of a rota."""
    carers: dict[str, list[str]] = defaultdict(list)
    made: dict[str, Made] = {}
    for run in body.runs:
        for part in run.segments:
            if part.visit is not None and part.client is not None:
                carers[part.visit].append(run.carer)
                made[part.visit] = Made(
                    client=part.client, carers=tuple(sorted(carers[part.visit])), start=part.start, end=part.end
                )
    return made


def changes_between(before: RotaBody, after: RotaBody, *, noticed_by: datetime) -> tuple[RotaChange, ...]:
    """List what is other in `after`, by visit. What starts before `noticed_by` is late."""
    old, new = visits_of(before), visits_of(after)
    return tuple(
        change for visit in sorted(old.keys() | new.keys()) if (change := _change(visit, old, new, noticed_by))
    )


def _change(visit: str, old: Mapping[str, Made], new: Mapping[str, Made], noticed_by: datetime) -> RotaChange | None:
    was, now = old.get(visit), new.get(visit)
    if was == now:
        return None
    if was is None or now is None:
        kind = ChangeKind.ADDED if was is None else ChangeKind.REMOVED
    else:
        kind = ChangeKind.RETIMED if was.carers == now.carers else ChangeKind.REASSIGNED
    either = [made for made in (was, now) if made is not None]
    return RotaChange(
        kind=kind,
        visit=visit,
        client=either[0].client,
        carers_before=was.carers if was else (),
        carers=now.carers if now else (),
        start_before=was.start if was else None,
        start=now.start if now else None,
        late=min(made.start for made in either) < noticed_by,
    )

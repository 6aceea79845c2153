"""Who else is where: a provider's own clients by locality, and everybody else's as counts that tell of nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.db.counts import clients_by_locality
from app.reports.disclosure import suppressed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A locality. `own` is None for the partnership; `others` None where there are too few to be told."""

    locality: str
    own: int | None
    others: int | None


def count_places(session: Session, area: str, provider: str | None) -> list[Place]:
    """Count the clients of each locality: a provider's own exactly, the others' without small counts."""
    own: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for (locality, serving), number in clients_by_locality(session, area).items():
        (own if provider is not None and serving == provider else others)[locality] += number
    told = suppressed({locality: others[locality] for locality in sorted({*own, *others})})
    return [
        Place(locality=locality, own=None if provider is None else own[locality], others=number)
        for locality, number in told.items()
    ]

"""Asking for an optimisation, and taking that back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.db.optimisations import cancel
from app.db.queue import count_waiting
from app.errors import AlreadyEnded, QueueFull
from app.services.requests import request_optimisation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.db.optimisations import Optimisation
    from app.jobs.port import Jobs
    from app.services.requests import Request


def enqueue(session: Session, area: str, request: Request, *, jobs: Jobs, most: int) -> Optimisation:
    """Queue an optimisation in the caller's transaction, unless `most` wait already.

    Raises QueueFull, AreaNotFound.
    """
    if count_waiting(session) >= most:
        raise QueueFull(f"{most} optimisations wait already")
    row = request_optimisation(session, area, request)
    jobs.enqueue(session, row.id)
    return row


def take_back(session: Session, optimisation: Optimisation) -> None:
    """Cancel an optimisation in the caller's transaction. Raises AlreadyEnded."""
    if not cancel(session, optimisation.id, at=datetime.now(UTC)):
        raise AlreadyEnded(f"optimisation {optimisation.id} has ended")

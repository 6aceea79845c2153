"""Write down how an optimisation goes, for those who watch it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db.engine import writing
from app.db.progress import add_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import Engine

    from solver.types import Progress

EACH_S = 1.0
"""How often a moment is written down, at most; a new phase and a finished area always are."""

log = structlog.get_logger("app.jobs")


class Recorder:
    """Writes down moments of one optimisation, and shows them. A moment that cannot be written is left out."""

    def __init__(self, engine: Engine, optimisation: UUID, show: Callable[[Progress], None] = lambda _: None) -> None:
        self._engine, self._optimisation, self._show = engine, optimisation, show
        self._last: Progress | None = None
        self._at = 0.0

    def __call__(self, progress: Progress) -> None:
        """Take a moment, and write it down if it is time to."""
        last, now = self._last, time.monotonic()
        if last is not None:
            if _told(last) == _told(progress):
                return
            new_part = (last.phase, last.areas_done) != (progress.phase, progress.areas_done)
            if not (new_part or progress.done >= 1.0 or now - self._at >= EACH_S):
                return
        self._last, self._at = progress, now
        self._show(progress)
        try:
            with writing(self._engine) as session:
                add_event(session, self._optimisation, progress, at=datetime.now(UTC))
        except (OperationalError, IntegrityError):  # away, or another process tells the same
            log.warning("progress.lost", optimisation_id=str(self._optimisation))


def _told(progress: Progress) -> tuple[object, ...]:
    return progress.phase, progress.done, progress.cost, progress.unallocated, progress.areas, progress.areas_done

"""Carries out one optimisation in a child process, and watches over it.

A child leads a process group of its own, so that it can be killed with everything it started, and holds the end of a
pipe from the worker, so that it notices when the worker is gone. What the child wants searched goes into the queue.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from app.db.engine import reading, writing
from app.db.optimisations import fail
from app.db.queue import is_open, starts_of
from app.db.searches import empty_searches
from app.errors import OptimisationCrashed, OptimisationTooLong
from app.jobs.patience import AWAY, patiently
from app.problems import error_document

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import Engine

    from app.config import Settings

LOOK_S = 0.2
"""How often a child and its optimisation are looked at; a cancelled child is dead soon after."""

MOST_STARTS = 5
"""How often an optimisation, or a search, is started before it is given up: it may be what kills its worker."""

CHILD = (sys.executable, "-m", "app.jobs.work")

log = structlog.get_logger("app.jobs")


class Overseer:
    """Sees one optimisation through to its end, whatever happens to its child. `gone` says that the worker stops."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        optimisation: UUID,
        *,
        queue_searches: Callable[[UUID], None],
        gone: threading.Event,
        child: tuple[str, ...] = CHILD,
    ) -> None:
        self._engine, self._settings, self._optimisation = engine, settings, optimisation
        self._queue_searches, self._gone, self._child = queue_searches, gone, child

    def oversee(self) -> None:
        """Carry the optimisation out, unless it has ended; begin anew when the child crashes, but not for ever."""
        for attempt in range(MOST_STARTS + 1):
            starts = patiently(self._starts, self._gone)
            if starts is None:
                break
            if max(starts, attempt) >= MOST_STARTS:
                words = f"its process ended {max(starts, attempt)} times without a result"
                fail_optimisation(self._engine, self._optimisation, OptimisationCrashed(words), self._gone)
                break
            log.info("optimisation.begun", optimisation_id=str(self._optimisation), starts=starts)
            self._attempt()
            if self._gone.is_set():
                return
        patiently(self._clear, self._gone)

    def _starts(self) -> int | None:
        """Give how often the optimisation was started; None when it has ended."""
        with writing(self._engine) as session:
            return starts_of(session, self._optimisation)

    def _attempt(self) -> None:
        """Let a child do it. Whether it did is in the database."""
        began = time.monotonic()
        child = self._start_child()
        try:
            self._watch(child, until=began + 60 * self._settings.max_optimisation_minutes)
        finally:
            _kill(child)
        log.info(
            "optimisation.left",
            optimisation_id=str(self._optimisation),
            exit_code=child.returncode,
            seconds=round(time.monotonic() - began, 1),
        )

    def _watch(self, child: subprocess.Popen[bytes], *, until: float) -> None:
        """Wait for a child to end, or for a reason to kill it."""
        while child.poll() is None and not self._gone.wait(LOOK_S):
            try:
                if not self._is_open():
                    return
                self._queue_searches(self._optimisation)
            except AWAY:
                log.warning("jobs.database_away")
            if time.monotonic() > until:
                _kill(child)
                error = OptimisationTooLong(f"stopped after {self._settings.max_optimisation_minutes:g} minutes")
                fail_optimisation(self._engine, self._optimisation, error, self._gone)

    def _start_child(self) -> subprocess.Popen[bytes]:
        settings = self._settings.model_dump(mode="json")
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*self._child, str(self._optimisation)],
            stdin=subprocess.PIPE,
            env={**os.environ, **{f"ROTA_{name.upper()}": str(value) for name, value in settings.items()}},
            start_new_session=True,
        )

    def _is_open(self) -> bool:
        with reading(self._engine) as session:
            return is_open(session, self._optimisation)

    def _clear(self) -> None:
        with writing(self._engine) as session:
            empty_searches(session, self._optimisation)


def fail_optimisation(engine: Engine, optimisation: UUID, error: Exception, gone: threading.Event) -> None:
    """Mark an optimisation as failed, unless it has ended in another way."""
    problem = error_document(error, instance=f"/v1/optimisations/{optimisation}", correlation_id=str(optimisation))

    def mark() -> bool:
        with writing(engine) as session:
            return fail(session, optimisation, problem=problem, at=datetime.now(UTC))

    if patiently(mark, gone):
        log.warning("optimisation.failed", optimisation_id=str(optimisation), code=problem["code"])


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a child that has not ended, with everything it started."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        with suppress(OSError):
            child.stdin.close()

"""Carries out optimisations one at a time in a child process of the service. For one service process per database.

A child leads a process group of its own, so that it can be killed with everything it started, and holds the end of a
pipe from the service, so that it notices when the service is gone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from app.db.engine import reading, writing
from app.db.optimisations import fail
from app.db.queue import is_open, next_waiting, running
from app.errors import AppError, OptimisationCrashed, OptimisationTooLong
from app.problems import error_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import Engine

    from app.config import Settings

LOOK_S = 0.25
"""How often the queue and a running child are looked at; a cancelled child is dead soon after."""

MOST_STARTS = 3
"""How often an optimisation is started before it is given up: it may be what kills the service."""

PATIENCE_S = 5.0
"""How long to wait before trying again when the database does not answer."""

CHILD = (sys.executable, "-m", "app.jobs.work")

log = structlog.get_logger("app.jobs")


class LocalJobs:
    """One thread that claims optimisations and watches over the child that carries out each."""

    def __init__(self, engine: Engine, settings: Settings, *, child: Sequence[str] = CHILD) -> None:
        self._engine = engine
        self._settings = settings
        self._child = tuple(child)
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._interrupted: list[UUID] = []
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin; what a killed service left running is taken up again, but not for ever."""
        with reading(self._engine) as session:
            found = running(session)
        for optimisation, starts in found:
            if starts >= MOST_STARTS:
                self._fail(optimisation, OptimisationCrashed(f"interrupted {starts} times"))
            else:
                log.info("optimisation.recovered", optimisation_id=str(optimisation), starts=starts)
                self._interrupted.append(optimisation)
        self._thread.start()

    def wake(self) -> None:
        """Look at the queue and at the running child now."""
        self._bell.set()

    def stop(self) -> None:
        """Kill the running child and end the thread. The optimisation will be taken up at the next start."""
        self._stopping.set()
        self._bell.set()
        self._thread.join()

    def _work(self) -> None:
        """Carry out one optimisation after the other until stopped, whatever happens to any of them."""
        while not self._stopping.is_set():
            try:
                optimisation = self._next()
                if optimisation is None:
                    self._wait(LOOK_S)
                else:
                    self._carry_out(optimisation)
            except Exception:
                log.exception("jobs.stumbled")
                self._stopping.wait(PATIENCE_S)

    def _next(self) -> UUID | None:
        if self._interrupted:
            return self._interrupted.pop(0)
        with reading(self._engine) as session:
            return next_waiting(session)

    def _carry_out(self, optimisation: UUID) -> None:
        """Let a child carry out one optimisation; see to it that the optimisation has ended when the child has."""
        log.info("optimisation.claimed", optimisation_id=str(optimisation))
        began = time.monotonic()
        child = self._start_child(optimisation)
        try:
            error = self._watch(child, optimisation, until=began + 60 * self._settings.max_optimisation_minutes)
        finally:
            _kill(child)
        if error is not None:
            self._fail(optimisation, error)
        log.info("optimisation.left", optimisation_id=str(optimisation), seconds=round(time.monotonic() - began, 1))

    def _watch(self, child: subprocess.Popen[bytes], optimisation: UUID, *, until: float) -> AppError | None:
        """Wait for a child to end, or for a reason to kill it; say how the optimisation failed, if it is still open."""
        while child.poll() is None:
            self._wait(LOOK_S)
            if self._stopping.is_set() or not self._is_open(optimisation):
                return None
            if time.monotonic() > until:
                return OptimisationTooLong(f"stopped after {self._settings.max_optimisation_minutes:g} minutes")
        return OptimisationCrashed(f"its process ended without a result (exit code {child.returncode})")

    def _start_child(self, optimisation: UUID) -> subprocess.Popen[bytes]:
        settings = self._settings.model_dump(mode="json")
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*self._child, str(optimisation)],
            stdin=subprocess.PIPE,
            env={**os.environ, **{f"ROTA_{name.upper()}": str(value) for name, value in settings.items()}},
            start_new_session=True,
        )

    def _is_open(self, optimisation: UUID) -> bool:
        with reading(self._engine) as session:
            return is_open(session, optimisation)

    def _fail(self, optimisation: UUID, error: AppError) -> None:
        """Mark an optimisation as failed, unless it has ended in another way."""
        problem = error_document(error, instance=f"/v1/optimisations/{optimisation}", correlation_id=str(optimisation))
        with writing(self._engine) as session:
            failed = fail(session, optimisation, problem=problem, at=datetime.now(UTC))
        if failed:
            log.warning("optimisation.failed", optimisation_id=str(optimisation), code=error.code)

    def _wait(self, seconds: float) -> None:
        self._bell.wait(seconds)
        self._bell.clear()


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Kill a child that has not ended, with everything it started."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        with suppress(OSError):
            child.stdin.close()

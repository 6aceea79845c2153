"""Does one search of an optimisation in a child process, and keeps what comes of it as a checkpoint."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import structlog

from app.db.engine import reading, writing
from app.db.queue import is_open
from app.db.searches import Begun, Name, begin, finish, note
from app.errors import OptimisationCrashed
from app.jobs.oversee import MOST_STARTS, fail_optimisation
from app.jobs.parcel import carry_out
from app.jobs.patience import AWAY, patiently
from solver.errors import SearchCrashed, SolveCancelled
from solver.worker import run_many

if TYPE_CHECKING:
    import threading

    from sqlalchemy import Engine

    from solver.children import Spares
    from solver.types import Progress

SAY_S = 1.0
"""How often the database is told how far a search is, at most."""

ASK_S = 0.3
"""How often the database is asked whether the optimisation is still wanted."""

log = structlog.get_logger("app.jobs")


class Searcher:
    """Sees one search through. `gone` says that the worker stops."""

    def __init__(self, engine: Engine, name: Name, *, spares: Spares, gone: threading.Event) -> None:
        self._engine, self._name, self._spares, self._gone = engine, name, spares, gone
        self._said_at = self._asked_at = 0.0
        self._wanted = True

    def search(self) -> None:
        """Do the search unless it is done or nobody wants it; begin anew when its child crashes, but not for ever."""
        while not self._gone.is_set() and (begun := patiently(self._begin, self._gone)) is not None:
            log.info("search.begun", **self._labels(), starts=begun.starts)
            if begun.starts > MOST_STARTS:
                words = f"one of its searches was begun {MOST_STARTS} times and never ended"
                self._give_up(OptimisationCrashed(words))
                return
            try:
                result = self._run(begun)
            except SearchCrashed:
                log.warning("search.crashed", **self._labels())
            except SolveCancelled:
                return
            except Exception as error:
                log.exception("search.failed", **self._labels())
                self._give_up(error)
                return
            else:
                patiently(partial(self._keep, result), self._gone)
                return

    def _begin(self) -> Begun | None:
        with writing(self._engine) as session:
            return begin(session, self._name)

    def _run(self, begun: Begun) -> bytes:
        task = {"function": begun.function, "task": begun.task}
        (result,) = run_many(
            carry_out, [task], processes=1, progress=self._say, cancelled=self._is_cancelled, spares=self._spares
        )
        return result

    def _keep(self, result: bytes) -> None:
        with writing(self._engine) as session:
            kept = finish(session, self._name, result)
        log.info("search.done", **self._labels(), kept=kept)

    def _give_up(self, error: Exception) -> None:
        fail_optimisation(self._engine, self._name.optimisation, error, self._gone)

    def _say(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._said_at < SAY_S:
            return
        self._said_at = now
        try:
            with writing(self._engine) as session:
                note(session, self._name, done=progress.done, cost=progress.cost, unallocated=progress.unallocated)
        except AWAY:
            log.warning("jobs.database_away")

    def _is_cancelled(self) -> bool:
        now = time.monotonic()
        if self._gone.is_set() or now - self._asked_at < ASK_S:
            return self._gone.is_set() or not self._wanted
        self._asked_at = now
        try:
            with reading(self._engine) as session:
                self._wanted = is_open(session, self._name.optimisation)
        except AWAY:
            log.warning("jobs.database_away")
        return not self._wanted

    def _labels(self) -> dict[str, object]:
        return {"optimisation_id": str(self._name.optimisation), "stage": self._name.stage, "number": self._name.number}

"""The pulse of a worker, its care for what other workers leave behind, and the clearing away of what is old."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import structlog

from app.db import idempotency
from app.db.engine import reading, writing
from app.db.queue import forget_searches_before
from app.db.workers import beat, declare_lost, enlist, leave, pulses
from app.jobs.patience import AWAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

MISSED_BEATS = 5
"""A worker whose pulse stands still for so many beats of another is lost."""

UPKEEP_S = 3_600.0
"""How often what is old is cleared away."""

log = structlog.get_logger("app.jobs")


class Queue(Protocol):
    """What a heart asks of the queue."""

    def begin_anew(self) -> None:
        """Drop everything that runs in this process, and start again."""

    def requeue(self, is_lost: Callable[[str, str], bool]) -> list[str]:
        """Give back jobs that are lost, by job and worker."""

    def is_busy(self, job: str) -> bool:
        """Tell whether a job is being done by this process."""

    def forget_before(self, iso: str) -> None:
        """Delete what is kept of jobs that ended before an instant."""


class Heart:
    """Beats in a thread of its own."""

    def __init__(
        self, engine: Engine, worker: str, *, slots: int, beat_s: float, keep_days: float, queue: Queue
    ) -> None:
        self._engine, self._worker, self._slots = engine, worker, slots
        self._beat_s, self._keep, self._queue = beat_s, timedelta(days=keep_days), queue
        self._pulse = 1
        self._others: dict[str, tuple[int, int]] = {}
        self._idle: set[str] = set()
        self._upkeep_at = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="heart", daemon=True)

    def enlist(self) -> None:
        """Put this worker on the list."""
        with writing(self._engine) as session:
            enlist(session, self._worker, slots=self._slots, at=datetime.now(UTC))
        self._pulse = 1

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop beating."""
        self._stopping.set()
        self._thread.join()

    def leave(self) -> None:
        """Give back what this worker was doing, and take it off the list."""
        try:
            with writing(self._engine) as session:
                leave(session, self._worker)
            self._queue.requeue(lambda _, worker: worker == self._worker)
        except AWAY:
            log.warning("jobs.database_away")

    def _live(self) -> None:
        while not self._stopping.wait(self._beat_s):
            try:
                self.beat()
            except AWAY:
                log.warning("jobs.database_away")
            except Exception:
                log.exception("heart.stumbled")

    def beat(self) -> None:
        """Beat once: show that this worker lives, and see whether the others do."""
        with writing(self._engine) as session:
            alive = beat(session, self._worker, self._pulse, at=datetime.now(UTC))
        if not alive:
            log.warning("worker.taken_for_lost", worker=self._worker)
            self._queue.begin_anew()
            return
        self._pulse += 1
        living = self._living()
        lost = self._queue.requeue(lambda job, worker: worker not in living or self._forgotten(job, worker))
        if lost:
            log.warning("jobs.recovered", jobs=len(lost))
        if time.monotonic() - self._upkeep_at > UPKEEP_S:
            self._upkeep_at = time.monotonic()
            self.clear_away(datetime.now(UTC) - self._keep)

    def clear_away(self, before: datetime) -> None:
        """Delete what is kept of jobs from before an instant."""
        self._queue.forget_before(before.isoformat())
        with writing(self._engine) as session:
            forget_searches_before(session, before)
            idempotency.forget_before(session, before)

    def _living(self) -> set[str]:
        """List the workers that live, having struck off those that are lost."""
        with reading(self._engine) as session:
            felt = pulses(session)
        missed = {
            worker: (pulse, self._others[worker][1] + 1 if self._others.get(worker, (0, 0))[0] == pulse else 0)
            for worker, pulse in felt.items()
            if worker != self._worker
        }
        for worker, (pulse, beats) in list(missed.items()):
            if beats >= MISSED_BEATS:
                with writing(self._engine) as session:
                    struck = declare_lost(session, worker, pulse)
                log.warning("worker.lost", worker=worker, struck=struck)
                del missed[worker]
        self._others = missed
        return {self._worker, *missed}

    def _forgotten(self, job: str, worker: str) -> bool:
        """Tell whether a job of this worker is not being done, now and at the beat before: its end was never noted."""
        if worker != self._worker or self._queue.is_busy(job):
            self._idle.discard(job)
            return False
        if job in self._idle:
            self._idle.discard(job)
            return True
        self._idle.add(job)
        return False

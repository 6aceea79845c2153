"""The queue on DBOS Transact: in the product's own database, so that a job is queued with the row that it is about.

The only module that knows DBOS. A job is an id: what it is to do and how far it is, is in our tables, and is what
decides. DBOS sees to it that each job has a worker, and gets another when that one is gone.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy.engine import make_url

from app.db.engine import writing
from app.db.searches import Name, take_unqueued
from app.jobs.heart import Heart
from app.jobs.identity import Identity, take_identity
from app.jobs.oversee import CHILD, Overseer
from app.jobs.parcel import load
from app.jobs.search import Searcher
from solver.children import Spares

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.config import Settings

VERSION = "1"
"""Raise it when jobs that are under way cannot go on with the new code; those of the old version then wait for it."""

OPTIMISATIONS, SEARCHES = "optimisations", "searches"
POLL_S = 0.2
"""How often a queue is looked at."""

MOST_DISPATCHES = 1_000
"""DBOS's own bound on starts, out of the way: ours counts in `optimisation` and `search`."""

_POOL = 5


def _quiet() -> None:
    """Let the library log errors only, and in our form: it would print what jobs were called with."""
    logger = logging.getLogger("dbos")
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.ERROR)


def _address(url: str) -> str:
    """Give an address in the form that DBOS takes."""
    return make_url(url).render_as_string(hide_password=False)


class DurableJobs:
    """Carries out optimisations here, when it `works`, or leaves them to the workers of the same database."""

    def __init__(self, engine: Engine, settings: Settings, *, works: bool, child: tuple[str, ...] = CHILD) -> None:
        _quiet()
        self._engine, self._settings, self._works, self._child = engine, settings, works, child
        self._client = DBOSClient(
            system_database_url=_address(settings.database_url),
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )
        self._identity: Identity | None = None
        self._heart: Heart | None = None
        self._busy: dict[str, threading.Event] = {}
        self._spares = Spares()

    @property
    def id(self) -> str | None:
        """The id of this worker, while it works."""
        return self._identity.id if self._identity else None

    def start(self) -> None:
        """Begin to work, if this process does; what it was doing when it was killed is taken up again."""
        if not self._works:
            return
        self._identity = take_identity(self._settings.data_dir)
        self._heart = Heart(
            self._engine,
            self._identity.id,
            slots=self._settings.searches,
            beat_s=self._settings.heartbeat_seconds,
            keep_days=self._settings.keep_jobs_days,
            queue=self,
        )
        self._heart.enlist()
        self._launch(self._identity.id)
        self._heart.start()

    def stop(self) -> None:
        """Kill what runs here, and give it back to the queue."""
        if self._heart is not None and self._identity is not None:
            self._heart.stop()
            self._land()
            self._heart.leave()
            self._identity.let_go()
            self._heart = None
        self._client.destroy()

    def begin_anew(self) -> None:
        """Drop everything and start again: the others took this worker for lost, and do its work."""
        assert self._identity is not None
        assert self._heart is not None
        self._land()
        self._heart.enlist()
        self._launch(self._identity.id)

    def enqueue(self, session: Session, optimisation: UUID) -> None:
        """Have an optimisation carried out, if the caller's transaction is committed."""
        self._put(session, str(optimisation), "optimisation", OPTIMISATIONS, [str(optimisation)])

    def recover(self, worker: str) -> int:
        """Give what a lost worker was doing back to the queue, and say how many jobs that were."""
        return len(self.requeue(lambda _, doing: doing == worker))

    def requeue(self, is_lost: Callable[[str, str], bool]) -> list[str]:
        """Give back to the queue the jobs that are said to be lost, by job and worker."""
        lost = [
            job
            for job in self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
            if is_lost(job.workflow_id, job.executor_id or "")
        ]
        for name in sorted({job.queue_name or OPTIMISATIONS for job in lost}):
            self._client.resume_workflows([job.workflow_id for job in lost if job.queue_name == name], queue_name=name)
        return [job.workflow_id for job in lost]

    def forget_before(self, iso: str) -> None:
        """Delete what the queue keeps of jobs that ended before an instant."""
        while old := self._client.list_workflows(completed_before=iso, limit=500, load_input=False, load_output=False):
            self._client.delete_workflows([job.workflow_id for job in old])

    def is_busy(self, job: str) -> bool:
        """Tell whether a job is being done by this process."""
        return job in self._busy

    def _put(self, session: Session, job: str, function: str, queue: str, arguments: list[Any]) -> None:
        options: Any = {
            "workflow_name": function,
            "queue_name": queue,
            "workflow_id": job,
            "app_version": VERSION,
        }
        self._client.enqueue_in_transaction(session, options, *arguments)

    def queue_searches(self, optimisation: UUID) -> None:
        """Queue the searches that an optimisation asks for, each once."""
        with writing(self._engine) as session:
            for name in take_unqueued(session, optimisation):
                job = f"{name.optimisation}:{name.stage}:{name.number}:{name.key[:16]}"
                self._put(session, job, "search", SEARCHES, [str(name.optimisation), *name[1:]])

    def _launch(self, worker: str) -> None:
        global _here  # noqa: PLW0603 - DBOS is one to a process, and so are its workers
        _here = self
        self._spares.warm(self._settings.searches, load)
        config: DBOSConfig = {
            "name": "rota",
            "system_database_url": _address(self._settings.database_url),
            "application_version": VERSION,
            "executor_id": worker,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "sys_db_pool_size": _POOL,
        }
        DBOS(config=config)
        _quiet()
        DBOS.launch()
        DBOS.register_queue(OPTIMISATIONS, worker_concurrency=1, polling_interval_sec=POLL_S)
        DBOS.register_queue(SEARCHES, worker_concurrency=self._settings.searches, polling_interval_sec=POLL_S)

    def _land(self) -> None:
        """Stop taking jobs and kill those that run; they stay as they are in the queue."""
        for gone in list(self._busy.values()):
            gone.set()
        DBOS.destroy()
        self._spares.end()

    async def work(self, job: str, task: Callable[[threading.Event], None]) -> None:
        """Do a job in a thread; when the worker stops, tell it."""
        gone = threading.Event()
        self._busy[job] = gone
        try:
            await asyncio.to_thread(task, gone)
        finally:
            gone.set()
            self._busy.pop(job, None)

    def overseer(self, optimisation: UUID, gone: threading.Event) -> Overseer:
        """Make who sees an optimisation through."""
        return Overseer(
            self._engine,
            self._settings,
            optimisation,
            queue_searches=self.queue_searches,
            gone=gone,
            child=self._child,
        )

    def searcher(self, name: Name, gone: threading.Event) -> Searcher:
        """Make who sees a search through."""
        return Searcher(self._engine, name, spares=self._spares, gone=gone)


_here: DurableJobs | None = None


@DBOS.workflow(name="optimisation", max_recovery_attempts=MOST_DISPATCHES)
async def _optimisation(optimisation: str) -> None:
    await _oversee(optimisation)


@DBOS.step(name="oversee", preemptible=True)
async def _oversee(optimisation: str) -> None:
    assert _here is not None
    here = _here
    await here.work(optimisation, lambda gone: here.overseer(UUID(optimisation), gone).oversee())


@DBOS.workflow(name="search", max_recovery_attempts=MOST_DISPATCHES)
async def _search(optimisation: str, stage: int, number: int, key: str) -> None:
    await _do_search(optimisation, stage, number, key)


@DBOS.step(name="do_search", preemptible=True)
async def _do_search(optimisation: str, stage: int, number: int, key: str) -> None:
    assert _here is not None
    here, name = _here, Name(UUID(optimisation), stage, number, key)
    job = f"{optimisation}:{stage}:{number}:{key[:16]}"
    await here.work(job, lambda gone: here.searcher(name, gone).search())

"""The crew of an optimisation whose searches are done by workers: leaves tasks in the database, waits for results.

It lives in the child process that carries out the optimisation. When that is killed and begun again, it asks for the
same searches again, and finds those that are finished.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import OperationalError

from app.db.engine import reading, writing
from app.db.searches import Moment, Name, has_search, moments, put_search, result_of
from app.db.workers import total_slots
from app.jobs.parcel import digest, name_of, pack, unpack
from solver.errors import SolveCancelled
from solver.types import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import Engine

LOOK_S = 0.1
"""How often the database is asked how far the searches are."""

PACKERS = 4
"""How many tasks are packed at a time: compressing them leaves the interpreter to others."""

log = structlog.get_logger("app.jobs")


class Spread:
    """Lets workers do the tasks of one optimisation, stage after stage. A `solver.crew.Crew`."""

    def __init__(self, engine: Engine, optimisation: UUID) -> None:
        self._engine, self._optimisation, self._stage = engine, optimisation, 0

    @property
    def width(self) -> int:
        """How many searches all workers do at a time."""
        with reading(self._engine) as session:
            return total_slots(session)

    def run(
        self,
        function: Callable[..., Any],
        tasks: Sequence[Mapping[str, Any]],
        *,
        hear: Callable[[int, Progress], None],
        stopped: Callable[[], bool],
    ) -> list[Any]:
        """Have one stage of searches done, and give their results in order."""
        stage, self._stage = self._stage, self._stage + 1
        with ThreadPoolExecutor(PACKERS) as pool:
            names = list(pool.map(lambda item: self._ask(stage, item[0], function, item[1]), enumerate(tasks)))
        self.asked(self._optimisation)
        waiting, told = set(range(len(names))), dict[int, Moment]()
        while waiting:
            if stopped():
                raise SolveCancelled("cancelled while searching")
            found = self._look(stage)
            for moment in found:
                if told.get(moment.number) != moment and moment.cost is not None:
                    told[moment.number] = moment
                    hear(moment.number, _progress(moment))
            waiting -= {moment.number for moment in found if moment.finished}
            time.sleep(LOOK_S if waiting else 0.0)
        return [self._result(name) for name in names]

    def asked(self, optimisation: UUID) -> None:
        """Do what has to be done once a stage is asked for: nothing, where an overseer queues it."""

    def _ask(self, stage: int, number: int, function: Callable[..., Any], task: Mapping[str, Any]) -> Name:
        """Leave a task in the database, unless the same is there."""
        name = Name(self._optimisation, stage, number, digest(task))
        with writing(self._engine) as session:
            if not has_search(session, name):
                put_search(session, name, function=name_of(function), task=pack(dict(task)))
        return name

    def _look(self, stage: int) -> Sequence[Moment]:
        """See how far the searches are; a database that is away for a while is waited for."""
        try:
            with reading(self._engine) as session:
                return moments(session, self._optimisation, stage)
        except OperationalError:
            log.warning("jobs.database_away")
            return ()

    def _result(self, name: Name) -> Any:  # noqa: ANN401 - what the function gives
        with reading(self._engine) as session:
            result = result_of(session, name)
        if result is None:
            raise SolveCancelled("the search was taken away")
        return unpack(result)


def _progress(moment: Moment) -> Progress:
    return Progress(phase="search", done=moment.done, cost=moment.cost or 0.0, unallocated=moment.unallocated or 0)

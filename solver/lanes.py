"""Does several lists of work side by side, each in a process of its own, which is forked for it.

A forked process has everything that its parent has loaded: the day, the machine code. It says what it has to say
through a pipe. It stops when it is asked to, or when its parent is gone.
"""

from __future__ import annotations

import os
import threading
from multiprocessing import Pipe, get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Protocol

from solver.errors import SolverError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.context import ForkProcess

    Hear = Callable[[Any], None]
    Question = Callable[[], bool]

LOOK_S = 0.1
"""How often the parent asks whether to stop."""


class Lane(Protocol):
    """A list of work: says what it has to say, and asks now and then whether to stop."""

    def __call__(self, say: Hear, stopped: Question) -> None:
        """Do the work."""


def can_fork() -> bool:
    """Tell whether this process may be forked: not where another thread might hold a lock for ever."""
    return "fork" in get_all_start_methods() and threading.active_count() == 1


def in_lanes(lanes: Sequence[Lane], hear: Hear, stopped: Question) -> None:
    """Do all lanes side by side; a single one in this process.

    Raises what a single lane raises, else SolverError with its words.
    """
    if len(lanes) == 1:
        lanes[0](hear, stopped)
        return
    crew = _Crew(lanes)
    try:
        crew.listen(hear, stopped)
    finally:
        crew.end()


class _Crew:
    """The processes at work, by our ends of their pipes."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._processes: dict[Connection, ForkProcess] = {}
        for lane in lanes:
            ours, theirs = Pipe()
            process = get_context("fork").Process(target=_follow, args=(lane, theirs, os.getpid()), daemon=True)
            process.start()
            theirs.close()
            self._processes[ours] = process

    def listen(self, hear: Hear, stopped: Question) -> None:
        """Hear everything until all are done; hand on the wish to stop."""
        working, asked = list(self._processes), False
        while working:
            if not asked and stopped():
                asked = True
                for pipe in working:
                    pipe.send("stop")
            ready = wait(working, timeout=LOOK_S)
            for pipe in [pipe for pipe in working if pipe in ready]:
                said = self._receive(pipe)
                if said is None:
                    working.remove(pipe)
                else:
                    hear(said)

    def _receive(self, pipe: Connection) -> object:
        try:
            kind, said = pipe.recv()
        except (EOFError, OSError):
            process = self._processes[pipe]
            process.join(1.0)
            raise SolverError(f"the search of an area ended without a result (exit code {process.exitcode})") from None
        if kind == "error":
            raise SolverError(f"the search of an area failed: {said}")
        return said

    def end(self) -> None:
        """Leave no process behind."""
        for pipe, process in self._processes.items():
            pipe.close()
            process.join(0.2)
            process.kill()
            process.join()


def _follow(lane: Lane, pipe: Connection, parent: int) -> None:
    """Do one lane in a forked process; the last word is nothing."""

    def stopped() -> bool:
        return pipe.poll() or os.getppid() != parent

    try:
        lane(lambda said: pipe.send(("said", said)), stopped)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must know
        pipe.send(("error", repr(error)))
    else:
        pipe.send(("said", None))

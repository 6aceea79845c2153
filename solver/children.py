"""The processes that searches run in, and those that wait for one: what they must load, they load once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""One thread to a child: nothing in it gains from more, and only a process of one thread may be forked."""

MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "268435456",
}
"""With glibc's own settings OR-Tools spent over 80 % of its time mapping memory at 3,000 visits (178 s against 1 s)."""

PATIENCE_S = 5.0
"""How long a child that is done may take to end before it is killed."""

MOST_TASKS = 100
"""How many tasks one child does before another takes its place."""


@dataclass(eq=False)
class Child:
    """A running child, our end of its pipe, and how many tasks it has been given."""

    process: subprocess.Popen[bytes]
    pipe: Connection
    tasks: int = 0

    def end(self, *, patience_s: float = PATIENCE_S) -> None:
        """See the child end; kill it when it does not."""
        self.pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience_s)
        self.process.kill()
        self.process.wait()


def spawn() -> Child:
    """Start a child that waits for a task."""
    ours, theirs = Pipe()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "solver.worker", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            **MALLOC,
            **ENVIRONMENT,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        },
    )
    theirs.close()
    return Child(process, ours)


class Spares:
    """Children that have done a task, or were told beforehand what to load, and wait for the next."""

    def __init__(self) -> None:
        self._idle: list[Child] = []
        self._turn = threading.Lock()

    def warm(self, count: int, load: Callable[[], None]) -> None:
        """Start children that load what they will need, without waiting for them."""
        for _ in range(count):
            child = spawn()
            child.pipe.send(("load", load))
            self.put(child)

    def take(self) -> Child:
        """Give a child that waits, or a new one."""
        with self._turn:
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.end(patience_s=0.0)
        return spawn()

    def put(self, child: Child) -> None:
        """Keep a child that waits, unless it has done enough."""
        if child.tasks >= MOST_TASKS:
            child.end()
            return
        with self._turn:
            self._idle.append(child)

    def end(self) -> None:
        """Leave no child behind."""
        with self._turn:
            while self._idle:
                self._idle.pop().end(patience_s=0.0)

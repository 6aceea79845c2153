"""Runs searches in child processes: they can be watched, stopped and killed, and a crash there is an error here.

A child is a fresh interpreter that imports nothing but the solver and what it stands on. Parent and child talk through
one pipe: function and task there, then progress and the result back. Whatever else the child can read from the pipe,
its end included, means that it should stop.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, TypeVar

from solver.children import PATIENCE_S, Child, spawn
from solver.crew import Together
from solver.errors import SearchCrashed, SolveCancelled, SolverError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.children import Spares
    from solver.types import DayPlan, DayProblem, Limits, Progress

    Report = Callable[[Progress], None]
    Question = Callable[[], bool]

R = TypeVar("R")

LOOK_S = 0.1
"""How often the parent looks at the clock and asks whether it should cancel."""

GRACE_S = 10.0
"""How long a child whose time is up may take to hand over its plan before it is killed."""

CANCEL_GRACE_S = 0.7
"""The same for a child that was cancelled; its last plan is here already."""

MEMORY_SETTING, MEMORY_MB = "ROTA_MAX_SEARCH_MB", 8_192
"""The environment variable with the most memory that a child may use, and what holds without it."""

DIE_WITH_PARENT = 1
"""What Linux calls PR_SET_PDEATHSIG."""

REPORT_S = 0.2
"""How often a child reports, at most."""


def solve_in_child(
    problem: DayProblem,
    limits: Limits,
    *,
    start: DayPlan | None = None,
    progress: Report | None = None,
    cancelled: Question | None = None,
    kill_after_s: float | None = None,
) -> DayPlan:
    """Solve in a child process; `progress` gets its best plan each second, and so does the caller when cancelled.

    After `kill_after_s`, or when cancelled, the child is asked to stop, and killed when it does not; the last plan that
    it told then is the answer. Raises what `solve` raises, SolverError when the child crashes or was killed without
    any plan, SolveCancelled when it was cancelled and had nothing to show.
    """
    from solver.solve import solve  # noqa: PLC0415 - the caller's process need not load the engines before

    pool = _Pool(solve, [{"problem": problem, "limits": limits, "start": start}], progress, cancelled)
    try:
        plan: DayPlan = pool.run(1, kill_after_s)[0]
    except SolverError:
        if pool.plan is None or not (pool.stopped or pool.killed):
            raise
        plan = pool.plan
    return plan


def run_many(
    function: Callable[..., R],
    tasks: Sequence[Mapping[str, Any]],
    *,
    processes: int = 2,
    progress: Report | None = None,
    cancelled: Question | None = None,
    spares: Spares | None = None,
) -> list[R]:
    """Call an importable function once per task, each in a child of its own, some at a time; results in task order.

    A child that is done goes to the `spares`, where there are any, and one of them takes the next task.

    The function also gets `progress` and `cancelled`. Raises what it raises, SolverError when a child crashes, and
    SolveCancelled when cancelled whatever was found until then: a batch half done is none.
    """
    pool = _Pool(function, tasks, progress, cancelled, spares=spares)
    results = pool.run(processes)
    if pool.stopped:
        raise SolveCancelled("cancelled while searching")
    return results


class _Pool:
    """Children at work on a list of tasks."""

    def __init__(
        self,
        function: Callable[..., Any],
        tasks: Sequence[Mapping[str, Any]],
        progress: Report | None,
        cancelled: Question | None,
        *,
        spares: Spares | None = None,
    ) -> None:
        self.function, self.tasks, self.spares = function, tasks, spares
        self.cancelled = cancelled or (lambda: False)
        self._together = Together(len(tasks), progress)
        self.stopped = self.killed = False
        self.plan: DayPlan | None = None
        self._asked_at: dict[int, float] = {}
        self._children: dict[int, Child] = {}
        self._began: dict[int, float] = {}
        self._results: dict[int, Any] = {}

    def run(self, processes: int, kill_after_s: float | None = None) -> list[Any]:
        """Work through all tasks; leave no child behind, whatever happens."""
        waiting = list(range(len(self.tasks)))
        try:
            while self._children or (waiting and not self.stopped):
                while waiting and not self.stopped and len(self._children) < max(1, processes):
                    self._start(waiting.pop(0))
                self._listen()
                self._watch_clock(kill_after_s)
        finally:
            for number in list(self._children):
                self._let_go(number, patience_s=0.0)
        if len(self._results) < len(self.tasks):
            raise SolveCancelled("cancelled before there was any plan")
        return [self._results[number] for number in range(len(self.tasks))]

    def _start(self, number: int) -> None:
        child = self.spares.take() if self.spares else spawn()
        child.tasks += 1
        self._children[number], self._began[number] = child, time.monotonic()
        with suppress(OSError):  # a child that is gone already is noticed when it is listened to
            child.pipe.send((self.function, dict(self.tasks[number])))

    def _listen(self) -> None:
        """Take what the children say until the next look at the clock."""
        number_of = {id(child.pipe): number for number, child in self._children.items()}
        for ready in wait([child.pipe for child in self._children.values()], timeout=LOOK_S):
            self._hear(number_of[id(ready)])

    def _hear(self, number: int) -> None:
        child = self._children[number]
        try:
            kind, value = child.pipe.recv()
        except (EOFError, OSError):
            self._let_go(number)
            raise SearchCrashed(f"a search ended without a result (exit code {child.process.returncode})") from None
        if kind == "progress":
            self._tell(number, value)
            return
        if self.spares is not None and number not in self._asked_at:
            self.spares.put(self._children.pop(number))
        else:
            self._let_go(number)
        if kind == "error":
            raise _error(*value)
        self._results[number] = value

    def _tell(self, number: int, value: Progress) -> None:
        """Report all tasks as one."""
        self.plan = value.plan or self.plan
        self._together.hear(number, value)

    def _watch_clock(self, kill_after_s: float | None) -> None:
        """Ask children to stop when cancelled or out of time, and kill those that do not."""
        now = time.monotonic()
        self.stopped = self.stopped or self.cancelled()
        grace_s = min(GRACE_S, CANCEL_GRACE_S) if self.stopped else GRACE_S
        for number, child in list(self._children.items()):
            due = self.stopped or (kill_after_s is not None and now - self._began[number] > kill_after_s)
            if due and number not in self._asked_at:
                self._asked_at[number] = now
                with suppress(OSError):
                    child.pipe.send("stop")
            if now - self._asked_at.get(number, now) > grace_s:
                self._let_go(number, patience_s=0.0)
                if not self.stopped:
                    self.killed = True
                    raise SolverError(f"a search was killed: it did not stop within {GRACE_S:g} s")

    def _let_go(self, number: int, *, patience_s: float = PATIENCE_S) -> None:
        self._children.pop(number).end(patience_s=patience_s)


def _error(kind: type[Exception], args: tuple[Any, ...], fields: dict[str, Any]) -> Exception:
    """Build a child's error again, without the constructor, which may want something else than what it keeps."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error


def _die_with_parent() -> None:
    """Have this process killed when its parent ends, where the system can do that."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)


def _bound_memory() -> None:
    """Let this process, and each that it forks, have no more memory of its own than the setting allows."""
    most = int(os.environ.get(MEMORY_SETTING, MEMORY_MB)) * 2**20
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _work(pipe: Connection) -> None:
    """Do tasks in the child, one after the other, until nobody is there to give one."""
    _die_with_parent()
    _bound_memory()
    with suppress(EOFError, OSError):
        while True:
            asked = pipe.recv()
            if asked == "stop":  # a wish that came when the task was done
                continue
            if asked[0] == "load":
                asked[1]()
            else:
                _do(pipe, *asked)


def _do(pipe: Connection, function: Callable[..., object], task: Mapping[str, Any]) -> None:
    """Do one task, and say its progress and its result."""
    said = 0.0

    def report(progress: Progress) -> None:
        nonlocal said
        if time.monotonic() - said >= REPORT_S or progress.done >= 1.0 or progress.plan is not None:
            said = time.monotonic()
            pipe.send(("progress", progress))

    try:
        result = function(**task, progress=report, cancelled=pipe.poll)
    except MemoryError:
        words = f"a search needed more than the {os.environ.get(MEMORY_SETTING, MEMORY_MB)} MB of {MEMORY_SETTING}"
        pipe.send(("error", (SolverError, (words,), {})))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must know
        pipe.send(("error", (type(error), error.args, error.__dict__)))
    else:
        pipe.send(("result", result))


if __name__ == "__main__":
    _work(Connection(int(sys.argv[1])))

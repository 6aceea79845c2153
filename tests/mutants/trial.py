"""Try a changed module in a process of its own: nothing on the disk is touched, and what it breaks ends with it."""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from multiprocessing.connection import Connection
    from types import CodeType, ModuleType

PLUGINS = ("pytest_timeout", "pytest_socket")
WRAPS = (
    "-Wignore:overflow encountered:RuntimeWarning"  # random numbers wrap round, which compiled code does not mention
)
QUIET = (
    "-x",
    "-q",
    "--assert=plain",
    "--tb=no",
    "-m",
    "not slow",
    WRAPS,
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    *(f"-p{name}" for name in PLUGINS),
)
TEST_SECONDS = 30
"""A test that takes longer goes in circles, and is red."""

NOBODY = ""
"""What notices a change that no test notices."""


class Trial(NamedTuple):
    """A module by its dotted name with its changed code (None: as it is), and files of tests in the order to try."""

    module: str
    tree: ast.Module | None
    tests: tuple[str, ...]


def run_all(trials: Sequence[Callable[[], Trial]], jobs: int) -> Iterator[tuple[int, str]]:
    """Run trials in so many processes at a time; give the number of each as it ends, and its first red test."""
    context = get_context("fork")
    waiting, running = list(enumerate(trials))[::-1], {}
    while waiting or running:
        while waiting and len(running) < jobs:
            number, make = waiting.pop()
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(make, theirs))
            process.start()
            theirs.close()
            running[ours] = number, process
        for pipe in wait(list(running), timeout=1.0):
            number, process = running.pop(pipe)  # type: ignore[arg-type]
            try:
                yield number, pipe.recv()  # type: ignore[union-attr]
            except EOFError:
                yield number, f"the process ended with {process.exitcode}"
            process.join()


def _run(make: Callable[[], Trial], pipe: Connection) -> None:
    trial = make()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(1, 2)
    sys.meta_path.insert(0, _Finder(trial))
    for tests in trial.tests:
        witness = _Witness()
        if pytest.main([tests, *QUIET, f"--timeout={TEST_SECONDS}"], plugins=[witness]) != 0:
            pipe.send(witness.red or f"{tests} could not be read")
            return
    pipe.send(NOBODY)


class _Witness:
    """A plugin that remembers which test was red."""

    red = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.red = self.red or report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.red = self.red or f"{report.nodeid} (cannot be imported)"


class _Finder(importlib.abc.MetaPathFinder):
    """Find the changed module in place of the one on the disk."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.trial.module and name not in MAKE_RECORDS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        assert spec is not None
        assert spec.origin is not None
        tree = self.trial.tree if name == self.trial.module else None
        spec.loader = _Loader(name, spec.origin, tree)
        return spec


class _Loader(SourceFileLoader):
    """Load a module from a syntax tree."""

    def __init__(self, name: str, path: str, tree: ast.Module | None) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, fullname: str) -> CodeType | None:
        return super().get_code(fullname) if self.tree is None else compile(self.tree, self.path, "exec")

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        for name in MAKE_RECORDS.get(module.__name__, ()):
            setattr(module, name, _with_records(getattr(module, name)))


MAKE_RECORDS = {
    "solver.kernel.state": ("prepare", "new_state"),
    "solver.kernel.timed_state": ("prepare_timed", "new_plan", "new_room"),
}
"""The functions, by their modules, that make the arrays of records of the searches."""


def _with_records(make: Callable[..., tuple[object, ...]]) -> Callable[..., tuple[object, ...]]:
    """Let Python read the fields of records as compiled code does: as attributes."""

    def made(*args: object, **kwargs: object) -> tuple[object, ...]:
        arrays = make(*args, **kwargs)
        return type(arrays)(
            *(
                item.view(np.recarray) if isinstance(item, np.ndarray) and item.dtype.names else item  # type: ignore[misc]
                for item in arrays
            )
        )

    return made

"""Parcels: tasks and results come out as they went in, and nothing else comes out."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import zlib
from collections import OrderedDict

import numpy as np
import pytest

from app.jobs.parcel import FUNCTIONS, carry_out, digest, name_of, pack, unpack
from solver.compile import compile_problem
from solver.kernel.annealing import Annealing
from solver.solve import solve
from solver.types import Limits, Mode
from tests.solver.days import random_day


def test_a_task_comes_out_as_it_went_in() -> None:
    """A day, its compiled form and a plan are the same after the post, and so are their digests."""
    problem = random_day(12, 4)
    compiled = compile_problem(problem)
    sent = {"problem": problem, "compiled": compiled, "plan": Annealing(compiled, 1).sequences, "mode": Mode.CAR}
    got = unpack(pack(sent))
    assert digest(got) == digest(sent)
    assert got["problem"].visits == problem.visits
    assert (got["compiled"].ways == compiled.ways).all()
    assert solve(got["problem"], Limits(iterations=50)).runs == solve(problem, Limits(iterations=50)).runs


class Evil:
    """Runs a command when it is opened."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize(
    "value",
    [Evil(), OrderedDict(), subprocess.Popen, name_of, pickle.loads, compile_problem],
    ids=["command", "foreign class", "process", "our function", "opener", "function of the solver"],
)
def test_nothing_else_comes_out(value: object) -> None:
    """Whoever writes into the database cannot have a worker call or make anything that is no record."""
    with pytest.raises(pickle.UnpicklingError):
        unpack(zlib.compress(pickle.dumps(value)))


@pytest.mark.parametrize("name", ["solver.worker.subprocess", "subprocess.Popen", "SubprocessError"])
def test_nothing_comes_out_by_way_of_a_module_of_the_solver(name: str) -> None:
    """What a module of the solver has imported is not a record of the solver."""
    forged = b"\x80\x04\x8c\x0fsolver.children\x8c" + bytes([len(name)]) + name.encode() + b"\x93."
    with pytest.raises(pickle.UnpicklingError):
        unpack(zlib.compress(forged))


def test_only_listed_functions_are_called() -> None:
    """Neither asked for by a task, nor by a name in the database."""
    assert all(name.startswith("solver.") for name in FUNCTIONS)
    with pytest.raises(ValueError, match="not for searches"):
        name_of(compile_problem)
    with pytest.raises(ValueError, match="not for searches"):
        carry_out(function="os:system", task=pack({}), progress=lambda _: None, cancelled=lambda: False)


DIGEST = """
from app.jobs.parcel import digest
from solver.types import Mode
print(digest({"b": frozenset({"x", "y", Mode.CAR, 7}), "a": (1, 2.5, None, True)}))
"""


def test_a_digest_is_the_same_in_every_process() -> None:
    """Whatever order its sets have there, a task has one key."""
    seen = {
        subprocess.run(
            [sys.executable, "-c", DIGEST], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1


def test_a_digest_tells_what_differs() -> None:
    """Another value, type, shape or place of the same values is another task."""
    row = np.arange(6, dtype=np.int32)
    values: list[object] = [
        row, row.astype(np.int64), row.reshape(2, 3), row + 1, (1, 2), (2, 1), [1, 2], frozenset({1, 2}), {1: 2},
        {2: 1}, "1", 1, 1.0, ("a", "bc"), ("ab", "c"), (("a",), "b"), ("a", ("b",)), None, True,
    ]  # fmt: skip
    assert len({digest(value) for value in values}) == len(values)

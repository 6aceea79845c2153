"""Compiles functions of benchmarks like those of the solver, their machine code kept by what the sources are now.

Numba itself misses changes of a function that is called from another file.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from numba.core import config

from solver.kernel import jit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = ParamSpec("P")
R = TypeVar("R")

_SOURCES = sorted(Path(__file__).parent.glob("unified_*.py"))
_VERSION = hashlib.sha256(b"".join(source.read_bytes() for source in _SOURCES)).hexdigest()[:16]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, on its first call."""
    with _own_folder():
        return jit.compiled(function)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call."""
    with _own_folder():
        return jit.inner(function)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into each of its callers."""
    with _own_folder():
        return jit.inlined(function)


@contextmanager
def _own_folder() -> Iterator[None]:
    """Keep the code of what is declared meanwhile in a folder of this version."""
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    if before:
        config.CACHE_DIR = str(Path(before) / f"benchmarks-{_VERSION}")  # type: ignore[attr-defined]
    try:
        yield
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]

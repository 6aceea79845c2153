"""How functions are compiled to machine code, and where that code is kept between processes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import numba
from numba.core import config

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""Without reference counts (`_nrt`) calls that hand on many arrays are ten times faster and compile twice as fast; such
functions may make no arrays of their own."""


NO_LIMIT = 10**9
"""The limit of what has no limit."""


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, on its first call; it runs without the interpreter lock.

    The machine code is cached where a folder is writable.
    """
    return _compiled(function, OPTIONS)


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only compiled functions call: half the time to compile, for want of a way in."""
    return _compiled(function, {**OPTIONS, "no_cpython_wrapper": True})


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into each of its callers: handing on the arrays costs more than a short function does.

    Measured: 2.5 to 5 times the iterations of the search.
    """
    return _compiled(function, {**OPTIONS, "forceinline": True})


def merged(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function part of its only caller before anything is compiled, which costs less than a call to compile.

    Every compiled function is optimised again in each of its callers, theirs, and so on: deep calls compile slowly.
    """
    return _compiled(function, {**OPTIONS, "inline": "always"})


def _compiled(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    try:
        return cast("Callable[P, R]", numba.njit(cache=True, **options)(function))
    except RuntimeError:  # no writable folder anywhere: compile once per process
        return cast("Callable[P, R]", numba.njit(**options)(function))


def _keep_code_per_version() -> None:
    """Name the cache after all compiled sources: Numba itself misses changes of a function called from another file."""
    if config.CACHE_DIR:  # type: ignore[attr-defined]
        return
    folder = Path(__file__).parent
    sources = [*sorted(folder.glob("*.py")), folder.parent / "timing.py"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    cache = folder / "__pycache__" / f"compiled-{digest}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if os.access(cache, os.W_OK):
        config.CACHE_DIR = str(cache)  # type: ignore[attr-defined]


_keep_code_per_version()

"""How functions are compiled to machine code, and where that code is kept between processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays on its first call; it runs without the interpreter lock.

    The machine code is kept beside the source, or where NUMBA_CACHE_DIR says, if a folder there is writable. A compiled
    function must not call one of another file: Numba would not notice when that one changes.
    """
    try:
        return cast("Callable[P, R]", numba.njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # no writable folder anywhere: compile once per process
        return cast("Callable[P, R]", numba.njit(**_OPTIONS)(function))

"""Tasks and results of searches as bytes: what the database holds of them, and how a child opens them.

What is opened may hold plain values, arrays and records of the solver, and call nothing but its functions named here:
whoever can write to the database cannot make a worker run anything else.
"""

from __future__ import annotations

import enum
import io
import os
import pickle
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.types import Progress

FUNCTIONS = frozenset({"solver.area_search:search_areas_of", "solver.comparison:compare_steps"})
"""The functions that a search may call."""

NICENESS = 5
"""How far a search stands back behind what answers requests on the same machine."""

_ARRAYS = frozenset({
    ("numpy", "dtype"),
    ("numpy", "ndarray"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("datetime", "date"),
})  # fmt: skip


def name_of(function: Callable[..., Any]) -> str:
    """Name one of the functions that a search may call. Raises ValueError for any other."""
    name = f"{function.__module__}:{function.__qualname__}"
    if name not in FUNCTIONS:
        raise ValueError(f"{name} is not for searches")
    return name


def pack(value: object) -> bytes:
    """Turn a task or a result into bytes."""
    return zlib.compress(pickle.dumps(value, protocol=5), level=1)


def unpack(packed: bytes) -> Any:  # noqa: ANN401 - what was packed
    """Turn bytes back. Raises pickle.UnpicklingError for anything but plain values, arrays and records."""
    return _Opener(io.BytesIO(zlib.decompress(packed))).load()


class _Opener(pickle.Unpickler):
    """Opens what holds nothing but plain values, arrays and records of the solver."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as in the base
        """Find a class or function that may be used."""
        if (module, name) in _ARRAYS:
            return super().find_class(module, name)
        if module.startswith("solver.") and "." not in name:
            found = getattr(import_module(module), name, None)
            if _is_record(found) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} does not belong into a search")


def _is_record(found: object) -> bool:
    return isinstance(found, type) and (
        is_dataclass(found) or issubclass(found, enum.Enum) or (issubclass(found, tuple) and hasattr(found, "_fields"))
    )


def digest(value: object) -> str:
    """Give the SHA-256 of what a value holds: the same in every process, whatever order sets have there."""
    summed = sha256()
    for part in _parts(value):
        summed.update(len(part).to_bytes(8))
        summed.update(part)
    return summed.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    yield type(value).__name__.encode()
    if isinstance(value, np.ndarray):
        yield f"{value.dtype} {value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif is_dataclass(value):
        for field in fields(value):
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from (part.encode() for pair in sorted((digest(k), digest(v)) for k, v in value.items()) for part in pair)
    elif isinstance(value, (set, frozenset)):
        yield from (key.encode() for key in sorted(digest(item) for item in value))
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _parts(item)
    else:
        yield repr(value).encode()


def load() -> None:
    """Load what searches call, in a child that waits for the first, and stand back."""
    os.nice(NICENESS)
    for name in sorted(FUNCTIONS):
        import_module(name.split(":")[0])


def carry_out(
    *, function: str, task: bytes, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> bytes:
    """Do a search in this process, a child of a worker, and give its result packed."""
    if function not in FUNCTIONS:
        raise ValueError(f"{function} is not for searches")
    module, name = function.split(":")
    return pack(getattr(import_module(module), name)(**unpack(task), progress=progress, cancelled=cancelled))

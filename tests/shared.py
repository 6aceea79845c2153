"""What takes long to make, made once for all the processes that run tests side by side."""

from __future__ import annotations

import copyreg
import fcntl
import os
import pickle
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

FOLDER = "ROTA_TESTS_SHARED"
"""The variable that names the folder of a run."""


def _proxy(of: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(of)


copyreg.pickle(MappingProxyType, lambda proxy: (_proxy, (dict(proxy),)))


def for_all_processes(name: str, make: Callable[[], Made]) -> Made:
    """Give what one process of the run makes, and the others wait for; outside a run it is simply made."""
    if FOLDER not in os.environ:
        return make()
    kept = Path(os.environ[FOLDER]) / name
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            made = make()
            kept.write_bytes(pickle.dumps(made))
            return made
    found: Made = pickle.loads(kept.read_bytes())  # noqa: S301 - written by this very run
    return found

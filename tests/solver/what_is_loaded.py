"""What a child process has loaded: a module of its own, so that asking loads nothing more."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.types import Progress


def modules(*, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> tuple[list[str], str]:
    """Give the modules that a child has loaded, and its memory settings."""
    return sorted(name.split(".")[0] for name in sys.modules), os.environ["MALLOC_TOP_PAD_"]

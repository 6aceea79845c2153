"""Waiting for a database that is away for a while: started again, moved, or its disk full."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from app.errors import DatabaseUnavailable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

T = TypeVar("T")

PATIENCE_S = 0.5
"""How long to wait before trying again."""

AWAY = (OperationalError, InterfaceError)
"""What a database raises that is away."""

log = structlog.get_logger("app.jobs")


def patiently(work: Callable[[], T], gone: threading.Event) -> T:
    """Do a piece of work with the database, again and again until it answers.

    Raises DatabaseUnavailable when the worker is `gone`.
    """
    while True:
        try:
            return work()
        except AWAY:
            log.warning("jobs.database_away")
        if gone.wait(PATIENCE_S):
            raise DatabaseUnavailable("stopped while the database was away")

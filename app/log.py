"""Logging: one JSON object a line on standard error, with fixed event names.

Never a name, an address, a coordinate or a key. So messages of exceptions are not logged, only their type and the
lines of code they passed; and of other libraries only the place of a warning, not its text.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.typing import EventDict

_OURS = ("app", "solver", "geo")
_TRUSTED = (*_OURS, "uvicorn.error")
"""Loggers whose messages hold ids, counts and seconds, or tell why the service cannot listen."""

_FRAMES = 12
"""How many of the functions that an exception passed are logged, the innermost ones."""


def configure_logging(level: str) -> None:
    """Send everything that is logged in this process to standard error as JSON, from `level` on."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # past the standard library: a third of the time
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_place_of_foreign, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    access = logging.getLogger("uvicorn.access")  # addresses hold ids of people; the edge logs requests
    access.disabled, access.propagate = True, False
    sys.excepthook = _crashed
    threading.excepthook = lambda crash: _crashed(crash.exc_type, crash.exc_value, crash.exc_traceback)


def _crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log what ends a process or a thread like everything else: the interpreter would print its message."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        sys.__excepthook__(kind, error or kind(), trace)
    else:
        structlog.get_logger("app").critical("process.crashed", exc_info=(kind, error, trace))


def without_messages(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the functions it passed: its message may hold what it choked on."""
    found: Any = event.pop("exc_info", None)
    if not found:
        return event
    if isinstance(found, BaseException):
        error: BaseException | None = found
    else:
        error = found[1] if isinstance(found, tuple) else sys.exc_info()[1]
    if error is not None:
        event["error"] = type(error).__name__
        event["passed"] = [
            f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        ]
    return event


def _place_of_foreign(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Name the logger of a library's record, and drop its text unless it is known to be harmless."""
    record: logging.LogRecord = event["_record"]
    event["logger"] = record.name
    if record.name.partition(".")[0] not in _OURS and record.name not in _TRUSTED:
        event["event"] = "library.logged"
        event["place"] = f"{record.module}:{record.lineno}"
    elif record.exc_info:
        event["event"] = "exception.logged"
    return event

"""The child process: `python -m app.jobs.work ID` carries out one optimisation, and dies with its worker.

Its standard input is a pipe that the worker holds open and never writes to; its end means that the worker is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.db.engine import make_engine, writing
from app.db.optimisations import fail
from app.jobs.parcel import NICENESS
from app.jobs.spread import Spread
from app.log import configure_logging
from app.problems import EXPECTED, error_document
from app.services.record_progress import Recorder
from solver.errors import SolveCancelled

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("app.jobs")


def work(engine: Engine, settings: Settings, optimisation: UUID) -> None:
    """Carry out an optimisation; an error becomes its problem document.

    A database that fails is no error of the optimisation: raises what it raised, so that the worker begins anew.
    """
    from app.services.perform import perform  # noqa: PLC0415 - loads engines and geography

    try:
        stored = perform(
            engine,
            settings.data_dir,
            optimisation,
            progress=Recorder(engine, optimisation),
            crew=Spread(engine, optimisation),
        )
    except (DBAPIError, SolveCancelled):
        raise
    except Exception as error:
        if isinstance(error, EXPECTED):
            log.warning("optimisation.failed", code=error.code)
        else:
            log.exception("optimisation.crashed")
        problem = error_document(error, instance=f"/v1/optimisations/{optimisation}", correlation_id=str(optimisation))
        with writing(engine) as session:
            fail(session, optimisation, problem=problem, at=datetime.now(UTC))
    else:
        log.info("optimisation.done", stored=stored)


def die_with_worker() -> None:
    """Kill this process and all it started as soon as standard input ends."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Carry out the optimisation that the command line names, with the settings of the environment."""
    die_with_worker()
    os.nice(NICENESS)
    settings = Settings()
    configure_logging(settings.log_level)
    optimisation = UUID(sys.argv[1])
    structlog.contextvars.bind_contextvars(optimisation_id=str(optimisation))
    work(make_engine(settings.database_url), settings, optimisation)


if __name__ == "__main__":
    main()

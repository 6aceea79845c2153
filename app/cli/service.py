"""`rota serve`, `rota worker` and `rota migrate`: the service, those who do its work, and its database."""

from __future__ import annotations

import signal
import threading

from app.cli.access import first_links
from app.cli.program import output
from app.config import Settings
from app.db.engine import make_engine
from app.db.migrate import migrate as migrate_database
from app.jobs.tables import prepare_job_tables
from app.log import configure_logging

LONG_S = 3_600.0


def migrate() -> None:
    """Bring the database to the newest revision."""
    settings = Settings()
    migrate_database(settings.database_url)
    prepare_job_tables(settings.database_url)
    output.print("The database is up to date.")


def worker() -> None:
    """Carry out what the service is asked, beside any number of other workers, until stopped."""
    from app.jobs.durable import DurableJobs  # noqa: PLC0415 - loads the library of jobs

    settings = Settings()
    configure_logging(settings.log_level)
    migrate_database(settings.database_url)
    prepare_job_tables(settings.database_url)
    engine = make_engine(settings.database_url)
    jobs = DurableJobs(engine, settings, works=True)
    jobs.start()
    output.print(f"Worker {jobs.id} is at work.", soft_wrap=True)
    wait_for_end()
    jobs.stop()
    engine.dispose()


def wait_for_end() -> None:
    """Wait until this process is asked to end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.wait(LONG_S):
        pass


def serve() -> None:
    """Serve the HTTP interface, and carry out what it is asked, until stopped."""
    import uvicorn  # noqa: PLC0415 - not needed by other commands

    from app.main import create_app  # noqa: PLC0415 - the same

    settings = Settings()
    migrate_database(settings.database_url)
    prepare_job_tables(settings.database_url)
    output.print(
        f"Rural Care Rota on http://{settings.host}:{settings.port} (the interface is described at /openapi.json)"
    )
    for area, address in first_links(settings):
        output.print(f"Sign in as the first administrator of {area}, once and within a day: {address}", soft_wrap=True)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_config=None, server_header=False)

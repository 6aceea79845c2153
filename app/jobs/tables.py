"""The tables of the job engine, which it makes itself: before jobs are queued, or a restore, they have to be there."""

from __future__ import annotations


def prepare_job_tables(url: str) -> None:
    """Bring the job engine's tables in a database to the version of this installation."""
    from dbos import DBOS  # noqa: PLC0415 - slow to load, and few commands need it

    DBOS.migrate(url)

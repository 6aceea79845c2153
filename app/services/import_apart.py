"""Import in a process of its own: it loads geography and reads what strangers sent, so that the service need not."""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from app.errors import ImportCrashed

if TYPE_CHECKING:
    from pathlib import Path

    from app.services.take_import import Report, Request

PATIENCE_S = 180.0
MAX_PRIVATE_BYTES = 3 * 2**30


def import_apart(database_url: str, data_dir: Path, request: Request) -> Report:
    """Import as `take_import` does, and raise what it raises; ImportCrashed when the process dies or takes too long."""
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    try:
        return pool.submit(_import_here, database_url, data_dir, request).result(PATIENCE_S)
    except (BrokenProcessPool, TooLong) as error:
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - no public way to end a hung child
            process.kill()
        raise ImportCrashed("the import was not carried out: its process died or took too long") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _import_here(database_url: str, data_dir: Path, request: Request) -> Report:
    """Import, here in the child."""
    from app.db.engine import make_engine  # noqa: PLC0415 - the service imports this module, the child calls it
    from app.services.take_import import take_import  # noqa: PLC0415 - the same

    resource.setrlimit(resource.RLIMIT_DATA, (MAX_PRIVATE_BYTES, MAX_PRIVATE_BYTES))
    engine = make_engine(database_url)
    try:
        return take_import(engine, data_dir, request)
    finally:
        engine.dispose()

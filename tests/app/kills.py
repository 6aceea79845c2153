"""Installations whose processes are killed: real workers, real searches, and what must hold whenever anything dies."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.request import urlopen

from sqlalchemy import Column, MetaData, String, Table, select

from app.config import Settings
from app.db.engine import make_engine, reading, writing
from app.db.optimisations import Optimisation, Status, get_optimisation
from app.db.plans import Plan
from app.db.searches import Search
from app.db.workers import list_workers
from app.jobs.durable import DurableJobs
from app.jobs.tables import prepare_job_tables
from app.security.api_keys import create_key
from app.services.queue import enqueue
from app.services.requests import OptimiseRequest
from tests.app.commands import tiny_home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine

BEAT_S = 0.25
"""The heartbeat of the workers: one that is gone is noticed within two seconds."""

WORK = OptimiseRequest(iterations=80_000)
"""Three areas, each searched for a third of a second or so by the compiled search, then polished."""

ROTA = (sys.executable, "-c", "from app.cli import main; main()")


@dataclass
class Site:
    """One database, and the processes that work on it, each like on a machine of its own."""

    folder: Path
    url: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        prepare_job_tables(self.url)
        self.engine: Engine = make_engine(self.url)
        self.queue = DurableJobs(self.engine, Settings(database_url=self.url), works=False)
        with writing(self.engine) as session:
            self.key = create_key(session, "tiny", provider=None, days=1)

    def start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process with a data folder of its own, which it finds again when it is started again."""
        home = self.folder / name
        if not home.exists():
            tiny_home(home)
        settings = {
            "ROTA_DATA_DIR": str(home),
            "ROTA_DATABASE_URL": self.url,
            "ROTA_HEARTBEAT_SECONDS": str(BEAT_S),
            "ROTA_SEARCHES": "1",
            **more,
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*ROTA, *(command or ("worker",))], env={**os.environ, **settings}, stderr=log, stdout=log
            )
        return self.processes[name]

    def serve(self, name: str, port: int = 0) -> int:
        """Start a service that carries nothing out itself, wait until it answers, and give its port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = port or free.getsockname()[1]
        self.start(name, "serve", ROTA_PORT=str(port), ROTA_WORKS="false")

        def answers() -> bool:
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
                return bool(answer.status == HTTPStatus.OK)
            return False

        until(answers)
        return port

    def post(self, port: int, key: str) -> socket.socket:
        """Send a request for an optimisation, and do not wait for the answer."""
        body = b'{"kind": "optimise", "iterations": 100}'
        head = (
            "POST /v1/optimisations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Authorization: Bearer {self.key}\r\nIdempotency-Key: {key}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(head.encode() + body)
        return connection

    def rows(self) -> list[UUID]:
        """List the optimisations."""
        with reading(self.engine) as session:
            return list(session.scalars(select(Optimisation.id)))

    def jobs(self) -> list[str]:
        """List what is in the queue."""
        table = Table(
            "workflow_status",
            MetaData(schema=None if self.engine.dialect.name == "sqlite" else "dbos"),
            Column("workflow_uuid", String),
        )
        with self.engine.connect() as connection:
            return list(connection.scalars(select(table.c.workflow_uuid)))

    def workers(self) -> list[str]:
        """List the workers that are known to live."""
        with reading(self.engine) as session:
            return [worker.id for worker in list_workers(session)]

    def limit_files(self, name: str, most: int) -> None:
        """Let no file that a process or its children write grow beyond so many bytes, as if the disk were full."""
        pid = self.processes[name].pid
        for each in (pid, *descendants(pid)):
            with suppress(ProcessLookupError):
                resource.prlimit(each, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def kill(self, name: str) -> None:
        """Kill a process with -9, without its children."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def close(self) -> None:
        """Leave nothing running."""
        for process in self.processes.values():
            process.kill()
            process.wait()
        self.queue.stop()
        self.engine.dispose()

    def ask(self) -> UUID:
        """Queue an optimisation."""
        with writing(self.engine) as session:
            return enqueue(session, "tiny", WORK, jobs=self.queue, most=100).id

    def status(self, optimisation: UUID) -> Status:
        """Give the status of an optimisation."""
        with reading(self.engine) as session:
            return get_optimisation(session, optimisation).status

    def ended(self, *optimisations: UUID) -> bool:
        """Tell whether optimisations have ended."""
        return all(self.status(each) not in {Status.QUEUED, Status.RUNNING} for each in optimisations)

    def starts(self, *, finished: bool = False) -> dict[tuple[UUID, int, int], int]:
        """Count how often each search was begun; of those that are finished, if so asked."""
        with reading(self.engine) as session:
            rows = session.execute(
                select(Search.optimisation_id, Search.stage, Search.number, Search.starts).where(
                    (Search.result.is_not(None)) if finished else (Search.starts > 0)
                )
            ).all()
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    def require_sound(self, finished_before: dict[tuple[UUID, int, int], int]) -> None:
        """Make sure that everything ended once, nothing is half stored, and nothing finished was done again."""
        with reading(self.engine) as session:
            rows = session.scalars(select(Optimisation)).all()
            stored = Counter(session.scalars(select(Plan.optimisation_id)))
        for row in rows:
            assert row.status in {Status.DONE, Status.FAILED, Status.CANCELLED}
            assert stored[row.id] == (1 if row.status is Status.DONE else 0)
            assert (row.problem is not None) == (row.status is Status.FAILED)
            assert (row.result is not None) == (row.status is Status.DONE)
        after = self.starts()
        assert {name: after[name] for name in finished_before} == finished_before


def until(fact: Callable[[], object], seconds: float = 150) -> None:
    """Wait for something to become true."""
    limit = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Tell whether a process runs (and is more than the record of one that ended)."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.strip() != "" and not state.startswith("Z")


def descendants(pid: int) -> list[int]:
    """List the processes that a process started, and those that they started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    children = [int(word) for word in found.split()]
    return children + [each for child in children for each in descendants(child)]

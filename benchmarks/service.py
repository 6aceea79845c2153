"""How fast published rotas are read, alone and beside an optimisation, with keys and audit on.

`python -m benchmarks.service [--seconds S] [--rounds N] [--beside-seconds S] [--area AREA] [--folder DIR]` runs
the demo with a short search, in a folder of its own or one that is kept, serves it, and prints one JSON line.
`rota_rate_ratio` is how many rotas of about 30 visits a second come from the service for each answer of an empty
FastAPI endpoint that is served beside it in the same run; `not_modified_rate_ratio` the same where the reader has the
rota already. `p99_s`, `max_s` and `errors` are of 100 reads a second, sent on time whatever the answers do, while the
service carries out an optimisation; `memory_mb` is what the service holds after it all. Everything stops by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from fastapi import FastAPI

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

CONNECTIONS = 8
RATE_PER_S = 100
START_S = 60.0
VISITS = 30


class Target(NamedTuple):
    """What is asked for, and the status that is right."""

    port: int
    request: bytes
    status: int


class Beside(NamedTuple):
    """Reads at a fixed rate beside an optimisation."""

    seconds: list[float]
    errors: int


def empty() -> FastAPI:
    """Make an application with one endpoint that does nothing."""
    app = FastAPI()

    @app.get("/")
    async def nothing() -> dict[str, str]:
        return {}

    return app


def get(path: str, **headers: str) -> bytes:
    """Write a request."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read an answer: its status and headers; the body is read and dropped."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
    return status, head


async def rate_per_s(target: Target, seconds: float) -> float:
    """Ask over and over on a few connections, each as soon as it has its answer; give the answers a second."""
    until = time.perf_counter() + seconds

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        done = 0
        while time.perf_counter() < until:
            writer.write(target.request)
            status, _ = await answer(reader)
            if status != target.status:
                raise AssertionError(f"{status} instead of {target.status}")
            done += 1
        writer.close()
        return done

    return sum(await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))) / seconds


async def beside(target: Target, seconds: float) -> Beside:
    """Send requests on time for so long, and note how long after its time each was answered."""
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    took: list[float] = []
    errors = 0

    async def ask(due: float) -> None:
        nonlocal errors
        try:
            pair = free.get_nowait() if not free.empty() else await asyncio.open_connection("127.0.0.1", target.port)
            pair[1].write(target.request)
            status, _ = await answer(pair[0])
            took.append(time.perf_counter() - due)
            errors += status != target.status
            free.put_nowait(pair)
        except (OSError, asyncio.IncompleteReadError):
            errors += 1

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(int(seconds * RATE_PER_S)):
            due = began + number / RATE_PER_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(ask(due))
    return Beside(took, errors)


@contextmanager
def served(command: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Serve until the block ends; begin when the port answers."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def prepared(area: str, environment: dict[str, str]) -> tuple[str, str, str, int]:
    """Run the demo, and give a planner's key, a provider, the day, and how many visits its rota has."""
    demo = [sys.executable, "-c", "from app.cli import main; main()", "demo"]
    words = ["--area", area, "--seeds", "1", "--iterations", "3000", "--json"]
    if not (Path(environment["ROTA_DATA_DIR"]) / "rota.sqlite").exists():
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*demo, *words], env=environment, check=True, **quiet)  # noqa: S603 - our own command
    from app.config import Settings  # noqa: PLC0415 - after the environment is known
    from app.db.engine import make_engine, reading, writing  # noqa: PLC0415 - the same
    from app.db.rota_versions import Kind, subjects_of_day  # noqa: PLC0415 - the same
    from app.security.api_keys import create_key  # noqa: PLC0415 - the same
    from app.services.demo import DEMO_DAY  # noqa: PLC0415 - the same
    from app.services.rota_changes import visits_of  # noqa: PLC0415 - the same
    from app.services.rota_views import bodies  # noqa: PLC0415 - the same

    folder = Path(environment["ROTA_DATA_DIR"])
    engine = make_engine(Settings(data_dir=folder).database_url)
    with reading(engine) as session:
        shown = subjects_of_day(session, area, DEMO_DAY)
    sizes = {
        subject: len(visits_of(bodies([document])[0]))
        for (kind, subject), document in shown.items()
        if kind is Kind.PROVIDER
    }
    provider = min(sizes, key=lambda subject: abs(sizes[subject] - VISITS))
    with writing(engine) as session:
        key = create_key(session, area, provider=None, days=1)
    engine.dispose()
    return key, provider, _text(DEMO_DAY), sizes[provider]


def _text(day: date) -> str:
    return day.isoformat()


def measure(args: argparse.Namespace, folder: str) -> dict[str, object]:
    """Measure everything in a data folder."""
    port, bare = free_port(), free_port()
    environment = {
        **os.environ,
        "ROTA_DATA_DIR": folder,
        "ROTA_PORT": str(port),
        "ROTA_MAX_REQUESTS_A_MINUTE": "10000000",
    }
    key, provider, day, visits = prepared(args.area, environment)
    serve = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    nothing = [sys.executable, "-m", "uvicorn", "benchmarks.service:empty", "--factory", "--port", str(bare)]
    with (
        served(serve, port, environment) as service,
        served([*nothing, "--log-level", "warning"], bare, environment),
    ):
        return {
            "benchmark": "service",
            "area": args.area,
            "visits": visits,
            **asyncio.run(_figures(args, Target(bare, get("/"), 200), (port, provider, day, key))),
            "memory_mb": _memory_mb(service.pid),
            "load": round(os.getloadavg()[0], 1),
        }


async def _figures(args: argparse.Namespace, nothing: Target, where: tuple[int, str, str, str]) -> dict[str, object]:
    port, provider, day, key = where
    path = f"/v1/providers/{provider}/rotas/{day}"
    said = {"Authorization": f"Bearer {key}", "X-Purpose": "care-planning"}
    fresh = Target(port, get(path, **said, **{"Accept-Encoding": "gzip"}), 200)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(fresh.request)
    _, head = await answer(reader)
    writer.close()
    tag = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"etag")).decode()
    known = Target(port, get(path, **said, **{"If-None-Match": tag}), 304)
    rates: dict[str, list[float]] = {"empty": [], "rota": [], "known": []}
    for _ in range(args.rounds):
        for name, target in (("empty", nothing), ("rota", fresh), ("known", known)):
            rates[name].append(await rate_per_s(target, args.seconds))
    await _optimise(port, key, args.beside_seconds)
    found = await beside(fresh, args.beside_seconds)
    middle = {name: statistics.median(values) for name, values in rates.items()}
    took = sorted(found.seconds)
    return {
        "empty_per_s": round(middle["empty"]),
        "rota_per_s": round(middle["rota"]),
        "not_modified_per_s": round(middle["known"]),
        "rota_rate_ratio": round(middle["rota"] / middle["empty"], 3),
        "not_modified_rate_ratio": round(middle["known"] / middle["empty"], 3),
        "requests": len(took) + found.errors,
        "p50_s": round(statistics.median(took), 4),
        "p99_s": round(took[int(0.99 * len(took))], 4),
        "max_s": round(took[-1], 4),
        "errors": found.errors,
    }


async def _optimise(port: int, key: str, seconds: float) -> None:
    """Ask for an optimisation that goes on as long as the reads."""
    body = json.dumps({"kind": "optimise", "seconds": seconds + 10}).encode()
    lines = [
        "POST /v1/optimisations HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {key}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)
    status, _ = await answer(reader)
    writer.close()
    if status != 202:
        raise AssertionError(f"the optimisation was answered with {status}")


def _memory_mb(pid: int) -> int:
    """Give what a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--area", default="oban-lorn")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each rate, in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside-seconds", type=float, default=30.0)
    parser.add_argument("--folder", help="data folder of a demo that was run before, to be used again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(args, args.folder or folder)))


if __name__ == "__main__":
    main()

"""`rota optimisations` and `rota workers`: what is being computed, how far it is, and by whom."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from app.cli.program import FAILED, AsJson, output, print_json, progress_bar
from app.config import Settings
from app.db.engine import make_engine, reading, writing
from app.db.optimisations import Status, get_optimisation, list_optimisations
from app.db.progress import events_after
from app.db.workers import list_workers
from app.services.queue import take_back

LOOK_S = 0.5

optimisations = typer.Typer(help="What is being computed, or was.", no_args_is_help=True)
Id = Annotated[UUID, typer.Argument(help="The id of an optimisation.")]


@optimisations.command("list")
def show_all(
    *, area: Annotated[str, typer.Option(help="An imported area.")], limit: int = 20, as_json: AsJson = False
) -> None:
    """List the latest optimisations of an area."""
    with reading(make_engine(Settings().database_url)) as session:
        rows = list_optimisations(session, area, limit=limit)
    if as_json:
        print_json([{"id": row.id, "kind": row.kind, "status": row.status, "at": row.created_at} for row in rows])
        return
    for row in rows:
        output.print(f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {row.kind:10} {row.status}", soft_wrap=True)


@optimisations.command("watch")
def watch(optimisation: Id, *, as_json: AsJson = False) -> None:
    """Follow an optimisation until it has ended, wherever it is carried out."""
    engine, last, status = make_engine(Settings().database_url), 0, Status.QUEUED
    with progress_bar(quiet=as_json) as show:
        while status in {Status.QUEUED, Status.RUNNING}:
            with reading(engine) as session:
                moments = events_after(session, optimisation, last)
                row = get_optimisation(session, optimisation)
            for moment in moments:
                last = moment.number
                show(moment)
            status = row.status
            time.sleep(0.0 if moments else LOOK_S)
    if as_json:
        print_json({"status": status, "problem": row.problem, "result": row.result})
    else:
        output.print(f"{status}. {(row.problem or {}).get('detail', '')}".strip(), soft_wrap=True)
    if status is not Status.DONE:
        raise typer.Exit(FAILED)


@optimisations.command("cancel")
def cancel(optimisation: Id) -> None:
    """Cancel an optimisation that waits or runs: its searches stop within two seconds."""
    with writing(make_engine(Settings().database_url)) as session:
        take_back(session, get_optimisation(session, optimisation))
    output.print("Cancelled.")


def workers(*, as_json: AsJson = False) -> None:
    """List the workers that are at work, and when each was last seen."""
    with reading(make_engine(Settings().database_url)) as session:
        rows = list_workers(session)
    if as_json:
        print_json([{"id": row.id, "searches": row.slots, "seen_at": row.seen_at} for row in rows])
        return
    now = datetime.now(UTC)
    for row in rows:
        seen_s = (now - row.seen_at).total_seconds()
        output.print(f"{row.id}: {row.slots} searches at a time, seen {seen_s:.0f} s ago", soft_wrap=True)
    if not rows:
        output.print("No worker is at work.")

"""What all commands share: printing, progress and errors."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from app.errors import AppError, ImportRejected, LocksUnreadable, PublicationRefused
from geo.errors import GazetteerUnreadable, GeoError, PlaceOffNetwork
from solver.errors import InvalidProblem, PlanRejected, SolverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.db.progress import OptimisationEvent
    from app.errors import RowFault
    from solver.types import Progress as SearchProgress

    Moment = SearchProgress | OptimisationEvent

FAILED = 1
FAULTS_SHOWN = 200
PIPED_WIDTH = 140
"""Columns of tables that go to a file or another program, which have no width of their own."""

output = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
talk = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever JSON can say
    """Print one JSON object on standard output, and nothing else."""
    sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")


def print_warnings(warnings: Sequence[RowFault]) -> None:
    """Tell what is doubtful but stops nothing, on standard error."""
    for warning in warnings[:FAULTS_SHOWN]:
        talk.print(f"[yellow]warning[/] {escape(f'{warning}. {warning.action}')}", soft_wrap=True)
    if len(warnings) > FAULTS_SHOWN:
        talk.print(f"  ... and {len(warnings) - FAULTS_SHOWN} more warnings")


def report_error(error: Exception) -> bool:
    """Tell an expected error in words on standard error; False for a bug, which deserves its traceback."""
    if not isinstance(error, (AppError, GeoError, SolverError)):
        return False
    talk.print(f"[bold red]{escape(str(error))}[/]", soft_wrap=True)
    details: list[str] = []
    if isinstance(error, ImportRejected):
        details = [f"{fault}. {fault.action}" for fault in error.faults]
    elif isinstance(error, InvalidProblem):
        details = [f"{fault.where}: {fault.message} {fault.action}" for fault in error.faults]
    elif isinstance(error, (PublicationRefused, LocksUnreadable)):
        details = [f"{where}: {message}" for where, message in error.faults]
    elif isinstance(error, PlanRejected):
        details = [breach.message for breach in error.breaches]
    elif isinstance(error, PlaceOffNetwork):
        details = list(error.place_ids)
    elif isinstance(error, GazetteerUnreadable):
        details = list(error.rows)
    for line in details[:FAULTS_SHOWN]:
        talk.print(f"  {escape(line)}", soft_wrap=True)
    if len(details) > FAULTS_SHOWN:
        talk.print(f"  ... and {len(details) - FAULTS_SHOWN} more")
    talk.print(escape(error.action), soft_wrap=True)
    return True


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[Moment], None]]:
    """Show a search as it goes on, on standard error: as a bar, in lines where nobody watches; silent when `quiet`."""
    if not (quiet or talk.is_terminal):
        yield _in_lines()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=talk, transient=True, disable=quiet) as bar:
        task = bar.add_task("starting", total=1.0)

        def show(moment: Moment) -> None:
            areas = f" {moment.areas_done}/{moment.areas}" if moment.areas > 1 else ""
            words = f"{moment.phase}{areas}, cost {moment.cost:.0f}, {moment.unallocated} unallocated"
            bar.update(task, completed=moment.done, description=words)

        yield show


def _in_lines() -> Callable[[Moment], None]:
    """Say each step when it begins and each quarter of it that is done, once."""
    told: dict[str, int] = {}

    def show(moment: Moment) -> None:
        quarter = int(4 * moment.done)
        if quarter > told.get(moment.phase, -1):
            told[moment.phase] = quarter
            talk.print(f"{moment.phase} {25 * quarter} %" if quarter else moment.phase, highlight=False)

    return show

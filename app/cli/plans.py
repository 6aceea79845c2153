"""`rota optimise`, `compare` and `check`: planning an area that has been imported."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.cli.demo import print_comparison
from app.cli.program import FAILED, AsJson, output, print_json, progress_bar
from app.cli.what_if import Close, Conditions  # noqa: TC001 - typer reads the annotations
from app.config import Settings
from app.db.areas import get_area
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.db.optimisations import cancel, fail, get_optimisation
from app.errors import AppError, TermsUnreadable
from app.problems import error_document
from app.services.load_dataset import load_dataset
from app.services.make_day import make_day, require_work
from app.services.record_progress import Recorder
from app.services.requests import CompareRequest, OptimiseRequest, request_optimisation

if TYPE_CHECKING:
    from uuid import UUID

    from app.services.requests import Request

Area = Annotated[str, typer.Option(help="An imported area.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day, instead of the data set's.")]
Seed = Annotated[int, typer.Option(help="Seed of the search.")]
IfWilling = Annotated[
    bool,
    typer.Option("--if-willing", help="Let people without a record of consent move too: whom to ask, not to propose."),
]


def optimise(  # noqa: PLR0913 - one parameter for each option
    *,
    area: Area,
    shared: Annotated[bool, typer.Option("--shared", help="Let every legal provider's carers serve.")] = False,
    seed: Seed = 7,
    iterations: Annotated[int | None, typer.Option(min=1, help="Stop after this many: same plan every time.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="Stop after this long.")] = None,
    engine: Annotated[Literal["mixed", "kernel", "ortools"], typer.Option(help="Which search.")] = "mixed",
    day: Day = None,
    days: Annotated[int, typer.Option(min=1, max=31, help="Plan so many days, each after the one before.")] = 1,
    close: Close = None,
    condition: Conditions = None,
    as_json: AsJson = False,
) -> None:
    """Plan an area's day, or several. Carers follow a plan once it is published: `rota rota publish`."""
    if iterations is None and seconds is None:
        iterations = OptimiseRequest().iterations
    asked = OptimiseRequest(
        shared=shared,
        seed=seed,
        iterations=iterations,
        seconds=seconds,
        engine=engine,
        closures=tuple(close or ()),
        conditions=tuple(condition or ()),
    )
    found = {
        of_day.isoformat(): carry_out(area, replace(asked, day=of_day.isoformat()), quiet=as_json)
        for of_day in _days(area, day, days)
    }
    if as_json:
        print_json({"days": found} if days > 1 else next(iter(found.values())))
        return
    fate = (
        "It is stored; carers still follow the rota they have until sharing is agreed."
        if shared
        else f"It is stored. Publish it: rota rota publish --area {area}"
    )
    for of_day, letter, figures in (
        (of_day, letter, figures) for of_day, result in found.items() for letter, figures in result["plans"].items()
    ):
        output.print(
            f"{of_day}, plan {letter}: {figures['visits_placed']} of {figures['visits']} visits placed, "
            f"{figures['travel_min_per_visit']} travel minutes for each. {fate}"
        )


def compare(  # noqa: PLR0913 - one parameter for each option
    *,
    area: Area,
    seed: Seed = 7,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="How many seeds show the spread.")] = 3,
    iterations: Annotated[
        int, typer.Option(min=1, help="Search for each of B, C and D.")
    ] = CompareRequest().iterations,
    move_budget: Annotated[float, typer.Option(min=0, max=100, help="Most people who may move in C, percent.")] = 10.0,
    curve: Annotated[bool, typer.Option("--curve", help="Add plan C for 0 to 100 % of people moving.")] = False,
    if_willing: IfWilling = False,
    terms: Annotated[Path | None, typer.Option(help="JSON file of providers' terms; see proposals.md.")] = None,
    day: Day = None,
    close: Close = None,
    condition: Conditions = None,
    as_json: AsJson = False,
) -> None:
    """Compare the four plans of an imported area.

    Nobody moves in C or D without a record of consent.
    """
    asked = CompareRequest(
        seed=seed,
        seeds=seeds,
        iterations=iterations,
        move_budget_pct=move_budget,
        curve=curve,
        if_willing=if_willing,
        terms=object_in(terms, TermsUnreadable) or {},
        day=day.date().isoformat() if day else None,
        closures=tuple(close or ()),
        conditions=tuple(condition or ()),
    )
    found = carry_out(area, asked, quiet=as_json)
    if as_json:
        print_json(found)
    else:
        print_comparison(found)


def check(
    plan: Annotated[Path, typer.Argument(help="A plan as JSON (see `rota rota export`).")],
    *,
    area: Area,
    as_json: AsJson = False,
) -> None:
    """Check a plan made by anybody against every hard rule, under the area's legal choices."""
    from app.services.check_plan import check_plan  # noqa: PLC0415 - loads geography

    settings = Settings()
    migrate(settings.database_url)
    breaches = check_plan(make_engine(settings.database_url), settings.data_dir, area, plan)
    if as_json:
        print_json({"breaches": [asdict(breach) for breach in breaches]})
    else:
        for breach in breaches:
            output.print(f"{breach.rule}: {breach.message}")
        output.print(f"{len(breaches)} breach(es).")
    if breaches:
        raise typer.Exit(FAILED)


def object_in(file: Path | None, unreadable: type[AppError]) -> dict[str, Any] | None:
    """Read a file with a JSON object. Raises what is given for one that has none."""
    if file is None:
        return None
    try:
        asked = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unreadable(f"{file.name}: {error}") from error
    if not isinstance(asked, dict):
        raise unreadable(f"{file.name} is not a JSON object")
    return asked


def carry_out(area: str, asked: Request, *, quiet: bool) -> dict[str, Any]:
    """Queue a request, carry it out here and now, and give back its stored result."""
    from app.services.perform import perform  # noqa: PLC0415 - loads engines and geography

    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        optimisation = request_optimisation(session, area, asked).id
    try:
        with progress_bar(quiet=quiet) as show:
            record = Recorder(engine, optimisation, show)
            perform(engine, settings.data_dir, optimisation, progress=record)
    except KeyboardInterrupt:
        with writing(engine) as session:
            cancel(session, optimisation, at=datetime.now(UTC))
        raise
    except Exception as error:
        with writing(engine) as session:
            fail(session, optimisation, problem=_document(error, optimisation), at=datetime.now(UTC))
        raise
    with reading(engine) as session:
        return dict(get_optimisation(session, optimisation).result or {})


def _days(area: str, first: datetime | None, count: int) -> list[date]:
    """List the days to plan, from the data set's own on where none is named. Raises AreaNotFound, NothingToPlan.

    Of several days each must have something to plan, so that nobody waits for the first in vain.
    """
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        begin = first.date() if first else get_area(session, area).day
        days = [begin + timedelta(days=offset) for offset in range(count)]
        given = load_dataset(session, area) if count > 1 else None
    if given is not None:
        for day in days:
            require_work(make_day(given, day))
    return days


def _document(error: Exception, optimisation: UUID) -> dict[str, Any]:
    """Write an error down as those who read optimisations over HTTP see it."""
    return error_document(error, instance=f"/v1/optimisations/{optimisation}", correlation_id=str(optimisation))

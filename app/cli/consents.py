"""`rota proposals consent` and its kin: whom to ask, what people said, and who must not be moved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime  # noqa: TC003 - typer reads the annotations
from pathlib import Path  # noqa: TC003 - the same
from typing import Annotated
from uuid import UUID  # noqa: TC003 - the same

import typer
from rich.table import Table

from app.cli.program import AsJson, output, print_json
from app.cli.proposals import Area, Who, at_work, proposals
from app.db.consents import Answer, Ground  # noqa: TC001 - the same
from app.services.ask_list import answer_sheet, ask_list
from app.services.comparison_used import used_in_words
from app.services.consents import own_client, protect, take_answer, unprotect
from app.services.files import write_text
from app.services.import_consents import AnswerFile, import_answers
from app.words import people
from solver.words import count


@proposals.command("consent")
def consent(
    client: Annotated[str, typer.Argument(help="The id of a client.")],
    answer: Annotated[Answer, typer.Argument(help="What they said.")],
    *,
    area: Area,
    by: Who,
    note: Annotated[str, typer.Option(help="For the record.")] = "",
) -> None:
    """Write down what a client said. A "no" takes effect in every open proposal at once."""
    with at_work(area, by, "take_consent", f"client/{client}") as (session, act):
        left = take_answer(session, own_client(session, area, client, act, provider=None), answer, note=note)
    output.print(f"Noted. {_changed(len(left))}")


@proposals.command("consents")
def consents(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="CSV with client_id, answer and, if there is one, note."),
    ],
    *,
    area: Area,
    by: Who,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take many answers down at once: with any fault, all faults are listed and nothing is stored."""
    with at_work(area, by, "try_consents" if dry_run else "import_consents") as (session, act):
        found = AnswerFile(name=file.name, content=file.read_bytes())
        taken = import_answers(session, area, found, act, dry_run=dry_run)
    if as_json:
        print_json(asdict(taken))
        return
    done, told = ("would be noted", "would have") if dry_run else ("noted", None)
    output.print(
        f"{count(taken.answers, 'answer')} {done}, {count(taken.unanswered, 'row')} not yet answered. "
        + _changed(len(taken.proposals), told),
        soft_wrap=True,
    )


@proposals.command("ask-list")
def whom_to_ask(
    *,
    area: Area,
    by: Who,
    optimisation: Annotated[UUID | None, typer.Option(help="A comparison; the latest if not said.")] = None,
    provider: Annotated[str | None, typer.Option(help="Its own clients only.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a CSV here to be filled in for `consents`.")] = None,
    as_json: AsJson = False,
) -> None:
    """List whom to ask before the swaps of a comparison can be made: whoever may move and has not agreed yet."""
    with at_work(area, by, "list_whom_to_ask") as (session, act):
        found = ask_list(session, area, act.at.date(), optimisation=optimisation, provider=provider)
    if out is not None:
        write_text(out, answer_sheet(found.people))
    if as_json:
        print_json(asdict(found))
        return
    table = Table("Client", "Swap", "Provider", "Would go to", "So far", title=f"{people(len(found.people))} to ask")
    for row in found.people:
        table.add_row(row.client, str(row.swap), row.provider, row.receiver, row.so_far)
    output.print(table)
    output.print(
        f"{used_in_words(found.comparison)} Swaps have its numbers, and keep them in what is drafted from it.",
        soft_wrap=True,
    )


@proposals.command("protect")
def protect_one(
    client: Annotated[str, typer.Argument(help="The id of a client.")],
    ground: Annotated[Ground | None, typer.Argument(help="Why; nothing lifts the protection.")] = None,
    *,
    area: Area,
    by: Who,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day.")] = None,
) -> None:
    """Keep a client from being moved, or with no ground lift that again."""
    with at_work(area, by, "protect_client", f"client/{client}") as (session, act):
        said = own_client(session, area, client, act, provider=None)
        if ground is None:
            unprotect(session, said)
            left = []
        else:
            left = protect(session, said, ground, until=until.date() if until else None)
    output.print(f"Noted. {_changed(len(left))}")


def _changed(proposals: int, told: str | None = None) -> str:
    """Say how many proposals have a new version, or in the words `told`."""
    return f"{count(proposals, 'proposal')} {told or ('has' if proposals == 1 else 'have')} a new version."

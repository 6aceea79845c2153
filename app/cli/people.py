"""`rota person` and `rota retention`: what is stored about people, and its end."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.program import FAILED, AsJson, output, print_json, talk
from app.config import Settings
from app.db.audit import Entry, record
from app.db.engine import make_engine, reading, writing
from app.db.erasures import REASON_CHARS, PersonKind, Proof, list_erasures, proof_of
from app.db.migrate import migrate
from app.db.person_columns import Person
from app.db.scrub import scrub
from app.errors import PersonNotFound
from app.services.erase_person import erase_person
from app.services.export_person import export_person
from app.services.files import write_text
from app.services.repeat_erasures import read_erased, repeat_erasures
from app.services.retention import run_retention
from app.services.staff import erase_staff, erased_staff, export_staff, take_down

if TYPE_CHECKING:
    from sqlalchemy import Engine

person = typer.Typer(help="All data about one person: export it, erase it, prove that.", no_args_is_help=True)
retention = typer.Typer(help="The end of what is kept.", no_args_is_help=True)

ACTOR = "cli"


class Kind(StrEnum):
    """Who somebody is: of the data set, or one of those who sign in."""

    CLIENT = PersonKind.CLIENT.value
    CARER = PersonKind.CARER.value
    STAFF = "staff"


Id = Annotated[str, typer.Argument(help="The id of the client or carer; of staff, who sign in, also their e-mail.")]
AreaOption = Annotated[str | None, typer.Option(help="The area of the client or carer.")]
KindOption = Annotated[Kind, typer.Option("--kind", help="Whether a client, a carer, or staff who sign in.")]


@person.command("export")
def export(
    id_: Id,
    to: Annotated[Path, typer.Argument(help="File to write, as JSON.")],
    *,
    kind: KindOption,
    area: AreaOption = None,
) -> None:
    """Write all that is stored about a person, from every table, document and the audit."""
    settings = Settings()
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        if kind is Kind.STAFF:
            told = export_staff(session, id_)
            subject = " ".join(f"person/{row['id']}" for row in told["rows"]["person"])
        else:
            whom = _of_data_set(kind, area, id_)
            told, subject = export_person(session, whom), f"{kind.value}/{id_}"
        record(session, Entry(at=datetime.now(UTC), actor=ACTOR, action="export_person", subject=subject, area=area))
    write_text(to, json.dumps(told, indent=2, default=str, ensure_ascii=False) + "\n")
    to.chmod(0o600)
    rows = sum(len(found) for found in told["rows"].values())
    output.print(
        f"Wrote {rows} rows of {len(told['rows'])} tables to {to}. Look for other people in it.", soft_wrap=True
    )


@person.command("erase")
def erase(
    id_: Id,
    *,
    kind: KindOption,
    reason: Annotated[str, typer.Option(help="Why, for the proof; without names.")],
    area: AreaOption = None,
    proof_file: Annotated[Path | None, typer.Option("--proof", help="File to write the proof to, as JSON.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a person from every table, document and log, for good. Backups keep the person until they are deleted."""
    if not reason.strip() or len(reason) > REASON_CHARS or not reason.isprintable():
        raise typer.BadParameter(f"one line of 1 to {REASON_CHARS} characters", param_hint="--reason")
    if not yes:
        typer.confirm(f"Erase {kind.value} {id_}{f' of {area}' if area else ''} for good?", abort=True, err=True)
    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    if kind is Kind.STAFF:
        _erase_staff(engine, id_)
        return
    with writing(engine) as session:
        proof = erase_person(session, _of_data_set(kind, area, id_), reason=reason.strip(), actor=ACTOR)
    # Travel is kept by content, where homes are among others: it is computed again when it is needed.
    shutil.rmtree(settings.data_dir / "cache" / "travel", ignore_errors=True)
    if not scrub(engine):
        talk.print("[yellow]warning[/] the database is busy: traces may stay in its files until `rota retention run`")
    if proof_file is not None:
        write_text(proof_file, json.dumps(asdict(proof), indent=2) + "\n")
    for table, counts in proof.rows.items():
        output.print(f"  {table}: {', '.join(f'{count} {word}' for word, count in counts.items())}", highlight=False)
    output.print(f"Erased. Proof {proof.seq}: {proof.digest}", soft_wrap=True, highlight=False)


def _of_data_set(kind: Kind, area: str | None, id_: str) -> Person:
    """Name a client or carer. Raises BadParameter without an area."""
    if area is None:
        raise typer.BadParameter(f"a {kind.value} is of an area", param_hint="--area")
    return Person(PersonKind(kind.value), area, id_)


def _erase_staff(engine: Engine, who: str) -> None:
    """Erase somebody who signs in; the audit is the proof."""
    with writing(engine) as session:
        subject = take_down(session, erase_staff(session, who), actor=ACTOR)
    scrub(engine)
    output.print(f"Erased. What they did stays under {subject}.", soft_wrap=True, highlight=False)


@person.command("proofs")
def proofs(
    id_: Annotated[str | None, typer.Argument(help="Only the proofs about this id.")] = None, *, as_json: AsJson = False
) -> None:
    """List the proofs of erasures, and check that none was changed or taken away; of staff, the ids that stay."""
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        kept = [proof_of(row) for row in list_erasures(session)]
        staff = [each for each in erased_staff(session) if id_ in {None, each}]
    broken = broken_links(kept)
    found = [proof for proof in kept if id_ is None or proof.is_about(id_)]
    if as_json:
        print_json({"proofs": [asdict(proof) for proof in found], "broken": broken, "staff": staff})
    else:
        for proof in found:
            output.print(f"{proof.seq}  {proof.at}  {proof.kind} of {proof.area}: {proof.reason}", highlight=False)
        for each in staff:
            output.print(f"staff {each}: the audit says when", highlight=False)
    if broken:
        talk.print(f"[bold red]The proofs are not as they were written, from number {broken[0]} on.[/]")
        raise typer.Exit(FAILED)
    if id_ is not None and not found and not staff:
        raise PersonNotFound("there is no proof about this id")


@person.command("repeat")
def repeat(file: Annotated[Path, typer.Argument(help="Proofs, as `rota person proofs --json` printed them.")]) -> None:
    """Erase again who was erased before, staff too: after a backup was restored into an empty place."""
    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    count = repeat_erasures(engine, read_erased(file), actor=ACTOR)
    if count:
        scrub(engine)
    output.print(f"Erased again: {count}.")


def broken_links(kept: list[Proof]) -> list[int]:
    """List the numbers of proofs that do not seal what they say, or not the proof before."""
    before = ["0" * 64, *(proof.digest for proof in kept)]
    return [
        proof.seq
        for place, proof in enumerate(kept, start=1)
        if proof.sealed() != proof.digest or proof.previous != before[place - 1] or proof.seq != place
    ]


@retention.command("run")
def run(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is older than the settings ROTA_KEEP_... say, and report it."""
    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    with (reading if dry_run else writing)(engine) as session:
        report = run_retention(session, settings, actor=ACTOR)
    if not dry_run:
        scrub(engine)
    if as_json:
        print_json({"deleted": not dry_run, "classes": [asdict(kept) for kept in report]})
        return
    for kept in report:
        rows = ", ".join(f"{count} of {table}" for table, count in kept.rows.items()) or "nothing"
        before = f"before {kept.before}" if kept.before else "kept for ever"
        output.print(f"{kept.name} ({before}): {rows} {'would go' if dry_run else 'gone'}", highlight=False)

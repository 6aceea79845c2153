"""`rota mapping`: how a provider's own sheets, columns and words become ours."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer
from rich.markup import escape

from app.cli.program import output, print_json, talk
from app.config import Settings
from app.db.engine import make_engine, reading, writing
from app.db.mappings import drop_mapping, get_mapping, list_mappings
from app.db.migrate import migrate
from app.errors import MappingNotFound
from app.services.files import write_text
from app.services.save_mapping import guess_from, read_mapping, save_mapping

mapping = typer.Typer(help="A provider's own columns and words: guess, save, show, list, drop.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name of the mapping, usually the provider's id.")]


@mapping.command("guess")
def guess(
    source: Annotated[Path, typer.Argument(help="Their workbook, or folder of CSV files.")],
    to: Annotated[Path, typer.Argument(help="The mapping file to write, as JSON, to be looked at and corrected.")],
) -> None:
    """Guess a mapping from their headings and words. What is unsure is listed: look at it before saving."""
    found = guess_from(source)
    write_text(to, json.dumps(found.mapping.model_dump(mode="json", exclude_defaults=True), indent=2) + "\n")
    for line in found.unsure:
        talk.print(f"[yellow]unsure[/] {escape(line)}", soft_wrap=True)
    output.print(f"Wrote {to}: {len(found.mapping.sheets)} sheet(s) found, {len(found.unsure)} thing(s) unsure.")


@mapping.command("save")
def save(name: Name, file: Annotated[Path, typer.Argument(help="The mapping file.")]) -> None:
    """Save a mapping, for `rota import --mapping NAME`."""
    read = read_mapping(file)
    settings = Settings()
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        save_mapping(session, name, read)
    output.print(f"Saved {name}.")


@mapping.command("show")
def show(name: Name) -> None:
    """Print a saved mapping as JSON."""
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        print_json(get_mapping(session, name).body)


@mapping.command("list")
def list_saved() -> None:
    """List the saved mappings."""
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        for row in list_mappings(session):
            output.print(f"{row.name}  {', '.join(row.body['sheets'])}", highlight=False)


@mapping.command("drop")
def drop(name: Name) -> None:
    """Delete a saved mapping."""
    settings = Settings()
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        if not drop_mapping(session, name):
            raise MappingNotFound(f"there is no mapping {name}")
    output.print(f"Dropped {name}.")

"""`rota template` and `rota export`: workbooks to fill in, and data sets handed back."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from app.cli.program import output
from app.config import Settings
from app.datafiles.workbook_template import write_workbook
from app.db.engine import make_engine, reading
from app.db.migrate import migrate
from app.errors import WouldOverwrite
from app.services.load_dataset import load_dataset
from app.services.write_dataset import write_dataset

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the workbook that is there.")]


def template(
    file: Annotated[Path, typer.Argument(help="The workbook to write, such as rota.xlsx.")],
    *,
    overwrite: Overwrite = False,
) -> None:
    """Write a workbook to fill in: a sheet per file, with notes, lists of words, checks and examples."""
    _keep(file, overwrite=overwrite)
    write_workbook(file)
    output.print(f"Wrote {file}. Fill it in, then: rota import {file} --dry-run", soft_wrap=True)


def export(
    to: Annotated[Path, typer.Argument(help="A workbook (.xlsx), or a folder for CSV files.")],
    *,
    area: Annotated[str, typer.Option(help="The area, as it was imported.")],
    overwrite: Overwrite = False,
) -> None:
    """Write the data set of an area as it was imported, for `rota import` to read again."""
    _keep(to, overwrite=overwrite)
    settings = Settings()
    migrate(settings.database_url)
    with reading(make_engine(settings.database_url)) as session:
        dataset = load_dataset(session, area)
    if to.suffix.lower() == ".xlsx":
        write_workbook(to, dataset)
    else:
        write_dataset(dataset, to)
    output.print(f"Wrote {to}.", soft_wrap=True)


def _keep(path: Path, *, overwrite: bool) -> None:
    """Keep what somebody may have filled in. Raises WouldOverwrite."""
    if path.is_file() and not overwrite:
        raise WouldOverwrite(f"{path.name} is there already")

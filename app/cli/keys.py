"""`rota key`: keys to the HTTP interface."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.cli.program import output
from app.config import Settings
from app.db.api_keys import revoke_key
from app.db.engine import make_engine, writing
from app.db.migrate import migrate
from app.errors import NotFound
from app.security.api_keys import create_key

keys = typer.Typer(help="Keys to the HTTP interface: create, revoke.", no_args_is_help=True)


@keys.command("create")
def create(
    *,
    area: Annotated[str, typer.Option(help="The area that the key opens.")],
    provider: Annotated[str | None, typer.Option(help="Open this provider's rotas only, not the whole area.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")] = 365,
) -> None:
    """Make a key and print it. It is shown this once: only its digest is stored."""
    settings = Settings()
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        key = create_key(session, area, provider=provider, days=days)
    output.print(key, soft_wrap=True, highlight=False, markup=False)


@keys.command("revoke")
def revoke(prefix: Annotated[str, typer.Argument(help="The part of the key between its two underscores.")]) -> None:
    """Make a key worthless at once."""
    settings = Settings()
    migrate(settings.database_url)
    with writing(make_engine(settings.database_url)) as session:
        if not revoke_key(session, prefix, at=datetime.now(UTC)):
            raise NotFound(f"there is no key {prefix} that is not yet revoked")
    output.print(f"Revoked {prefix}.")

"""`rota sign-in-link` and `rota audit`: letting people in, and seeing what was done."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.machine import at_machine
from app.cli.program import output
from app.config import Settings
from app.db.areas import list_areas
from app.db.audit import every_entry, head
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.schemas.access import EntryBody
from app.security.audit import verify_chain
from app.security.members import Invitation, first_admin, invite
from app.security.roles import Role  # noqa: TC001 - the same

if TYPE_CHECKING:
    from sqlalchemy import Engine

audit = typer.Typer(help="Who read or changed what, and why: verify, export.", no_args_is_help=True)


def sign_in_link(
    *,
    area: Annotated[str, typer.Option(help="The area.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    provider: Annotated[str | None, typer.Option(help="The provider, for a coordinator.")] = None,
) -> None:
    """Give a role to somebody new, and print the address that signs them in once, within a day."""
    with at_machine("make a sign-in link", f"area/{area}", area=area) as session:
        made = invite(session, Invitation(area=area, role=role, provider=provider), issuer=None)
    output.print(link_address(Settings(), made.token or ""), soft_wrap=True, highlight=False, markup=False)


def first_links(settings: Settings) -> list[tuple[str, str]]:
    """Make the links of first administrators by area, once for each, unless there is an identity provider."""
    if settings.oidc_issuer is not None:
        return []
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        made = [(area.name, first_admin(session, area.name)) for area in list_areas(session)]
    engine.dispose()
    return [(area, link_address(settings, token)) for area, token in made if token is not None]


def link_address(settings: Settings, token: str) -> str:
    """Give the address of a link, as browsers reach it."""
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    return f"{base.rstrip('/')}/sign-in/link/{token}"


@audit.command("verify")
def verify(
    *,
    expect: Annotated[
        str | None, typer.Option(help="SEQ:DIGEST of an earlier head, to notice when later entries were cut off.")
    ] = None,
) -> None:
    """Recompute every seal. What was altered, taken out or cut off is told, and the exit code is 1."""
    engine = _engine()
    with reading(engine) as session:
        end = verify_chain(every_entry(session), expect=expect)
    engine.dispose()
    output.print(f"{end.seq} entries, every seal holds. Head: {end.seq}:{end.digest}", soft_wrap=True)


@audit.command("export")
def export(path: Annotated[Path, typer.Argument(help="The file to write, one JSON object a line.")]) -> None:
    """Write the whole audit, and print its head, to be kept where nobody can alter both."""
    engine = _engine()
    with reading(engine) as session, path.open("x", encoding="utf-8") as file:
        for row in every_entry(session):
            said = EntryBody.model_validate(row).model_dump(mode="json")
            file.write(json.dumps({**said, "area": row.area, "previous": row.previous}) + "\n")
        end = head(session)
    engine.dispose()
    output.print(f"{end.seq} entries. Head: {end.seq}:{end.digest}", soft_wrap=True)


def _engine() -> Engine:
    settings = Settings()
    migrate(settings.database_url)
    return make_engine(settings.database_url)

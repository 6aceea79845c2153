"""`rota key`: keys to the HTTP interface."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.machine import at_machine
from app.cli.program import AsJson, output, print_json
from app.db.api_keys import list_keys
from app.schemas.access import KeyBody
from app.security.api_keys import create_key, rotate_key
from app.security.api_keys import revoke as revoke_key
from app.security.roles import Role  # noqa: TC001 - typer reads the annotations

keys = typer.Typer(help="Keys to the HTTP interface: create, list, rotate, revoke.", no_args_is_help=True)
PrefixOfKey = Annotated[str, typer.Argument(help="The part of the key between its two underscores.")]


@keys.command("create")
def create(
    *,
    area: Annotated[str, typer.Option(help="The area that the key opens.")],
    provider: Annotated[str | None, typer.Option(help="The provider that it is for, if for one.")] = None,
    role: Annotated[
        Role | None, typer.Option(help="What it may do; coordinator when a provider is named, otherwise planner.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it expires.")] = 365,
) -> None:
    """Make a key and print it. It is shown this once: only its digest is stored."""
    with at_machine("make a key", f"area/{area}", area=area) as session:
        key = create_key(session, area, provider=provider, days=days, role=role)
    _show(key)


@keys.command("list")
def list_all(*, area: Annotated[str, typer.Option(help="The area.")], as_json: AsJson = False) -> None:
    """List the keys of an area, the latest first."""
    with at_machine("list keys", f"area/{area}", area=area) as session:
        found = [KeyBody.model_validate(row).model_dump(mode="json") for row in list_keys(session) if row.area == area]
    if as_json:
        print_json(found)
        return
    for row in found:
        output.print(*(str(row[name]) for name in ("prefix", "role", "provider", "expires_at", "revoked_at")))


@keys.command("rotate")
def rotate(
    prefix: PrefixOfKey,
    *,
    grace_hours: Annotated[int, typer.Option(min=0, max=720, help="Hours for which the old key still works.")] = 24,
) -> None:
    """Make a key for the same holder and for as long, and print it; the old one works for some hours more."""
    with at_machine("renew a key", f"key/{prefix}") as session:
        key = rotate_key(session, prefix, grace_hours=grace_hours)
    _show(key)


@keys.command("revoke")
def revoke(prefix: PrefixOfKey) -> None:
    """Make a key worthless at once."""
    with at_machine("revoke a key", f"key/{prefix}") as session:
        revoke_key(session, prefix)
    output.print(f"Revoked {prefix}.")


def _show(secret: str) -> None:
    output.print(secret, soft_wrap=True, highlight=False, markup=False)

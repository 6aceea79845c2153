"""What each endpoint needs, declared with the endpoint. One that declares nothing keeps the service from starting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Depends
from fastapi.routing import APIRoute

from app.security.permissions import May

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fastapi.dependencies.models import Dependant
    from starlette.routing import BaseRoute

NEED = "rota_need"
OPEN_ADDRESSES = frozenset({"/openapi.json"})
"""What the framework itself serves, to everybody."""


class Undeclared(Exception):
    """A bug: an endpoint does not say who may call it."""


def everybody() -> None:
    """Let everybody pass: for what is about nobody, and for finding out who somebody is."""


def whoever_knows_the_address() -> None:
    """Let everybody pass who knows a secret address; the endpoint looks it up."""


for _open in (everybody, whoever_knows_the_address):
    setattr(_open, NEED, _open.__name__.replace("_", " "))

OPEN = Depends(everybody)
SECRET_ADDRESS = Depends(whoever_knows_the_address)


def need_of(route: APIRoute) -> str:
    """Give what an endpoint needs: a `May`, or the name of one of the ways to be open. Raises Undeclared."""
    found = {getattr(call, NEED) for call in _calls(route.dependant) if hasattr(call, NEED)}
    if len(found) != 1:
        raise Undeclared(f"{route.path} must declare what it needs, once; it declares {sorted(found)}")
    return str(found.pop())


def endpoints(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Give every endpoint below some routes. Raises Undeclared for whatever else there is that answers."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from endpoints(route.original_router.routes)
        elif getattr(route, "path", None) not in OPEN_ADDRESSES:
            raise Undeclared(f"{route} cannot declare what it needs")


def check_declared(routes: Iterable[BaseRoute]) -> None:
    """Refuse to serve endpoints of which one does not say who may call it. Raises Undeclared."""
    for route in endpoints(routes):
        need = need_of(route)
        if need not in {*May, everybody.rota_need, whoever_knows_the_address.rota_need}:  # type: ignore[attr-defined]
            raise Undeclared(f"{route.path} needs {need}, which nobody knows")


def _calls(dependant: Dependant) -> Iterator[Callable[..., object]]:
    for each in dependant.dependencies:
        if each.call is not None:
            yield each.call
        yield from _calls(each)

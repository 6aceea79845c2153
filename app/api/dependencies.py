"""What endpoints ask for: who is calling, and a session that is committed before the answer is sent."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.db.engine import reading, writing
from app.security.api_keys import caller_of
from app.security.callers import Caller
from app.security.permissions import require_partnership

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from app.services.remembered import Remembered

_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key as `rota key create` printed it.")


def engine_of(request: Request) -> Engine:
    """Give the engine of the application's database."""
    return cast("Engine", request.app.state.engine)


async def _caller(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Caller:
    """Recognise who calls; who was recognised a moment ago is not looked up again."""
    key = given.credentials if given else None
    known: Remembered[Caller] = request.app.state.callers
    digest = sha256((key or "").encode()).digest()
    return known.get(digest) or known.put(digest, await run_in_threadpool(_look_up, request, key))


def _look_up(request: Request, key: str | None) -> Caller:
    with reading(engine_of(request)) as session:
        return caller_of(session, key)


async def _partnership(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    require_partnership(caller)
    return caller


def _reading(request: Request) -> Iterator[Session]:
    with reading(engine_of(request)) as session:
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with writing(engine_of(request)) as session:
        yield session


AnyCaller = Annotated[Caller, Depends(_caller)]
Partnership = Annotated[Caller, Depends(_partnership)]
Reading = Annotated[Session, Depends(_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing, scope="function")]

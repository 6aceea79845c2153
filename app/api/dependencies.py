"""What endpoints ask for: who is calling and may do that, and a session that is committed before the answer is sent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from app.api.edge import address_of
from app.api.needs import NEED
from app.db.audit import record
from app.db.engine import reading, with_view, writing
from app.errors import Unauthenticated
from app.security.api_keys import caller_of
from app.security.audit import request_entry
from app.security.callers import Caller
from app.security.cookies import token_in
from app.security.permissions import May, require, view_of
from app.security.purposes import PATTERN
from app.security.sessions import recognise, touch
from app.services.editor import Editor

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from app.services.remembered import Remembered

_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key as `rota key create` printed it.")
Key = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
PurposeHeader = Annotated[
    str | None,
    Header(alias="X-Purpose", pattern=PATTERN, description="Why rows about people are read; the partnership must say."),
]


def engine_of(request: Request) -> Engine:
    """Give the engine of the application's database, behind the walls."""
    return cast("Engine", request.app.state.engine)


async def _caller(request: Request, given: Key, purpose: PurposeHeader = None) -> Caller:
    """Find out who is calling, and let them in; who was recognised a moment ago is not looked up again."""
    caller = recognised(request)
    if caller is None:
        known: Remembered[Caller] = request.app.state.callers
        began = known.begin()
        key = given.credentials if given else None
        cookie = None if key is not None else token_in(request)
        found = await run_in_threadpool(_look_up, request, key, cookie)
        caller = known.put(_shown_by(request), replace(found, purpose=purpose or found.purpose), began)
    admit(request, caller)
    return caller


def recognised(request: Request) -> Caller | None:
    """Give the caller who showed the same a moment ago and was found to be good; None for all others."""
    known: Remembered[Caller] = request.app.state.callers
    return known.get(_shown_by(request))


def _shown_by(request: Request) -> bytes:
    """Give the digest of all by which a request shows who is calling, and why."""
    headers = request.headers
    shown = (headers.get("authorization", ""), headers.get("cookie", ""), headers.get("x-purpose", ""))
    return sha256("\n".join(shown).encode()).digest()


def admit(request: Request, caller: Caller) -> None:
    """Count a request of a caller, and note whose it is. Raises TooManyRequests and AuditFull."""
    state = request.app.state
    state.journal.check_room()
    state.limits.count("caller", caller.actor)
    request.state.caller, request.state.view = caller, view_of(caller)


def _look_up(request: Request, key: str | None, cookie: str | None) -> Caller:
    with count_failures(request, Unauthenticated, quietly=key is None):
        with reading(engine_of(request)) as session:
            if cookie is None:
                return caller_of(session, key)
            found = recognise(session, cookie)
        if found.stale:
            with writing(engine_of(request)) as session:
                touch(session, cookie)
        return found.caller


@contextmanager
def count_failures(request: Request, failure: type[Exception], *, quietly: bool = False) -> Iterator[None]:
    """Count what fails within against the address, which is refused once there are too many. Raises TooManyRequests."""
    limits, address = request.app.state.limits, address_of(request.scope)
    limits.check_failures(address)
    try:
        yield
    except failure:
        if not quietly:
            limits.count_failure(address)
        raise


Known = Annotated[Caller, Depends(_caller)]


def _needs(what: May) -> Callable[[Caller], Coroutine[None, None, Caller]]:
    """Make the dependency that lets callers pass who may do something."""

    async def permitted(caller: Known) -> Caller:
        require(caller, what)
        return caller

    setattr(permitted, NEED, what)
    return permitted


def _open_reading(request: Request) -> Iterator[Session]:
    """Open a session for nobody in particular: it sees nothing until somebody is recognised."""
    with reading(engine_of(request)) as session:
        yield session


def _reading(request: Request, caller: Known) -> Iterator[Session]:
    with reading(engine_of(request), view_of(caller)) as session:
        yield session


def _writing(request: Request, caller: Known) -> Iterator[Session]:
    """Commit what the endpoint did together with the entry that says so; from then on everybody is looked up anew."""
    with writing(engine_of(request), view_of(caller)) as session:
        yield session
        record(session, request_entry(request.scope, caller, status=None))
    request.state.audited = True
    request.app.state.callers.forget()


def _writing_area(request: Request, caller: Known) -> Iterator[Session]:
    """Do the same over every provider's rows, for what must be computed over the whole area. A test lists who does."""
    with writing(engine_of(request), replace(view_of(caller), provider=None)) as session:
        yield session
        record(session, request_entry(request.scope, caller, status=None))
    request.state.audited = True


def _area_engine(request: Request, caller: Known) -> Engine:
    """Give the engine for what needs several transactions: each sees every provider's rows, and is taken down."""

    def take_down(session: Session) -> None:
        record(session, request_entry(request.scope, caller, status=None))
        request.state.audited = True

    return with_view(engine_of(request), replace(view_of(caller), provider=None), take_down)


def _editor(request: Request) -> Editor:
    return cast("Editor", request.app.state.editor)


RotaReader = Annotated[Caller, Depends(_needs(May.READ_ROTAS))]
RotaChanger = Annotated[Caller, Depends(_needs(May.CHANGE_ROTAS))]
PlanReader = Annotated[Caller, Depends(_needs(May.READ_PLANS))]
Planner = Annotated[Caller, Depends(_needs(May.ASK_FOR_PLANS))]
ZoneAsker = Annotated[Caller, Depends(_needs(May.ASK_FOR_ZONES))]
Importer = Annotated[Caller, Depends(_needs(May.IMPORT))]
CountReader = Annotated[Caller, Depends(_needs(May.READ_COUNTS))]
ProposalReader = Annotated[Caller, Depends(_needs(May.READ_PROPOSALS))]
Proposer = Annotated[Caller, Depends(_needs(May.PROPOSE))]
AnswerTaker = Annotated[Caller, Depends(_needs(May.TAKE_ANSWERS))]
Voter = Annotated[Caller, Depends(_needs(May.VOTE))]
StepTaker = Annotated[Caller, Depends(_needs(May.TAKE_STEPS))]
Auditor = Annotated[Caller, Depends(_needs(May.READ_AUDIT))]
Admin = Annotated[Caller, Depends(_needs(May.MANAGE_ACCESS))]
SignedIn = Annotated[Caller, Depends(_needs(May.BE_SIGNED_IN))]
Reading = Annotated[Session, Depends(_reading, scope="function")]
OpenReading = Annotated[Session, Depends(_open_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing, scope="function")]
WritingArea = Annotated[Session, Depends(_writing_area, scope="function")]
AreaEngine = Annotated[Engine, Depends(_area_engine)]
WithEditor = Annotated[Editor, Depends(_editor)]

AnyCaller = RotaReader
Partnership = Planner

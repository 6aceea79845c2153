"""Signing in, in a browser: with the identity provider, or with a link that works once."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, cast

from fastapi import APIRouter, Request, Response, status
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import count_failures, engine_of
from app.api.needs import OPEN, SECRET_ADDRESS
from app.db.engine import writing
from app.errors import SignInFailed
from app.security import cookies
from app.security.arrivals import arrive, arrive_by_link

if TYPE_CHECKING:
    from app.security.oidc import Identity, SignIn

router = APIRouter(prefix="/sign-in", tags=["sign-in"], include_in_schema=False)
HOME = "/v1/session"
"""Where a browser goes once it is signed in."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in · Rural Care Rota</title></head>
<body><main><h1>Rural Care Rota</h1>{0}</main></body></html>
"""
_FORM = '<form method="post" action="/sign-in/link/{0}"><button type="submit">Sign in</button></form>'
_NO_PROVIDER = "<p>Here people sign in with a link, which an administrator makes.</p>"


def _way(request: Request) -> SignIn | None:
    return cast("SignIn | None", request.app.state.sign_in)


@router.get("", dependencies=[OPEN])
async def leave(request: Request) -> Response:
    """Go to the identity provider or, without one, say how else to sign in."""
    way = _way(request)
    if way is None:
        return HTMLResponse(_PAGE.format(_NO_PROVIDER))
    return await way.leave(request, _public(request, "/sign-in/return"))


@router.get("/return", dependencies=[OPEN])
async def come_back(request: Request) -> Response:
    """Come back from the identity provider, and be signed in."""
    way = _way(request)
    with count_failures(request, SignInFailed):
        if way is None:
            raise SignInFailed("there is no identity provider")
        identity = await way.come_back(request)
    token = await run_in_threadpool(_arrive, request, identity)
    return _signed_in(request, token)


@router.get("/link/{token}", dependencies=[SECRET_ADDRESS])
def show_link(token: str) -> Response:
    """Show a button: programs that look into links before people do must not use them up."""
    return HTMLResponse(_PAGE.format(_FORM.format(escape(token, quote=True))))


@router.post("/link/{token}", dependencies=[SECRET_ADDRESS])
def follow_link(token: str, request: Request) -> Response:
    """Sign in with a link, which is worthless afterwards."""
    cookies.check_same_origin(request)
    with count_failures(request, SignInFailed), writing(engine_of(request)) as session:
        made = arrive_by_link(session, token, correlation_id=request.state.correlation_id)
    return _signed_in(request, made)


def _arrive(request: Request, identity: Identity) -> str:
    with writing(engine_of(request)) as session:
        return arrive(session, identity, correlation_id=request.state.correlation_id)


def _signed_in(request: Request, token: str) -> Response:
    response = RedirectResponse(HOME, status_code=status.HTTP_303_SEE_OTHER)
    cookies.give(response, request, token)
    return response


def _public(request: Request, path: str) -> str:
    """Give an address of ours as the world sees it, which a proxy may know better than we do."""
    configured = request.app.state.settings.public_url
    return f"{(configured or str(request.base_url)).rstrip('/')}{path}"

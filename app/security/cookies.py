"""The cookie of who is signed in, and the rule that other sites cannot make use of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import CrossSite

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

_PLAIN, _HTTPS = "rota_session", "__Host-rota_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token_in(request: HTTPConnection) -> str | None:
    """Give the token in a request's cookie. Raises CrossSite for a change that another site asks for."""
    token = request.cookies.get(_name(request))
    if token is not None and request.scope["method"] not in _SAFE:
        check_same_origin(request)
    return token


def check_same_origin(request: HTTPConnection) -> None:
    """Refuse what a page of another origin made a browser send. Raises CrossSite.

    Browsers say where a request comes from in Sec-Fetch-Site or, older ones, in Origin; who says neither is refused.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.url.netloc}"
    if not (site == "same-origin" or (site is None and origin == own)):
        raise CrossSite("this came from another site, or from something that does not say where it comes from")


def give(response: Response, request: HTTPConnection, token: str) -> None:
    """Let the browser keep a token until it is closed, out of reach of scripts and of other sites."""
    https = request.url.scheme == "https"
    response.set_cookie(_name(request), token, path="/", secure=https, httponly=True, samesite="lax")


def take_back(response: Response, request: HTTPConnection) -> None:
    """Let the browser forget the token."""
    https = request.url.scheme == "https"
    response.delete_cookie(_name(request), path="/", secure=https, httponly=True, samesite="lax")


def _name(request: HTTPConnection) -> str:
    return _HTTPS if request.url.scheme == "https" else _PLAIN

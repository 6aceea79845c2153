"""The headers of every answer: nothing is kept, sniffed, framed or referred to, and pages run our own files only."""

from __future__ import annotations

from functools import cache

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_DATA = "default-src 'none'; frame-ancestors 'none'"
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HTTPS = "max-age=31536000; includeSubDomains"


@cache
def headers_for(*, https: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers that every answer has, as they are sent. Over HTTPS, browsers are told to stay there."""
    headers = _COMMON | ({"Strict-Transport-Security": _HTTPS} if https else {})
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


def policy_for(content_type: str) -> str:
    """Give the content security policy of an answer that has none of its own: data may do nothing, even in a tab."""
    return _PAGE if content_type.startswith("text/html") else _DATA


KEPT = "no-store"
"""How long an answer may be kept unless its endpoint says otherwise: what is answered is about people."""

"""The outermost layer: correlation ids, security headers, the request log, and what nobody else caught."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders

from app.problems import BODY_TOO_LARGE, BUG, document

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CORRELATION = "X-Correlation-ID"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""On every answer: what is answered is about people, so nothing of it is kept on the way."""

log = structlog.get_logger("app.api")


class Edge:
    """Wraps the application. A bug becomes a 500 that says nothing but its correlation id."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = uuid4().hex
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        status: list[int] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
                headers = MutableHeaders(scope=message)
                headers[CORRELATION] = correlation_id
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            try:
                if self._declares_too_much(scope):
                    await _refuse(answer, document(BODY_TOO_LARGE, correlation_id=correlation_id))
                else:
                    await self._app(scope, receive, answer)
            except Exception as error:
                log.exception("request.crashed", exc_info=error)
                if not status:
                    await _refuse(answer, document(BUG, correlation_id=correlation_id))
            log.info(
                "request.done",
                method=scope["method"],
                route=getattr(scope.get("route"), "path", None),
                status=status[0] if status else None,
                ms=round(1000 * (time.perf_counter() - began)),
            )

    def _declares_too_much(self, scope: Scope) -> bool:
        declared = Headers(scope=scope).get("content-length", "")
        return declared.isdecimal() and int(declared) > self._max_body_bytes


async def _refuse(send: Send, body: dict[str, object]) -> None:
    """Answer with a problem document."""
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": body["status"], "headers": headers})
    await send({"type": "http.response.body", "body": content})

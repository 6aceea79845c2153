"""The outermost layer: correlation ids, security headers, limits, the request log, the audit of requests, and what
nobody else caught."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders

from app.errors import TooManyRequests
from app.problems import BODY_TOO_LARGE, BUG, document, error_document
from app.security.audit import REFUSED, request_entry
from app.security.headers import KEPT, headers_for, policy_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.security.audit import Journal
    from app.security.limits import Limits

CORRELATION = "X-Correlation-ID"

log = structlog.get_logger("app.api")


class Edge:
    """Wraps the application. A bug becomes a 500 that says nothing but its correlation id."""

    def __init__(
        self, app: ASGIApp, *, max_body_bytes: int, limits: Limits, journal: Journal, larger: Mapping[str, int]
    ) -> None:
        """Wrap an application; `larger` gives the limits of addresses that take longer bodies."""
        self._app = app
        self._max_body_bytes, self._larger = max_body_bytes, larger
        self._limits = limits
        self._journal = journal
        self._ids = map((uuid4().hex[:16] + "{:016x}").format, count())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = next(self._ids)
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        status: list[int] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
                self._dress(message, scope, correlation_id)
            await send(message)

        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            try:
                refusal = self._refusal(scope, correlation_id)
                if refusal is not None:
                    await _refuse(answer, refusal)
                else:
                    await self._app(scope, receive, answer)
            except Exception as error:
                log.exception("request.crashed", exc_info=error)
                if not status:
                    await _refuse(answer, document(BUG, correlation_id=correlation_id))
            self._take_down(scope, status[0] if status else None)
            log.info(
                "request.done",
                method=scope["method"],
                route=getattr(scope.get("route"), "path", None),
                status=status[0] if status else None,
                ms=round(1000 * (time.perf_counter() - began)),
            )

    def _refusal(self, scope: Scope, correlation_id: str) -> dict[str, Any] | None:
        """Say why a request is not even looked at, if it is not."""
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self._larger.get(scope["path"], self._max_body_bytes):
            return document(BODY_TOO_LARGE, correlation_id=correlation_id)
        try:
            self._limits.count("address", address_of(scope))
        except TooManyRequests as error:
            scope["state"]["retry_after_s"] = error.retry_after_s
            return error_document(error, correlation_id=correlation_id)
        return None

    def _dress(self, message: Message, scope: Scope, correlation_id: str) -> None:
        """Give an answer its headers. "Not modified" repeats none: what the reader keeps has them."""
        headers = MutableHeaders(scope=message)
        headers.append(CORRELATION, correlation_id)
        if message["status"] == HTTPStatus.NOT_MODIFIED:
            return
        headers.raw.extend(headers_for(https=scope["scheme"] == "https"))
        headers.setdefault("Content-Security-Policy", policy_for(headers.get("content-type", "")))
        headers.setdefault("Cache-Control", KEPT)
        if "retry_after_s" in scope["state"]:
            headers["Retry-After"] = str(scope["state"]["retry_after_s"])

    def _take_down(self, scope: Scope, status: int | None) -> None:
        """Note who asked for what, unless that is stored already with what was changed."""
        caller = scope["state"].get("caller")
        final = status or BUG.status
        if caller is not None and (final >= REFUSED or not scope["state"].get("audited")):
            self._journal.note(request_entry(scope, caller, status=final))


def address_of(scope: Scope) -> str:
    """Give the network address that a request comes from."""
    client = scope.get("client")
    return client[0] if client else ""


async def _refuse(send: Send, body: dict[str, object]) -> None:
    """Answer with a problem document."""
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": body["status"], "headers": headers})
    await send({"type": "http.response.body", "body": content})

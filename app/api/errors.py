"""Errors as answers: every one a problem document of `app.problems`, with its media type and headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi_problem.error import Problem as Answer
from fastapi_problem.handler import new_exception_handler
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.api.from_copy import REFUSALS, answer_from_copy
from app.errors import AuditFull, DatabaseUnavailable, TooManyRequests
from app.problems import BUG, EXPECTED, HEADERS, MALFORMED, WEB, document, error_document, problem_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response


log = structlog.get_logger("app.api")


def install_errors(app: FastAPI) -> None:
    """Let every error of an application be answered with its problem document."""
    handler = new_exception_handler(
        handlers={Exception: _answer}, http_exception_handler=_answer, request_validation_handler=_answer
    )
    for kind in (*EXPECTED, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, handler)

    def away(request: Request, error: Exception) -> Response:
        """Answer from the local copy when the database is away; where that cannot be, say so."""
        log.warning("database.away", error=type(error).__name__)
        try:
            found = answer_from_copy(request)
        except REFUSALS as refusal:
            return handler(request, refusal)
        return found or handler(request, DatabaseUnavailable("the database did not answer"))

    for gone in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(gone, away)


EVERYWHERE = (TooManyRequests, AuditFull, DatabaseUnavailable)
"""What any request may be refused with, whatever it asks for."""


def refusals(*errors: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI how an endpoint may refuse, besides a malformed request."""
    problems = [MALFORMED, *(problem_of(error) for error in dict.fromkeys((*errors, *EVERYWHERE)))]
    media = "application/problem+json"
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {
        status: {
            "description": "; ".join(problem.title for problem in problems if problem.status == status),
            "content": {
                media: {
                    "schema": schema,
                    "examples": {
                        problem.code: {"value": document(problem)} for problem in problems if problem.status == status
                    },
                }
            },
        }
        for status in sorted({problem.status for problem in problems})
    }


def _answer(_handler: object, request: Request, error: Exception) -> Answer:
    """Turn any exception into the problem that is answered."""
    more = {"instance": request.url.path, "correlation_id": request.scope["state"]["correlation_id"]}
    headers: dict[str, str] = {}
    if isinstance(error, RequestValidationError):
        body = document(MALFORMED, detail=f"{len(error.errors())} fault(s)", faults=_faults(error), **more)
    elif isinstance(error, HTTPException):
        body = document(WEB.get(error.status_code) or (MALFORMED if error.status_code < BUG.status else BUG), **more)
        headers = dict(error.headers or {})
    else:
        body = error_document(error, **more)
    headers |= HEADERS.get(body["status"], {})
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    return Answer(body.pop("title"), body.pop("type"), status=body.pop("status"), headers=headers, **body)


def _faults(error: RequestValidationError) -> list[dict[str, str]]:
    """List what is wrong with a request, without repeating what was sent."""
    return [
        {
            "where": ".".join(str(part) for part in fault["loc"]),
            "message": fault["msg"],
            "action": "See the schema of this request in /openapi.json.",
        }
        for fault in error.errors()
    ]

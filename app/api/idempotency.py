"""`Idempotency-Key`: a request that is sent twice is carried out once, and answered twice.

An endpoint takes `Once`, and gives its answer through `once.keep`. The key is reserved, and the answer kept, in the
transaction of the request: an answer that was lost on the way is there, and one that never came about is not.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse

from app.api.dependencies import Known, Writing  # noqa: TC001 - FastAPI reads the annotations
from app.db.idempotency import KEY_CHARS, SCOPE_CHARS, keep, reserve
from app.errors import IdempotencyConflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from sqlalchemy.orm import Session

    from app.db.base import Json

REPLAYED = "Idempotency-Replayed"
_KEY_HELP = "Any text of your own: the same request with the same key is carried out once, and answered alike."


class AnsweredBefore(Exception):
    """The request was carried out before, with this answer."""

    def __init__(self, answer: Json) -> None:
        self.answer = answer
        super().__init__("answered before")


class OneAnswer:
    """Keeps the answer to a request that came with a key."""

    def __init__(self, session: Session, scope: str, key: str | None) -> None:
        self._session, self._scope, self._key = session, scope, key

    def keep(self, body: BaseModel, *, status: int, headers: Mapping[str, str] | None = None) -> Response:
        """Keep the answer, if there is a key for it, and give it."""
        answer = {
            "status": status,
            "headers": dict(headers or {}),
            "body": body.model_dump(mode="json", exclude_none=True),
        }
        if self._key is not None:
            keep(self._session, self._scope, self._key, answer)
        return _response(answer)


async def _digest(request: Request) -> str:
    """Give the digest of what was sent: of JSON, whatever its spaces and the order of its fields."""
    body = await request.body()
    with suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode()
    return sha256(body).hexdigest()


def _once(
    request: Request,
    caller: Known,
    session: Writing,
    digest: Annotated[str, Depends(_digest)],
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_CHARS, description=_KEY_HELP)
    ] = None,
) -> OneAnswer:
    scope = f"{caller.actor} {request.method} {request.url.path}"[:SCOPE_CHARS]
    if key is not None:
        before = reserve(session, scope, key, digest=digest, at=datetime.now(UTC))
        if before is not None and before.digest != digest:
            raise IdempotencyConflict("this key came with another request before")
        if before is not None and before.answer is not None:
            raise AnsweredBefore(before.answer)
    return OneAnswer(session, scope, key)


Once = Annotated[OneAnswer, Depends(_once)]
"""What an endpoint asks for that must be carried out once."""


def install_replays(app: FastAPI) -> None:
    """Let an application answer again what it has answered before."""

    def replay(_: Request, error: Exception) -> Response:
        assert isinstance(error, AnsweredBefore)
        response = _response(error.answer)
        response.headers[REPLAYED] = "true"
        return response

    app.add_exception_handler(AnsweredBefore, replay)


def _response(answer: Json) -> Response:
    return JSONResponse(answer["body"], status_code=answer["status"], headers=answer["headers"])

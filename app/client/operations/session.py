# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on session. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.access import SessionChanged
from app.schemas.access import WhoBody


class Session:
    """Operations on session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def leave(self, *, x_purpose: str | None = None) -> None:
        """Sign out. The cookie is worthless at once, also where it was copied to."""
        self._transport.send("DELETE", "/v1/session", headers={"X-Purpose": x_purpose})

    def read(self, *, x_purpose: str | None = None) -> WhoBody:
        """Say as whom the caller acts and, to a person, in which other roles they could."""
        found: WhoBody = TypeAdapter(WhoBody).validate_json(
            self._transport.send("GET", "/v1/session", headers={"X-Purpose": x_purpose})
        )
        return found

    def change(self, body: SessionChanged, *, x_purpose: str | None = None) -> None:
        """Go on in another of one's roles, or say for what purpose. For people; a key says its purpose in a header."""
        self._transport.send(
            "PUT",
            "/v1/session",
            headers={"X-Purpose": x_purpose},
            content=TypeAdapter(SessionChanged).dump_json(body, exclude_unset=True),
        )

# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on localities. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport


class Localities:
    """Operations on localities."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def count(self, *, x_purpose: str | None = None) -> Any:
        """Give a provider its own clients by locality, and everybody everybody else's, without counts from one to four."""
        found: Any = TypeAdapter(Any).validate_json(
            self._transport.send("GET", "/v1/localities", headers={"X-Purpose": x_purpose})
        )
        return found

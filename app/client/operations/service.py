# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on service. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport


class Service:
    """Operations on service."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def healthz(self) -> Any:
        """Answer when the database can be reached and has its tables. Needs no key."""
        found: Any = TypeAdapter(Any).validate_json(self._transport.send("GET", "/healthz"))
        return found

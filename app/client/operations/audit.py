# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on audit. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.access import AuditBody


class Audit:
    """Operations on audit."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self, *, after: int = 0, limit: int = 100, x_purpose: str | None = None) -> AuditBody:
        """List who read or changed what, when and why, the oldest first."""
        found: AuditBody = TypeAdapter(AuditBody).validate_json(
            self._transport.send(
                "GET", "/v1/audit", params={"after": after, "limit": limit}, headers={"X-Purpose": x_purpose}
            )
        )
        return found

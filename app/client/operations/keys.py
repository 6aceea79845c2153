# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on keys. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.access import KeyAsked
from app.schemas.access import KeyRenewal
from app.schemas.access import KeysBody
from app.schemas.access import NewKeyBody


class Keys:
    """Operations on keys."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_all(self, *, x_purpose: str | None = None) -> KeysBody:
        """List the keys of the area, the latest first, also those that are revoked or have expired."""
        found: KeysBody = TypeAdapter(KeysBody).validate_json(
            self._transport.send("GET", "/v1/keys", headers={"X-Purpose": x_purpose})
        )
        return found

    def make(self, body: KeyAsked, *, x_purpose: str | None = None) -> NewKeyBody:
        """Make a key for a system. It is not shown again."""
        found: NewKeyBody = TypeAdapter(NewKeyBody).validate_json(
            self._transport.send(
                "POST",
                "/v1/keys",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(KeyAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def drop(self, prefix: str, *, x_purpose: str | None = None) -> None:
        """Make a key worthless at once."""
        self._transport.send("DELETE", f"/v1/keys/{prefix}", headers={"X-Purpose": x_purpose})

    def renew(self, prefix: str, body: KeyRenewal, *, x_purpose: str | None = None) -> NewKeyBody:
        """Make a key for the same holder and for as long; the old one works for some hours more."""
        found: NewKeyBody = TypeAdapter(NewKeyBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/keys/{prefix}/renewal",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(KeyRenewal).dump_json(body, exclude_unset=True),
            )
        )
        return found

# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on members. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.access import MemberAsked
from app.schemas.access import MemberBody
from app.schemas.access import MembersBody


class Members:
    """Operations on members."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_all(self, *, x_purpose: str | None = None) -> MembersBody:
        """List who holds which role in the area."""
        found: MembersBody = TypeAdapter(MembersBody).validate_json(
            self._transport.send("GET", "/v1/members", headers={"X-Purpose": x_purpose})
        )
        return found

    def add(self, body: MemberAsked, *, x_purpose: str | None = None) -> MemberBody:
        """Give a role to somebody, known by the e-mail that the identity provider vouches for, or sent a link."""
        found: MemberBody = TypeAdapter(MemberBody).validate_json(
            self._transport.send(
                "POST",
                "/v1/members",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(MemberAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def end(self, person_id: UUID, *, x_purpose: str | None = None) -> None:
        """End every role that a person has in the area, and sign them out."""
        self._transport.send("DELETE", f"/v1/members/{person_id}", headers={"X-Purpose": x_purpose})

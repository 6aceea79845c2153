# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on consents. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.proposals import AskListBody
from app.schemas.proposals import ConsentAsked
from app.schemas.proposals import LeftBody
from app.schemas.proposals import ProtectionAsked
from app.schemas.proposals import TakenBody


class Consents:
    """Operations on consents."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def answers(self, body: bytes, *, dry_run: bool = False, x_purpose: str | None = None) -> TakenBody:
        """Take all answers of a file down, or with any fault none. Rows without an answer yet are counted."""
        found: TakenBody = TypeAdapter(TakenBody).validate_json(
            self._transport.send(
                "POST",
                "/v1/consents",
                params={"dry_run": dry_run},
                headers={"X-Purpose": x_purpose, "Content-Type": "text/csv"},
                content=body,
            )
        )
        return found

    def whom_to_ask(
        self, *, optimisation: UUID | None = None, provider: str | None = None, x_purpose: str | None = None
    ) -> AskListBody:
        """List who may move in a comparison's swaps and has not agreed yet, from the caller's provider or from all."""
        found: AskListBody = TypeAdapter(AskListBody).validate_json(
            self._transport.send(
                "GET",
                "/v1/consents/ask-list",
                params={"optimisation": optimisation, "provider": provider},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def answer(self, client: str, body: ConsentAsked, *, x_purpose: str | None = None) -> LeftBody:
        """Write down what a client said. A "no" takes effect in every open proposal at once; those are named."""
        found: LeftBody = TypeAdapter(LeftBody).validate_json(
            self._transport.send(
                "PUT",
                f"/v1/consents/{client}",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(ConsentAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def lift(self, client: str, *, x_purpose: str | None = None) -> None:
        """Let a client be moved again. Proposals stay as they are until they are revised."""
        self._transport.send("DELETE", f"/v1/consents/{client}/protection", headers={"X-Purpose": x_purpose})

    def keep(self, client: str, body: ProtectionAsked, *, x_purpose: str | None = None) -> LeftBody:
        """Keep a client from being moved; open proposals leave the client out at once."""
        found: LeftBody = TypeAdapter(LeftBody).validate_json(
            self._transport.send(
                "PUT",
                f"/v1/consents/{client}/protection",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(ProtectionAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

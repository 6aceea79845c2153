# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on optimisations. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.optimisations import CompareAsked
from app.schemas.optimisations import ComparisonBody
from app.schemas.optimisations import OptimisationBody
from app.schemas.optimisations import OptimisationSummary
from app.schemas.optimisations import OptimiseAsked


class Optimisations:
    """Operations on optimisations."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read_latest_comparison(self, *, x_purpose: str | None = None) -> ComparisonBody:
        """Give the figures of the comparison that was finished last."""
        found: ComparisonBody = TypeAdapter(ComparisonBody).validate_json(
            self._transport.send("GET", "/v1/comparisons/latest", headers={"X-Purpose": x_purpose})
        )
        return found

    def list_latest(self, *, limit: int = 50, x_purpose: str | None = None) -> list[OptimisationSummary]:
        """List the optimisations of the key's area, the latest first, without their results."""
        found: list[OptimisationSummary] = TypeAdapter(list[OptimisationSummary]).validate_json(
            self._transport.send("GET", "/v1/optimisations", params={"limit": limit}, headers={"X-Purpose": x_purpose})
        )
        return found

    def ask(
        self, body: CompareAsked | OptimiseAsked, *, x_purpose: str | None = None, idempotency_key: str | None = None
    ) -> OptimisationSummary:
        """Queue a comparison or the planning of the day. `Location` tells where to watch it."""
        found: OptimisationSummary = TypeAdapter(OptimisationSummary).validate_json(
            self._transport.send(
                "POST",
                "/v1/optimisations",
                headers={"X-Purpose": x_purpose, "Idempotency-Key": idempotency_key},
                content=TypeAdapter(CompareAsked | OptimiseAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def cancel(self, optimisation_id: UUID, *, x_purpose: str | None = None) -> None:
        """Cancel an optimisation that waits or runs. Nothing of it is stored."""
        self._transport.send("DELETE", f"/v1/optimisations/{optimisation_id}", headers={"X-Purpose": x_purpose})

    def read(self, optimisation_id: UUID, *, x_purpose: str | None = None) -> OptimisationBody:
        """Give the status of an optimisation, and its result or its problem once it has ended."""
        found: OptimisationBody = TypeAdapter(OptimisationBody).validate_json(
            self._transport.send("GET", f"/v1/optimisations/{optimisation_id}", headers={"X-Purpose": x_purpose})
        )
        return found

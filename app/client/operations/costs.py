# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on costs. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport


class Costs:
    """Operations on costs."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(
        self, *, plan: Literal["A", "B", "C", "D"] = "B", pay_gbp_h: float | None = None, x_purpose: str | None = None
    ) -> dict[str, Any]:
        """Give costs by provider and small area, their parts, headroom above the minimum wage, and who pays for more.

        Small areas and providers in them where fewer than five people are served are left out.
        """
        found: dict[str, Any] = TypeAdapter(dict[str, Any]).validate_json(
            self._transport.send(
                "GET", "/v1/costs", params={"plan": plan, "pay_gbp_h": pay_gbp_h}, headers={"X-Purpose": x_purpose}
            )
        )
        return found

    def by_zone(self, body: Any, *, x_purpose: str | None = None) -> dict[str, Any]:
        """Give the same by zones that are drawn, as in a score; nothing is stored."""
        found: dict[str, Any] = TypeAdapter(dict[str, Any]).validate_json(
            self._transport.send(
                "POST",
                "/v1/costs",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(Any).dump_json(body, exclude_unset=True),
            )
        )
        return found

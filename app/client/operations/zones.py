# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on zones. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.optimisations import DrawnZones
from app.schemas.optimisations import OptimisationSummary
from app.schemas.optimisations import ZonesAsked


class Zones:
    """Operations on zones."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def ask(
        self, body: ZonesAsked, *, x_purpose: str | None = None, idempotency_key: str | None = None
    ) -> OptimisationSummary:
        """Queue a proposal of contiguous zones, each with a prime and a secondary provider.

        Locks that name what there is not are refused at once, all of them in one answer.
        """
        found: OptimisationSummary = TypeAdapter(OptimisationSummary).validate_json(
            self._transport.send(
                "POST",
                "/v1/zone-proposals",
                headers={"X-Purpose": x_purpose, "Idempotency-Key": idempotency_key},
                content=TypeAdapter(ZonesAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def read(self, proposal_id: UUID, *, x_purpose: str | None = None) -> OptimisationSummary:
        """Give the zones as a GeoJSON FeatureCollection; until they are done, or if that failed, the status."""
        found: OptimisationSummary = TypeAdapter(OptimisationSummary).validate_json(
            self._transport.send("GET", f"/v1/zone-proposals/{proposal_id}", headers={"X-Purpose": x_purpose})
        )
        return found

    def score(self, body: DrawnZones, *, x_purpose: str | None = None) -> dict[str, Any]:
        """Give what a proposal gives for zones that are drawn, with `faults` in words; nothing is stored.

        A small area belongs to the zone in which most of its homes lie, to about a kilometre. Providers are proposed anew.
        Locks and bands are those that the zones remember in `asked`, and zones whose figures have changed have `before`.
        """
        found: dict[str, Any] = TypeAdapter(dict[str, Any]).validate_json(
            self._transport.send(
                "POST",
                "/v1/zone-scores",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(DrawnZones).dump_json(body, exclude_unset=True),
            )
        )
        return found

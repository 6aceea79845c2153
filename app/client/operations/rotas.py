# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on rotas. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.rotas import CalendarBody
from app.schemas.rotas import ChangesBody
from app.schemas.rotas import ClientVisitsBody
from app.schemas.rotas import RotaBody
from app.schemas.rotas import RotasBody
from app.schemas.rotas import VersionsBody


class Rotas:
    """Operations on rotas."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read_calendar(self, secret: str) -> bytes:
        """Give the last fortnight and the next four weeks as iCalendar. The address is the key: it needs no other."""
        return self._transport.send("GET", f"/v1/calendars/{secret}")

    def drop_calendar(self, carer_id: str, *, x_purpose: str | None = None) -> None:
        """Close the address: from now on it opens nothing."""
        self._transport.send("DELETE", f"/v1/carers/{carer_id}/calendar", headers={"X-Purpose": x_purpose})

    def make_calendar(self, carer_id: str, *, x_purpose: str | None = None) -> CalendarBody:
        """Make a secret address for the carer's calendar. The one before, if there was one, opens nothing any more."""
        found: CalendarBody = TypeAdapter(CalendarBody).validate_json(
            self._transport.send("POST", f"/v1/carers/{carer_id}/calendar", headers={"X-Purpose": x_purpose})
        )
        return found

    def read_carer_rota(
        self,
        carer_id: str,
        *,
        day: date,
        plan: Literal["A", "B", "C", "D"] | None = None,
        version: int | None = None,
        x_purpose: str | None = None,
    ) -> RotaBody:
        """Give the runs of one carer. Carers of other providers are not found."""
        found: RotaBody = TypeAdapter(RotaBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/carers/{carer_id}/rota",
                params={"plan": plan, "version": version, "day": day},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def read_carer_days(
        self, carer_id: str, *, from_: date, days: int = 7, carer: str | None = None, x_purpose: str | None = None
    ) -> RotasBody:
        """Give what is published for each day, from the first on. Carers of other providers are not found."""
        found: RotasBody = TypeAdapter(RotasBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/carers/{carer_id}/rotas",
                params={"from": from_, "days": days, "carer": carer},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def read_client_visits(
        self, client_id: str, *, from_: date, days: int = 7, x_purpose: str | None = None
    ) -> ClientVisitsBody:
        """List who comes to a client and when, by the published rotas. Other providers' clients are not found."""
        found: ClientVisitsBody = TypeAdapter(ClientVisitsBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/clients/{client_id}/visits",
                params={"from": from_, "days": days},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def read_provider_days(
        self, provider_id: str, *, from_: date, days: int = 7, carer: str | None = None, x_purpose: str | None = None
    ) -> RotasBody:
        """Give what is published for each day, from the first on; days without a rota are left out."""
        found: RotasBody = TypeAdapter(RotasBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/providers/{provider_id}/rotas",
                params={"from": from_, "days": days, "carer": carer},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def read_provider_rota(
        self,
        provider_id: str,
        day: date,
        *,
        plan: Literal["A", "B", "C", "D"] | None = None,
        version: int | None = None,
        x_purpose: str | None = None,
    ) -> RotaBody:
        """Give the runs of the provider's own carers, and the visits of its clients that are left out.

        Opened by the provider's own key and by the partnership's. Send the ETag back in If-None-Match.
        """
        found: RotaBody = TypeAdapter(RotaBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/providers/{provider_id}/rotas/{day}",
                params={"plan": plan, "version": version},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def read_changes(self, provider_id: str, day: date, *, since: int, x_purpose: str | None = None) -> ChangesBody:
        """List the visits that are other than in an earlier version, and which of them changed late."""
        found: ChangesBody = TypeAdapter(ChangesBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/providers/{provider_id}/rotas/{day}/changes",
                params={"since": since},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def list_versions(
        self, provider_id: str, day: date, *, limit: int = 50, before: int | None = None, x_purpose: str | None = None
    ) -> VersionsBody:
        """List the published versions of the area's rota, the latest first, with the reason for each."""
        found: VersionsBody = TypeAdapter(VersionsBody).validate_json(
            self._transport.send(
                "GET",
                f"/v1/providers/{provider_id}/rotas/{day}/versions",
                params={"limit": limit, "before": before},
                headers={"X-Purpose": x_purpose},
            )
        )
        return found

    def read_area_rota(
        self,
        day: date,
        *,
        plan: Literal["A", "B", "C", "D"] | None = None,
        version: int | None = None,
        x_purpose: str | None = None,
    ) -> RotaBody:
        """Give all runs of the area, and every visit that is left out with the reason in words. For the partnership."""
        found: RotaBody = TypeAdapter(RotaBody).validate_json(
            self._transport.send(
                "GET", f"/v1/rotas/{day}", params={"plan": plan, "version": version}, headers={"X-Purpose": x_purpose}
            )
        )
        return found

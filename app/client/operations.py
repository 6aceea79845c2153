"""The operations of the HTTP interface, by subject. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.drafts import (
    ChangedBody,
    DraftAsked,
    DraftBody,
    DraftSummary,
    MoveAsked,
    PublishAsked,
    SwapAsked,
    VisitAsked,
)
from app.schemas.optimisations import (
    CompareAsked,
    ComparisonBody,
    OptimisationBody,
    OptimisationSummary,
    OptimiseAsked,
    ZonesAsked,
)
from app.schemas.rotas import (
    CalendarBody,
    ChangesBody,
    ClientVisitsBody,
    RotaBody,
    RotasBody,
    VersionBody,
    VersionsBody,
)


class Drafts:
    """Operations on drafts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_open(self, *, limit: int = 50) -> list[DraftSummary]:
        """List the drafts that are not published, the latest first; a provider's own only."""
        found: list[DraftSummary] = TypeAdapter(list[DraftSummary]).validate_json(
            self._transport.send("GET", "/v1/drafts", params={"limit": limit})
        )
        return found

    def begin(self, body: DraftAsked) -> DraftSummary:
        """Begin a draft from the published rota, or from a plan: nobody follows it until it is published.

        Coordinators go on from what is published, and change their own provider's runs.
        """
        found: DraftSummary = TypeAdapter(DraftSummary).validate_json(
            self._transport.send(
                "POST", "/v1/drafts", content=TypeAdapter(DraftAsked).dump_json(body, exclude_unset=True)
            )
        )
        return found

    def delete(self, draft_id: UUID) -> None:
        """Delete a draft that is not published."""
        self._transport.send("DELETE", f"/v1/drafts/{draft_id}")

    def read(self, draft_id: UUID) -> DraftBody:
        """Give a draft with its rota as it would be published; a provider's own part only."""
        found: DraftBody = TypeAdapter(DraftBody).validate_json(self._transport.send("GET", f"/v1/drafts/{draft_id}"))
        return found

    def change(self, draft_id: UUID, body: MoveAsked | SwapAsked | VisitAsked, *, keep: bool = True) -> ChangedBody:
        """Carry out a change: runs are timed again and checked at once. Told are the rules it breaks, and its costs.

        A change that breaks rules is kept, and stands in the way of publication until they are mended.
        """
        found: ChangedBody = TypeAdapter(ChangedBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/drafts/{draft_id}/changes",
                params={"keep": keep},
                content=TypeAdapter(MoveAsked | SwapAsked | VisitAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def publish(self, draft_id: UUID, body: PublishAsked) -> VersionBody:
        """Check a draft again and publish it as the next version: from then on carers follow it, and it never changes.

        Refused while a rule is broken, a person is moved against their choice, or a time-critical visit is left out and
        nobody is named who knows.
        """
        found: VersionBody = TypeAdapter(VersionBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/drafts/{draft_id}/publication",
                content=TypeAdapter(PublishAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found


class Optimisations:
    """Operations on optimisations."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read_latest_comparison(self) -> ComparisonBody:
        """Give the figures of the comparison that was finished last."""
        found: ComparisonBody = TypeAdapter(ComparisonBody).validate_json(
            self._transport.send("GET", "/v1/comparisons/latest")
        )
        return found

    def list_latest(self, *, limit: int = 50) -> list[OptimisationSummary]:
        """List the optimisations of the key's area, the latest first, without their results."""
        found: list[OptimisationSummary] = TypeAdapter(list[OptimisationSummary]).validate_json(
            self._transport.send("GET", "/v1/optimisations", params={"limit": limit})
        )
        return found

    def ask(self, body: CompareAsked | OptimiseAsked) -> OptimisationSummary:
        """Queue a comparison or the planning of the day. `Location` tells where to watch it."""
        found: OptimisationSummary = TypeAdapter(OptimisationSummary).validate_json(
            self._transport.send(
                "POST",
                "/v1/optimisations",
                content=TypeAdapter(CompareAsked | OptimiseAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def cancel(self, optimisation_id: UUID) -> None:
        """Cancel an optimisation that waits or runs. Nothing of it is stored."""
        self._transport.send("DELETE", f"/v1/optimisations/{optimisation_id}")

    def read(self, optimisation_id: UUID) -> OptimisationBody:
        """Give the status of an optimisation, and its result or its problem once it has ended."""
        found: OptimisationBody = TypeAdapter(OptimisationBody).validate_json(
            self._transport.send("GET", f"/v1/optimisations/{optimisation_id}")
        )
        return found


class Rotas:
    """Operations on rotas."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read_calendar(self, secret: str) -> bytes:
        """Give the last fortnight and the next four weeks as iCalendar. The address is the key: it needs no other."""
        return self._transport.send("GET", f"/v1/calendars/{secret}")

    def drop_calendar(self, carer_id: str) -> None:
        """Close the address: from now on it opens nothing."""
        self._transport.send("DELETE", f"/v1/carers/{carer_id}/calendar")

    def make_calendar(self, carer_id: str) -> CalendarBody:
        """Make a secret address for the carer's calendar. The one before, if there was one, opens nothing any more."""
        found: CalendarBody = TypeAdapter(CalendarBody).validate_json(
            self._transport.send("POST", f"/v1/carers/{carer_id}/calendar")
        )
        return found

    def read_carer_rota(
        self, carer_id: str, *, day: date, plan: Literal["A", "B", "C", "D"] | None = None, version: int | None = None
    ) -> RotaBody:
        """Give the runs of one carer. Carers of other providers are not found."""
        found: RotaBody = TypeAdapter(RotaBody).validate_json(
            self._transport.send(
                "GET", f"/v1/carers/{carer_id}/rota", params={"plan": plan, "version": version, "day": day}
            )
        )
        return found

    def read_carer_days(self, carer_id: str, *, from_: date, days: int = 7, carer: str | None = None) -> RotasBody:
        """Give what is published for each day, from the first on. Carers of other providers are not found."""
        found: RotasBody = TypeAdapter(RotasBody).validate_json(
            self._transport.send(
                "GET", f"/v1/carers/{carer_id}/rotas", params={"from": from_, "days": days, "carer": carer}
            )
        )
        return found

    def read_client_visits(self, client_id: str, *, from_: date, days: int = 7) -> ClientVisitsBody:
        """List who comes to a client and when, by the published rotas. Other providers' clients are not found."""
        found: ClientVisitsBody = TypeAdapter(ClientVisitsBody).validate_json(
            self._transport.send("GET", f"/v1/clients/{client_id}/visits", params={"from": from_, "days": days})
        )
        return found

    def read_provider_days(
        self, provider_id: str, *, from_: date, days: int = 7, carer: str | None = None
    ) -> RotasBody:
        """Give what is published for each day, from the first on; days without a rota are left out."""
        found: RotasBody = TypeAdapter(RotasBody).validate_json(
            self._transport.send(
                "GET", f"/v1/providers/{provider_id}/rotas", params={"from": from_, "days": days, "carer": carer}
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
    ) -> RotaBody:
        """Give the runs of the provider's own carers, and the visits of its clients that are left out.

        Opened by the provider's own key and by the partnership's. Send the ETag back in If-None-Match.
        """
        found: RotaBody = TypeAdapter(RotaBody).validate_json(
            self._transport.send(
                "GET", f"/v1/providers/{provider_id}/rotas/{day}", params={"plan": plan, "version": version}
            )
        )
        return found

    def read_changes(self, provider_id: str, day: date, *, since: int) -> ChangesBody:
        """List the visits that are other than in an earlier version, and which of them changed late."""
        found: ChangesBody = TypeAdapter(ChangesBody).validate_json(
            self._transport.send("GET", f"/v1/providers/{provider_id}/rotas/{day}/changes", params={"since": since})
        )
        return found

    def list_versions(self, provider_id: str, day: date, *, limit: int = 50, before: int | None = None) -> VersionsBody:
        """List the published versions of the area's rota, the latest first, with the reason for each."""
        found: VersionsBody = TypeAdapter(VersionsBody).validate_json(
            self._transport.send(
                "GET", f"/v1/providers/{provider_id}/rotas/{day}/versions", params={"limit": limit, "before": before}
            )
        )
        return found

    def read_area_rota(
        self, day: date, *, plan: Literal["A", "B", "C", "D"] | None = None, version: int | None = None
    ) -> RotaBody:
        """Give all runs of the area, and every visit that is left out with the reason in words. For the partnership."""
        found: RotaBody = TypeAdapter(RotaBody).validate_json(
            self._transport.send("GET", f"/v1/rotas/{day}", params={"plan": plan, "version": version})
        )
        return found


class Service:
    """Operations on service."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def healthz(self) -> Any:
        """Answer when the database can be reached and has its tables. Needs no key."""
        found: Any = TypeAdapter(Any).validate_json(self._transport.send("GET", "/healthz"))
        return found


class Zones:
    """Operations on zones."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def ask(self, body: ZonesAsked) -> OptimisationSummary:
        """Queue a proposal of contiguous zones, each with a prime and a secondary provider."""
        found: OptimisationSummary = TypeAdapter(OptimisationSummary).validate_json(
            self._transport.send(
                "POST", "/v1/zone-proposals", content=TypeAdapter(ZonesAsked).dump_json(body, exclude_unset=True)
            )
        )
        return found

    def read(self, proposal_id: UUID) -> OptimisationSummary:
        """Give the zones as a GeoJSON FeatureCollection; until they are done, or if that failed, the status."""
        found: OptimisationSummary = TypeAdapter(OptimisationSummary).validate_json(
            self._transport.send("GET", f"/v1/zone-proposals/{proposal_id}")
        )
        return found


class RotaClient:
    """A client of one service with one key; `last` tells about the last answer. Use it as a context manager."""

    def __init__(self, address: str, key: str | None = None, **options: Any) -> None:
        self.last = Transport(address, key, **options)
        self.drafts = Drafts(self.last)
        self.optimisations = Optimisations(self.last)
        self.rotas = Rotas(self.last)
        self.service = Service(self.last)
        self.zones = Zones(self.last)

    def close(self) -> None:
        """Let the connections go."""
        self.last.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""The operations of the HTTP interface, by subject. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from types import TracebackType
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.access import AuditBody
from app.schemas.access import KeyAsked
from app.schemas.access import KeyRenewal
from app.schemas.access import KeysBody
from app.schemas.access import MemberAsked
from app.schemas.access import MemberBody
from app.schemas.access import MembersBody
from app.schemas.access import NewKeyBody
from app.schemas.access import SessionChanged
from app.schemas.access import WhoBody
from app.schemas.drafts import ChangedBody
from app.schemas.drafts import DraftAsked
from app.schemas.drafts import DraftBody
from app.schemas.drafts import DraftSummary
from app.schemas.drafts import MoveAsked
from app.schemas.drafts import PublishAsked
from app.schemas.drafts import SwapAsked
from app.schemas.drafts import VisitAsked
from app.schemas.imports import ImportBody
from app.schemas.optimisations import CompareAsked
from app.schemas.optimisations import ComparisonBody
from app.schemas.optimisations import OptimisationBody
from app.schemas.optimisations import OptimisationSummary
from app.schemas.optimisations import OptimiseAsked
from app.schemas.optimisations import ZonesAsked
from app.schemas.proposals import ConsentAsked
from app.schemas.proposals import JudgementAsked
from app.schemas.proposals import JudgementBody
from app.schemas.proposals import LeftBody
from app.schemas.proposals import ProposalAsked
from app.schemas.proposals import ProposalBody
from app.schemas.proposals import ProposalSummary
from app.schemas.proposals import ProtectionAsked
from app.schemas.proposals import RecomputeBody
from app.schemas.proposals import RevisionAsked
from app.schemas.proposals import StepAsked
from app.schemas.proposals import TextAsked
from app.schemas.proposals import VoteAsked
from app.schemas.rotas import CalendarBody
from app.schemas.rotas import ChangesBody
from app.schemas.rotas import ClientVisitsBody
from app.schemas.rotas import RotaBody
from app.schemas.rotas import RotasBody
from app.schemas.rotas import VersionBody
from app.schemas.rotas import VersionsBody


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


class Consents:
    """Operations on consents."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

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


class Drafts:
    """Operations on drafts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_open(self, *, limit: int = 50, x_purpose: str | None = None) -> list[DraftSummary]:
        """List the drafts that are not published, the latest first; a provider's own only."""
        found: list[DraftSummary] = TypeAdapter(list[DraftSummary]).validate_json(
            self._transport.send("GET", "/v1/drafts", params={"limit": limit}, headers={"X-Purpose": x_purpose})
        )
        return found

    def begin(self, body: DraftAsked, *, x_purpose: str | None = None) -> DraftSummary:
        """Begin a draft from the published rota, or from a plan: nobody follows it until it is published.

        Coordinators go on from what is published, and change their own provider's runs.
        """
        found: DraftSummary = TypeAdapter(DraftSummary).validate_json(
            self._transport.send(
                "POST",
                "/v1/drafts",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(DraftAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def delete(self, draft_id: UUID, *, x_purpose: str | None = None) -> None:
        """Delete a draft that is not published."""
        self._transport.send("DELETE", f"/v1/drafts/{draft_id}", headers={"X-Purpose": x_purpose})

    def read(self, draft_id: UUID, *, x_purpose: str | None = None) -> DraftBody:
        """Give a draft with its rota as it would be published; a provider's own part only."""
        found: DraftBody = TypeAdapter(DraftBody).validate_json(
            self._transport.send("GET", f"/v1/drafts/{draft_id}", headers={"X-Purpose": x_purpose})
        )
        return found

    def change(
        self,
        draft_id: UUID,
        body: MoveAsked | SwapAsked | VisitAsked,
        *,
        keep: bool = True,
        x_purpose: str | None = None,
    ) -> ChangedBody:
        """Carry out a change: runs are timed again and checked at once. Told are the rules it breaks, and its costs.

        A change that breaks rules is kept, and stands in the way of publication until they are mended.
        """
        found: ChangedBody = TypeAdapter(ChangedBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/drafts/{draft_id}/changes",
                params={"keep": keep},
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(MoveAsked | SwapAsked | VisitAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def publish(self, draft_id: UUID, body: PublishAsked, *, x_purpose: str | None = None) -> VersionBody:
        """Check a draft again and publish it as the next version: from then on carers follow it, and it never changes.

        Refused while a rule is broken, a person is moved against their choice, or a time-critical visit is left out and
        nobody is named who knows.
        """
        found: VersionBody = TypeAdapter(VersionBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/drafts/{draft_id}/publication",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(PublishAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found


class Imports:
    """Operations on imports."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def take(
        self,
        body: bytes,
        *,
        dry_run: bool = False,
        removals: Literal["refused", "allowed"] = "refused",
        mapping: str | None = None,
        records: bool = False,
        x_purpose: str | None = None,
    ) -> ImportBody:
        """Import the data set of the key's area, all of it or nothing. Faults name sheet, row and column."""
        found: ImportBody = TypeAdapter(ImportBody).validate_json(
            self._transport.send(
                "POST",
                "/v1/imports",
                params={"dry_run": dry_run, "removals": removals, "mapping": mapping, "records": records},
                headers={
                    "X-Purpose": x_purpose,
                    "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                },
                content=body,
            )
        )
        return found


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


class Localities:
    """Operations on localities."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def count(self, *, x_purpose: str | None = None) -> Any:
        """Give a provider its own clients by locality, and everybody everybody else's, without counts from one to four."""
        found: Any = TypeAdapter(Any).validate_json(
            self._transport.send("GET", "/v1/localities", headers={"X-Purpose": x_purpose})
        )
        return found


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


class Proposals:
    """Operations on proposals."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_all(self, *, x_purpose: str | None = None) -> list[ProposalSummary]:
        """List the proposals of the key's area, the latest first; providers see them once they are shared."""
        found: list[ProposalSummary] = TypeAdapter(list[ProposalSummary]).validate_json(
            self._transport.send("GET", "/v1/proposals", headers={"X-Purpose": x_purpose})
        )
        return found

    def begin(self, body: ProposalAsked, *, x_purpose: str | None = None) -> ProposalSummary:
        """Draft a proposal from a comparison's swaps. Only people with a record of consent are moved."""
        found: ProposalSummary = TypeAdapter(ProposalSummary).validate_json(
            self._transport.send(
                "POST",
                "/v1/proposals",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(ProposalAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def read(self, proposal_id: UUID, *, version: int | None = None, x_purpose: str | None = None) -> ProposalBody:
        """Give a version with votes and steps. A provider sees who moves to and from it, of others only how many."""
        found: ProposalBody = TypeAdapter(ProposalBody).validate_json(
            self._transport.send(
                "GET", f"/v1/proposals/{proposal_id}", params={"version": version}, headers={"X-Purpose": x_purpose}
            )
        )
        return found

    def recompute(self, proposal_id: UUID, *, x_purpose: str | None = None) -> RecomputeBody:
        """Queue a comparison in which everybody stays who must, or whose swap was declined; then revise from it."""
        found: RecomputeBody = TypeAdapter(RecomputeBody).validate_json(
            self._transport.send("POST", f"/v1/proposals/{proposal_id}/comparisons", headers={"X-Purpose": x_purpose})
        )
        return found

    def write(
        self,
        proposal_id: UUID,
        heading: Literal["people", "continuity", "quality", "cost", "market", "workforce"],
        body: TextAsked,
        *,
        x_purpose: str | None = None,
    ) -> None:
        """Put another text beside the figures of a draft."""
        self._transport.send(
            "PUT",
            f"/v1/proposals/{proposal_id}/impact/{heading}",
            headers={"X-Purpose": x_purpose},
            content=TypeAdapter(TextAsked).dump_json(body, exclude_unset=True),
        )

    def step(self, proposal_id: UUID, body: StepAsked, *, x_purpose: str | None = None) -> ProposalSummary:
        """Share a draft, adopt what all endorse (not by whoever proposed it), begin or end the transition, or withdraw."""
        found: ProposalSummary = TypeAdapter(ProposalSummary).validate_json(
            self._transport.send(
                "POST",
                f"/v1/proposals/{proposal_id}/steps",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(StepAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def new_version(self, proposal_id: UUID, body: RevisionAsked, *, x_purpose: str | None = None) -> ProposalSummary:
        """Make a new version without some swaps, or from a new comparison. Everybody votes again."""
        found: ProposalSummary = TypeAdapter(ProposalSummary).validate_json(
            self._transport.send(
                "POST",
                f"/v1/proposals/{proposal_id}/versions",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(RevisionAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found

    def say(self, proposal_id: UUID, body: VoteAsked, *, x_purpose: str | None = None) -> None:
        """Record what the key's provider says of the current version, or of one of its swaps. The latest word counts."""
        self._transport.send(
            "POST",
            f"/v1/proposals/{proposal_id}/votes",
            headers={"X-Purpose": x_purpose},
            content=TypeAdapter(VoteAsked).dump_json(body, exclude_unset=True),
        )

    def judge(
        self, proposal_id: UUID, wave: int, body: JudgementAsked, *, x_purpose: str | None = None
    ) -> JudgementBody:
        """Say by the stop rule whether the next wave may begin, from what the rotas of a fortnight show."""
        found: JudgementBody = TypeAdapter(JudgementBody).validate_json(
            self._transport.send(
                "POST",
                f"/v1/proposals/{proposal_id}/waves/{wave}/judgement",
                headers={"X-Purpose": x_purpose},
                content=TypeAdapter(JudgementAsked).dump_json(body, exclude_unset=True),
            )
        )
        return found


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


class Service:
    """Operations on service."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def healthz(self) -> Any:
        """Answer when the database can be reached and has its tables. Needs no key."""
        found: Any = TypeAdapter(Any).validate_json(self._transport.send("GET", "/healthz"))
        return found


class Session:
    """Operations on session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def leave(self, *, x_purpose: str | None = None) -> None:
        """Sign out. The cookie is worthless at once, also where it was copied to."""
        self._transport.send("DELETE", "/v1/session", headers={"X-Purpose": x_purpose})

    def read(self, *, x_purpose: str | None = None) -> WhoBody:
        """Say as whom the caller acts and, to a person, in which other roles they could."""
        found: WhoBody = TypeAdapter(WhoBody).validate_json(
            self._transport.send("GET", "/v1/session", headers={"X-Purpose": x_purpose})
        )
        return found

    def change(self, body: SessionChanged, *, x_purpose: str | None = None) -> None:
        """Go on in another of one's roles, or say for what purpose. For people; a key says its purpose in a header."""
        self._transport.send(
            "PUT",
            "/v1/session",
            headers={"X-Purpose": x_purpose},
            content=TypeAdapter(SessionChanged).dump_json(body, exclude_unset=True),
        )


class Zones:
    """Operations on zones."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def ask(
        self, body: ZonesAsked, *, x_purpose: str | None = None, idempotency_key: str | None = None
    ) -> OptimisationSummary:
        """Queue a proposal of contiguous zones, each with a prime and a secondary provider."""
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


class RotaClient:
    """A client of one service with one key; `last` tells about the last answer. Use it as a context manager."""

    def __init__(self, address: str, key: str | None = None, **options: Any) -> None:
        self.last = Transport(address, key, **options)
        self.audit = Audit(self.last)
        self.consents = Consents(self.last)
        self.drafts = Drafts(self.last)
        self.imports = Imports(self.last)
        self.keys = Keys(self.last)
        self.localities = Localities(self.last)
        self.members = Members(self.last)
        self.optimisations = Optimisations(self.last)
        self.proposals = Proposals(self.last)
        self.rotas = Rotas(self.last)
        self.service = Service(self.last)
        self.session = Session(self.last)
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

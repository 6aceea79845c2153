# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on drafts. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.drafts import ChangedBody
from app.schemas.drafts import DraftAsked
from app.schemas.drafts import DraftBody
from app.schemas.drafts import DraftSummary
from app.schemas.drafts import LeaveOutAsked
from app.schemas.drafts import MoveAsked
from app.schemas.drafts import PublishAsked
from app.schemas.drafts import SwapAsked
from app.schemas.drafts import VisitAsked
from app.schemas.rotas import VersionBody


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
        body: MoveAsked | SwapAsked | LeaveOutAsked | VisitAsked,
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
                content=TypeAdapter(MoveAsked | SwapAsked | LeaveOutAsked | VisitAsked).dump_json(
                    body, exclude_unset=True
                ),
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

"""What people say about being asked to change provider: written down, and effective in every open proposal at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.db.clients import Allocation, Client
from app.db.consents import Answer, Ground, Said, add_consent, add_protection, lift_protections
from app.db.proposals import By
from app.errors import NotFound
from app.services.proposals import leave_everywhere

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from sqlalchemy.orm import Session


def own_client(session: Session, area: str, client: str, by: By, *, provider: str | None) -> Said:
    """Begin to write something down about a client, of one provider if that is given.

    Raises NotFound, alike for a client who does not exist and one of another provider.
    """
    held = session.get(Allocation, (area, client))
    if session.get(Client, (area, client)) is None or (provider and (held is None or held.provider_id != provider)):
        raise NotFound(f"there is no client {client}")
    return Said(area=area, client=client, actor=by.actor, at=by.at)


def take_answer(session: Session, said: Said, answer: Answer, *, note: str = "") -> list[UUID]:
    """Write an answer down; who says no leaves every open proposal. Returns the proposals that changed."""
    add_consent(session, said, answer, note=note)
    return _leave(session, said) if answer is Answer.NO else []


def protect(session: Session, said: Said, ground: Ground, *, until: date | None = None) -> list[UUID]:
    """Keep a client from being moved, at once. Returns the proposals that changed."""
    add_protection(session, said, ground, until=until)
    return _leave(session, said)


def unprotect(session: Session, said: Said) -> None:
    """Let a client be moved again. Raises NotFound where there was no protection."""
    if not lift_protections(session, said):
        raise NotFound(f"client {said.client} is not protected")


def _leave(session: Session, said: Said) -> list[UUID]:
    return leave_everywhere(session, said.area, said.client, By(actor=said.actor, at=said.at))

"""Organisations, and the people who act for them. Who may do what follows from the roles (`app.security`)."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the columns need it at run time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, UtcDateTime, word_of

PERSON_CHARS = 255
"""Length of the stable text by which an identity provider knows a person."""


class OrganisationKind(StrEnum):
    """What an organisation does."""

    PARTNERSHIP = "partnership"
    PROVIDER = "provider"


class Organisation(Base):
    """A partnership that commissions the care of an area, or a provider there.

    `provider_id` is the id that the provider has in the area's data set; it outlives a new import.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("(kind = 'provider') = (provider_id IS NOT NULL)", name="kind_provider"),
        Index(None, "area", "provider_id", unique=True),
    )

    organisation_id: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    name: Mapped[str]
    kind: Mapped[OrganisationKind] = mapped_column(word_of(OrganisationKind))
    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"))
    provider_id: Mapped[str | None] = mapped_column(String(ID_CHARS))


class Membership(Base):
    """A person has a role in an organisation, until `ended_at` if that is given."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "organisation_id"),)

    person: Mapped[str] = mapped_column(String(PERSON_CHARS), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(
        String(ID_CHARS), ForeignKey("organisation.organisation_id"), primary_key=True
    )
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

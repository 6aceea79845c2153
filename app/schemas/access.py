"""What is said over HTTP about who is signed in, people, keys and the audit."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - the models need them at run time
from typing import Annotated
from uuid import UUID  # noqa: TC003 - the same

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.fields import Id  # noqa: TC001 - the same
from app.security.purposes import PATTERN
from app.security.roles import Role  # noqa: TC001 - the same

Days = Annotated[int, Field(ge=1, le=3650, description="Days until it expires.")]


class PostBody(BaseModel):
    """A role that somebody holds."""

    model_config = ConfigDict(from_attributes=True)

    organisation: str = Field(validation_alias="organisation_id")
    area: str
    provider: str | None
    role: Role


class WhoBody(BaseModel):
    """As whom the caller acts, for what purpose, and in which roles a person could act instead."""

    model_config = ConfigDict(from_attributes=True)

    actor: str = Field(description="What the audit calls the caller.")
    area: str
    provider: str | None
    role: Role
    purpose: str | None
    posts: list[PostBody] = []


class SessionChanged(BaseModel):
    """In which role, and for what purpose, a person goes on."""

    model_config = ConfigDict(extra="forbid")

    organisation: Annotated[str, Field(max_length=64)]
    role: Role
    purpose: Annotated[str | None, Field(pattern=PATTERN)] = None


class MemberAsked(BaseModel):
    """Whom to give a role. Without an e-mail, somebody new, who signs in with the link that is answered."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    provider: Id | None = None
    email: Annotated[str | None, Field(max_length=255, pattern=r"^[^@\s]+@[^@\s]+$")] = None


class MemberBody(BaseModel):
    """Somebody's role. `sign_in_address` works once, for a day, and is not shown again."""

    person: UUID
    organisation: str
    role: Role
    email: str | None = None
    sign_in_address: str | None = None


class MembersBody(BaseModel):
    """Who holds which role in the area."""

    members: list[MemberBody]


class KeyAsked(BaseModel):
    """Which key to make."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    provider: Id | None = None
    days: Days = 365


class KeyRenewal(BaseModel):
    """How long the old key still works beside the new one."""

    model_config = ConfigDict(extra="forbid")

    grace_hours: Annotated[int, Field(ge=0, le=720)] = 24


class KeyBody(BaseModel):
    """A key, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    prefix: str
    role: Role
    provider: str | None = Field(validation_alias="provider_id")
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class KeysBody(BaseModel):
    """The keys of an area."""

    keys: list[KeyBody]


class NewKeyBody(BaseModel):
    """A key that was just made. It is not shown again."""

    key: str


class EntryBody(BaseModel):
    """An entry of the audit. `digest` seals everything else, with the digest of the entry before."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    actor: str
    role: str | None
    provider: str | None
    action: str
    subject: str
    purpose: str | None
    status: int | None
    correlation_id: str | None
    digest: str


class AuditBody(BaseModel):
    """A page of the audit of an area; `next` is what `after` is for the page that follows, None on the last."""

    entries: list[EntryBody]
    next: int | None

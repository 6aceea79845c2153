"""Keys of an area, for its administrators: made, renewed, revoked. A secret is shown once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, status

from app.api.dependencies import Admin, Reading, Writing  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.api_keys import list_keys
from app.errors import CrossSite, NotFound, NotPermitted, RoleMismatch, Unauthenticated
from app.schemas.access import KeyAsked, KeyBody, KeyRenewal, KeysBody, NewKeyBody
from app.security.api_keys import create_key, prefix_of, revoke, rotate_key

router = APIRouter(prefix="/v1/keys", tags=["keys"])
_REFUSED = (Unauthenticated, NotPermitted, CrossSite)
_ASKED = {"role": "carer-feed", "provider": "P01", "days": 90}
Prefix = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$", description="The part of the key between its underscores.")]


@router.get("", summary="List the keys", responses=refusals(Unauthenticated, NotPermitted))
def list_all(caller: Admin, session: Reading) -> KeysBody:
    """List the keys of the area, the latest first, also those that are revoked or have expired."""
    del caller
    return KeysBody(keys=[KeyBody.model_validate(row) for row in list_keys(session)])


@router.post(
    "", summary="Make a key", status_code=status.HTTP_201_CREATED, responses=refusals(*_REFUSED, NotFound, RoleMismatch)
)
def make(
    asked: Annotated[KeyAsked, Body(examples=[_ASKED])], caller: Admin, session: Writing, request: Request
) -> NewKeyBody:
    """Make a key for a system. It is not shown again."""
    key = create_key(session, caller.area, provider=asked.provider, days=asked.days, role=asked.role)
    request.state.subject = f"key/{prefix_of(key)}"
    return NewKeyBody(key=key)


@router.post(
    "/{prefix}/renewal",
    summary="Renew a key",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(*_REFUSED, NotFound),
)
def renew(
    prefix: Prefix,
    asked: Annotated[KeyRenewal, Body(examples=[{"grace_hours": 24}])],
    caller: Admin,
    session: Writing,
) -> NewKeyBody:
    """Make a key for the same holder and for as long; the old one works for some hours more."""
    del caller
    return NewKeyBody(key=rotate_key(session, prefix, grace_hours=asked.grace_hours))


@router.delete(
    "/{prefix}",
    summary="Revoke a key",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(*_REFUSED, NotFound),
)
def drop(prefix: Prefix, caller: Admin, session: Writing) -> None:
    """Make a key worthless at once."""
    del caller
    revoke(session, prefix)

"""The audit of an area, for its auditors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.dependencies import Auditor, Reading  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.db.audit import list_entries
from app.errors import NotPermitted, Unauthenticated
from app.schemas.access import AuditBody, EntryBody

router = APIRouter(prefix="/v1/audit", tags=["audit"])


@router.get("", summary="Read the audit", responses=refusals(Unauthenticated, NotPermitted))
def read(
    caller: Auditor,
    session: Reading,
    after: Annotated[int, Query(ge=0, le=2**62, description="The number of the last entry that is known.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AuditBody:
    """List who read or changed what, when and why, the oldest first."""
    rows = list_entries(session, caller.area, after=after, limit=limit + 1)
    entries = [EntryBody.model_validate(row) for row in rows[:limit]]
    return AuditBody(entries=entries, next=entries[-1].seq if len(rows) > limit else None)

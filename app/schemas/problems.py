"""The body of every answer that is an error."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field


class FaultBody(BaseModel):
    """One thing that is wrong, where, and what to do about it."""

    where: str
    message: str
    action: str


class ProblemBody(BaseModel):
    """An error (RFC 9457). Programs read `code`; people read `title`, `detail` and `action`."""

    type: Annotated[str, Field(description="`/problems/<code>`; see docs/reference/errors.md.")]
    title: str
    status: int
    code: str
    action: Annotated[str, Field(description="What to do next.")]
    detail: str | None = None
    instance: Annotated[str | None, Field(description="The address that was asked for.")] = None
    faults: list[FaultBody] | None = None
    correlation_id: Annotated[str | None, Field(description="Names this request in the service's log.")] = None

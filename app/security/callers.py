"""Who is calling: the one record that endpoints, walls and the audit go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.security.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with one role in one area, for one provider or, if that is None, for the partnership.

    `prefix` names the key or the session that was shown. `actor` is what the audit calls the caller: `key/PREFIX` or
    `person/ID`, the same for ever. `purpose` says why rows about people are read, where that must be said.
    """

    area: str
    provider: str | None
    prefix: str
    role: Role
    actor: str
    purpose: str | None = None

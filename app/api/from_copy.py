"""Rotas while the database is away: the ones published last, from the copy on this machine, with their age.

Only keys are recognised then, and only reading works; everything else is refused until the database is back. The copy
says what was true when the database was last reached: the header `Age` has the seconds since.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from app.api.shown import CarerLook, DayLook, DaysLook, show_days, show_stored
from app.db.rota_versions import Kind
from app.errors import NotFound, NotPermitted
from app.security.callers import Caller
from app.security.permissions import WITH_PURPOSE, May, require, require_provider
from app.security.purposes import PATTERN
from app.security.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request, Response

    from app.services.local_copy import Copied, LocalCopy

SOURCE = "X-Rota-Source"
"""Says `local-copy` on an answer that was not read from the database."""

_KINDS = {"provider_id": Kind.PROVIDER, "carer_id": Kind.CARER}
_ROUTES: Mapping[str, type[DayLook | DaysLook]] = {
    "/v1/providers/{provider_id}/rotas/{day}": DayLook,
    "/v1/providers/{provider_id}/rotas": DaysLook,
    "/v1/carers/{carer_id}/rota": CarerLook,
    "/v1/carers/{carer_id}/rotas": DaysLook,
}

log = structlog.get_logger("app.api")


def answer_from_copy(request: Request) -> Response | None:
    """Answer a request from the copy; None when it is not for the copy, or the copy is too old.

    Raises NotPermitted and NotFound as the database would have it.
    """
    look = _look(request)
    copy: LocalCopy = request.app.state.copy
    known = copy.known() if look is not None else None
    if look is None or known is None:
        return None
    age = datetime.now(UTC) - known.confirmed_at
    caller = _caller(request, known)
    if caller is None or age > timedelta(hours=request.app.state.settings.copy_hours):
        return None
    request.state.caller = caller
    kind, subject = _whose(request, caller, known)
    answer = _shown(request, copy, caller.area, (kind, subject), look)
    if answer is not None:
        answer.headers["Age"] = str(max(0, round(age.total_seconds())))
        answer.headers[SOURCE] = "local-copy"
        log.warning("rota.from-copy", age_s=round(age.total_seconds()))
    return answer


def _look(request: Request) -> DayLook | DaysLook | None:
    """Read how the rota is asked for; None for what the copy does not have."""
    model = _ROUTES.get(getattr(request.scope.get("route"), "path", ""))
    if request.method != "GET" or model is None:
        return None
    try:
        look = model.model_validate(dict(request.query_params))
    except ValidationError:
        return None
    plain = isinstance(look, DaysLook) or (look.plan is None and look.version is None)
    return look if plain else None


def _caller(request: Request, known: Copied) -> Caller | None:
    """Recognise a key by the copy; None for one that it does not have, or that has expired since."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    row = known.keys.get(sha256(key.encode()).hexdigest())
    if scheme.lower() != "bearer" or row is None or row.expires_at <= datetime.now(UTC):
        return None
    purpose = request.headers.get("x-purpose")
    good = purpose is not None and re.fullmatch(PATTERN, purpose) is not None
    role = Role(row.role)
    if role in WITH_PURPOSE and not good:
        return None
    return Caller(
        area=row.area,
        provider=row.provider,
        prefix=row.prefix,
        role=role,
        actor=f"key/{row.prefix}",
        purpose=purpose if good else None,
    )


def _whose(request: Request, caller: Caller, known: Copied) -> tuple[Kind, str]:
    """Say whose rota is asked for. Raises NotPermitted, and NotFound for another provider's carer."""
    require(caller, May.READ_ROTAS)
    ((name, subject),) = [(name, value) for name, value in request.path_params.items() if name in _KINDS]
    if _KINDS[name] is Kind.PROVIDER:
        require_provider(caller, subject)
    elif caller.provider not in {None, known.employers.get(caller.area, {}).get(subject)}:
        raise NotFound(f"there is no carer {subject}")
    return _KINDS[name], subject


def _shown(
    request: Request, copy: LocalCopy, area: str, whose: tuple[Kind, str], look: DayLook | DaysLook
) -> Response | None:
    if isinstance(look, DaysLook):
        days = [look.first + timedelta(days=number) for number in range(look.days)]
        found = [shown for day in days if (shown := copy.shown(area, day, *whose))]
        return show_days(request, found, look, whose[1])
    day = look.day if isinstance(look, CarerLook) else _day(request)
    shown = None if day is None else copy.shown(area, day, *whose)
    return None if shown is None else show_stored(request, shown, look, whose[1])


def _day(request: Request) -> date | None:
    try:
        return date.fromisoformat(request.path_params["day"])
    except ValueError:
        return None


REFUSALS = (NotFound, NotPermitted)
"""What the copy may refuse with, in the words of the database."""

"""People first: who may be moved in a proposal, and for everybody else the reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.db.consents import Answer
from app.services.choice_lock import is_choice_locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.dataset import ClientRow
    from app.db.consents import Ground

LOCKED = "choice locked"
UNKNOWN_CLIENT = "not in the data set any more"
NO_RECORD = "no record of consent"
SAID_NO = "said no"
NOT_YET_ASKED = "happy to be asked, but not asked yet"


def reasons_to_stay(
    clients: Iterable[ClientRow], answers: Mapping[str, Answer], protections: Mapping[str, Ground]
) -> dict[str, str]:
    """Give for each client who must not be moved the reason; the law comes first, then protections, then answers.

    Without a record nobody is moved: not to have been asked is no consent.
    """
    found = {}
    for client in clients:
        name = client.client_id
        if is_choice_locked(client):
            found[name] = LOCKED
        elif name in protections:
            found[name] = str(protections[name])
        elif name not in answers:
            found[name] = NO_RECORD
        elif answers[name] is Answer.NO:
            found[name] = SAID_NO
    return found


def not_yet_asked(moving: Iterable[str], answers: Mapping[str, Answer]) -> list[str]:
    """List who would move without having been asked and agreed: nobody may when a proposal is adopted."""
    return sorted(client for client in moving if answers.get(client) is not Answer.ASKED)

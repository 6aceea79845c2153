"""People first: who may be served by another provider, and for everybody else the reason why not.

One rule for every plan and every proposal: comparisons, curves, shared days and proposals all ask here, and hand what
they are told to `services.translate.legal_providers`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from app.db.consents import Answer, latest_answers, protected
from app.services.choice_lock import is_choice_locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from app.dataset import ClientRow, Dataset
    from app.db.consents import Ground

LOCKED = "choice locked"
UNKNOWN_CLIENT = "not in the data set any more"
NO_RECORD = "no record of consent"
SAID_NO = "said no"
DECLINED = "in a swap that was declined"
NOT_YET_ASKED = "happy to be asked, but not asked yet"


def must_stay(
    session: Session, area: str, day: date, clients: Iterable[ClientRow], *, if_willing: bool = False
) -> dict[str, str]:
    """Give who must not be moved on a day, and why. With `if_willing` people without a record count as willing."""
    stay = reasons_to_stay(clients, latest_answers(session, area), protected(session, area, day))
    return {client: why for client, why in stay.items() if not (if_willing and why == NO_RECORD)}


def reasons_to_stay(
    clients: Iterable[ClientRow], answers: Mapping[str, Answer], protections: Mapping[str, Ground]
) -> dict[str, str]:
    """Give for each client who must not be moved the reason; the law comes first, then protections, then answers.

    Without a record nobody is moved: not to have been asked is no consent.
    """
    found = by_law(clients := tuple(clients))
    for client in clients:
        name = client.client_id
        if name in found:
            continue
        if name in protections:
            found[name] = str(protections[name])
        elif name not in answers:
            found[name] = NO_RECORD
        elif answers[name] is Answer.NO:
            found[name] = SAID_NO
    return found


def by_law(clients: Iterable[ClientRow]) -> dict[str, str]:
    """Give who must not be moved whatever anybody says."""
    return {client.client_id: LOCKED for client in clients if is_choice_locked(client)}


def count_staying(dataset: Dataset, stay: Mapping[str, str]) -> dict[str, int]:
    """Count the people with a visit who stay, by reason, the most first."""
    visited = {visit.client_id for visit in dataset.visits}
    return dict(Counter(why for client, why in sorted(stay.items()) if client in visited).most_common())


def not_yet_asked(moving: Iterable[str], answers: Mapping[str, Answer]) -> list[str]:
    """List who would move without having been asked and agreed: nobody may when a proposal is adopted."""
    return sorted(client for client in moving if answers.get(client) is not Answer.ASKED)

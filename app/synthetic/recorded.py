"""The rota as people make it by hand, provider by provider. Labelled synthetic; legal, but without looking ahead.

The rules, in the order in which a coordinator follows them:

1. Each provider plans alone, with its own carers only.
2. Calls are taken in the order of the clock: by the start that the client wishes, double-handed calls first.
3. A call goes to the end of the round of the carer for whom it is the least trouble. Trouble is the way there, some of
   the waiting at the door and of the distance from the carer's home, less a bonus for a carer whom the client knows,
   more for one who has no call yet. Nothing later is thought of.
4. What is left is squeezed in at the end, the most urgent first: between two calls of any round, where the others may
   move within their windows (agreed double-handed calls may not).
5. Carers go where roads lead: nobody is sent over by boat.
6. Starts are written in steps of five minutes. A double-handed call begins when both carers are there.
7. Skills, bars, start windows, working time, breaks and the end of the shift are kept. A call that nobody can make
   so stays unallocated.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from app.dataset import MatchKind, RecordedRow
from app.synthetic.parameters import RotaHabits
from app.synthetic.rounds import Call, Offer, Round

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.dataset import Dataset, VisitRow
    from app.services.travel import AreaTravel

URGENCY = {"red": 0, "amber": 1, "green": 2}


def record_rota(dataset: Dataset, travel: AreaTravel, habits: RotaHabits | None = None) -> tuple[RecordedRow, ...]:
    """Make the day's rota by hand for every provider, over the travel of the area; see the rules above."""
    matches = {(match.client_id, match.carer_id): match.kind for match in dataset.matches}
    serves = {row.client_id: row.provider_id for row in dataset.allocation}
    visits: dict[str, list[VisitRow]] = defaultdict(list)
    for visit in dataset.visits:
        visits[serves[visit.client_id]].append(visit)
    rounds = _rounds(dataset, travel, habits or RotaHabits())
    for provider, calls in visits.items():
        desk = Desk(rounds[provider], matches, travel.places.row_of_client)
        desk.plan(calls)
    return tuple(
        RecordedRow(shift_id=one.shift.shift_id, visit_id=call.visit.visit_id, start=start_s)
        for provider in sorted(rounds)
        for one in rounds[provider]
        for call, start_s in zip(one.calls, one.starts, strict=True)
    )


class Desk:
    """A coordinator's desk: the rounds of one provider, who may meet whom, and where the clients live."""

    def __init__(
        self, rounds: list[Round], matches: Mapping[tuple[str, str], MatchKind], place_of: Mapping[str, int]
    ) -> None:
        self.rounds = rounds
        self.matches = matches
        self.place_of = place_of

    def plan(self, visits: Iterable[VisitRow]) -> None:
        """Take the calls by the clock, then squeeze in what is left."""
        by_the_clock = sorted(visits, key=lambda visit: (visit.preferred, -visit.carers_needed, visit.visit_id))
        left = [visit for visit in by_the_clock if not self._give(visit, squeeze=False)]
        for visit in sorted(left, key=lambda visit: URGENCY[visit.priority]):
            self._give(visit, squeeze=True)

    def _give(self, visit: VisitRow, *, squeeze: bool) -> bool:
        """Give a call to the carers with the least trouble; tell whether enough can come."""
        call = Call(visit=visit, place=self.place_of[visit.client_id], earliest_s=visit.earliest, latest_s=visit.latest)
        offers = sorted(
            (offer for one in self.rounds if (offer := self._offer(one, call, squeeze=squeeze))),
            key=lambda offer: (offer.trouble_s, offer.round.shift.shift_id),
        )
        chosen = offers[:1] if visit.carers_needed == 1 else _pair(call, offers)
        for offer in chosen:
            offer.round.accept(offer)
        return bool(chosen)

    def _offer(self, one: Round, call: Call, *, squeeze: bool) -> Offer | None:
        """Ask a round how it would take a call, if the carer has the skills and is welcome."""
        agreed = self.matches.get((call.visit.client_id, one.carer.carer_id))
        if agreed is MatchKind.BARRED or not set(call.visit.skills) <= set(one.carer.skills):
            return None
        return one.offer(call, known=agreed is MatchKind.PREFERRED, squeeze=squeeze)


def _pair(call: Call, offers: list[Offer]) -> list[Offer]:
    """Find the two carers with the least trouble who can begin together."""
    for row, second in enumerate(offers):
        for first in offers[:row]:
            if first.round.carer.carer_id == second.round.carer.carer_id:
                continue
            together = call.at(max(first.start_s, second.start_s))
            both = [one.round.retimed(one, together) for one in (first, second)]
            if all(both):
                return [one for one in both if one]
    return []


def _rounds(dataset: Dataset, travel: AreaTravel, habits: RotaHabits) -> Mapping[str, list[Round]]:
    """Put every shift on the desk of its provider, the carer at home; both parts of a split day share the hours."""
    carers = {carer.carer_id: carer for carer in dataset.carers}
    worked: dict[str, dict[str, int]] = defaultdict(dict)
    rounds: dict[str, list[Round]] = defaultdict(list)
    for shift in dataset.shifts:
        carer = carers[shift.carer_id]
        home = travel.places.row_of_carer[carer.carer_id]
        rounds[carer.provider_id].append(
            Round(
                shift=shift,
                carer=carer,
                road=travel.roads[carer.mode],
                home=home,
                habits=habits,
                worked_s=worked[carer.carer_id],
            )
        )
    return rounds

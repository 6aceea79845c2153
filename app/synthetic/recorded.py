"""The rota as people make it by hand, provider by provider. Labelled synthetic; legal, but without looking ahead.

The rules, in the order in which a coordinator follows them:

1. Each provider plans alone, with its own carers only.
2. Calls are taken in the order of the clock: by the start that the client wishes, double-handed calls first.
3. A call goes to the carer who can be there in time at the least trouble. Trouble is the way there, half of the
   waiting at the door, less a bonus for a carer whom the client knows, more for one who has no call yet.
4. A carer is only ever sent on from the last call: nothing planned before is moved, nothing later is thought of.
5. Carers go where roads lead: nobody is sent over by boat.
6. Starts are written in steps of five minutes. A double-handed call begins when both carers are there.
7. Skills, bars, start windows, working time, breaks and the end of the shift are kept. A call that nobody can make
   so stays unallocated.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.dataset import MatchKind, RecordedRow
from app.synthetic.parameters import MINUTE, RotaHabits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.dataset import CarerRow, Dataset, ShiftRow, VisitRow
    from app.services.travel import AreaTravel
    from geo.types import TravelMatrix


@dataclass(slots=True, kw_only=True)
class Round:
    """One carer's shift while the rota is made: where the carer is, from when, and whether the break is still due."""

    shift: ShiftRow
    carer: CarerRow
    road: TravelMatrix
    home: int
    place: int
    free_s: int
    break_due: bool
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How one round could take one call: when the carer is there, with the break taken before it or not."""

    round: Round
    arrive_s: int
    travel_s: int
    break_before: bool
    trouble_s: float


@dataclass(slots=True)
class Desk:
    """A coordinator's desk: the rounds of one provider, the minutes that carers have worked, and who may meet whom."""

    rounds: list[Round]
    habits: RotaHabits
    matches: Mapping[tuple[str, str], MatchKind]
    worked_s: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, visit: VisitRow, place: int) -> Iterator[RecordedRow]:
        """Give a call to the carers with the least trouble, if enough can come; write down what was agreed."""
        chosen = self._chosen(visit, place)
        if len(chosen) < visit.carers_needed:
            return
        start_s = self._start(visit, chosen)
        for offer in chosen:
            current = offer.round
            current.break_due = current.break_due and not offer.break_before
            self.worked_s[current.carer.carer_id] += (offer.travel_s if current.calls else 0) + _length(visit)
            current.place, current.free_s = place, start_s + _length(visit)
            current.calls += 1
            yield RecordedRow(shift_id=current.shift.shift_id, visit_id=visit.visit_id, start=start_s)

    def _chosen(self, visit: VisitRow, place: int) -> list[Offer]:
        """Pick the offers with the least trouble, each from another carer, that agree on a start."""
        offers = sorted(
            (offer for current in self.rounds if (offer := self._offer(current, visit, place))),
            key=lambda offer: (offer.trouble_s, offer.round.shift.shift_id),
        )
        chosen: list[Offer] = []
        for offer in offers:
            together = [*chosen, offer]
            start_s = self._start(visit, together)
            apart = len({each.round.carer.carer_id for each in together}) == len(together)
            if apart and all(self._fits(each, visit, place, start_s) for each in together):
                chosen = together
            if len(chosen) == visit.carers_needed:
                break
        return chosen

    def _start(self, visit: VisitRow, offers: Sequence[Offer]) -> int:
        """Write down the start: when all are there and the client wants it, on the grid."""
        ready_s = max(visit.earliest, *(offer.arrive_s for offer in offers)) if offers else visit.earliest
        return -(-ready_s // self.habits.grid_s) * self.habits.grid_s

    def _offer(self, current: Round, visit: VisitRow, place: int) -> Offer | None:
        """Work out how a round could take a call, or None when it may not or cannot."""
        agreed = self.matches.get((visit.client_id, current.carer.carer_id))
        if agreed is MatchKind.BARRED or not set(visit.skills) <= set(current.carer.skills):
            return None
        if not current.road.reachable[current.place, place]:
            return None
        travel_s = int(current.road.travel_s[current.place, place])
        for break_before in (False, True) if current.break_due else (False,):
            arrive_s = self._leave(current, break_before=break_before) + travel_s
            waiting_s = max(0, visit.earliest - arrive_s) if current.calls else 0
            trouble_s = travel_s + self.habits.waiting_weight * waiting_s
            trouble_s -= self.habits.known_bonus_s if agreed is MatchKind.PREFERRED else 0
            trouble_s += 0 if current.calls else self.habits.first_call_s
            offer = Offer(
                round=current,
                arrive_s=arrive_s,
                travel_s=travel_s,
                break_before=break_before,
                trouble_s=trouble_s,
            )
            if self._fits(offer, visit, place, self._start(visit, [offer])):
                return offer
        return None

    def _leave(self, current: Round, *, break_before: bool) -> int:
        """Say when the carer can set out, after a break if it is taken first."""
        if not break_before:
            return current.free_s
        return max(current.free_s, current.shift.break_earliest) + current.shift.break_minutes * MINUTE

    def _fits(self, offer: Offer, visit: VisitRow, place: int, start_s: int) -> bool:
        """Tell whether a call at `start_s` keeps the window, the working time, the break and the way home."""
        current = offer.round
        if start_s > visit.latest or not current.road.reachable[place, current.home]:
            return False
        if offer.break_before and current.free_s > current.shift.break_latest:
            return False
        free_s = start_s + _length(visit)
        home_s = int(current.road.travel_s[place, current.home])
        if current.break_due and not offer.break_before:
            if free_s > current.shift.break_latest:
                return False
            free_s = max(free_s, current.shift.break_earliest) + current.shift.break_minutes * MINUTE
        work_s = (offer.travel_s if current.calls else 0) + _length(visit)
        work_left_s = current.carer.max_work_minutes * MINUTE - self.worked_s[current.carer.carer_id]
        return free_s + home_s <= current.shift.end and work_s <= work_left_s


def record_rota(dataset: Dataset, travel: AreaTravel, habits: RotaHabits | None = None) -> tuple[RecordedRow, ...]:
    """Make the day's rota by hand for every provider, over the travel of the area; see the rules above."""
    matches = {(match.client_id, match.carer_id): match.kind for match in dataset.matches}
    serves = {row.client_id: row.provider_id for row in dataset.allocation}
    rounds = _rounds(dataset, travel)
    desks = {
        provider.provider_id: Desk(rounds[provider.provider_id], habits or RotaHabits(), matches)
        for provider in dataset.providers
    }
    by_the_clock = sorted(dataset.visits, key=lambda visit: (visit.preferred, -visit.carers_needed, visit.visit_id))
    return tuple(
        row
        for visit in by_the_clock
        for row in desks[serves[visit.client_id]].take(visit, travel.places.row_of_client[visit.client_id])
    )


def _rounds(dataset: Dataset, travel: AreaTravel) -> Mapping[str, list[Round]]:
    """Put every shift on the desk of its provider, the carer at home."""
    carers = {carer.carer_id: carer for carer in dataset.carers}
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
                place=home,
                free_s=shift.start,
                break_due=shift.break_minutes > 0,
            )
        )
    return rounds


def _length(visit: VisitRow) -> int:
    """Give the length of a visit in seconds."""
    return visit.duration_minutes * MINUTE

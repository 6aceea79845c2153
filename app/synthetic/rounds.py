"""One carer's round while a rota is made by hand: what it would take to add a call, with all times kept legal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from app.synthetic.parameters import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.dataset import CarerRow, ShiftRow, VisitRow
    from app.synthetic.parameters import RotaHabits
    from geo.types import TravelMatrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A visit at a place (row of the matrices), which may begin between two instants, both included."""

    visit: VisitRow
    place: int
    earliest_s: int
    latest_s: int

    @property
    def length_s(self) -> int:
        """Give the length of the visit in seconds."""
        return self.visit.duration_minutes * MINUTE

    def at(self, start_s: int) -> Call:
        """Fix the start, as two carers agree on it."""
        return replace(self, earliest_s=max(self.earliest_s, start_s), latest_s=min(self.latest_s, start_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How a round would take a call: all its calls then, their starts, the place of the new one, and the trouble."""

    round: Round
    calls: tuple[Call, ...]
    starts: tuple[int, ...]
    position: int
    trouble_s: float

    @property
    def start_s(self) -> int:
        """Say when the new call would begin."""
        return self.starts[self.position]


@dataclass(slots=True, kw_only=True, eq=False)
class Round:
    """A shift with the calls given to it so far. `worked_s`, by shift, is shared by all shifts of the carer."""

    shift: ShiftRow
    carer: CarerRow
    road: TravelMatrix
    home: int
    habits: RotaHabits
    worked_s: dict[str, int]
    calls: tuple[Call, ...] = ()
    starts: tuple[int, ...] = field(default=())

    def offer(self, call: Call, *, known: bool, squeeze: bool) -> Offer | None:
        """Say how the call fits best: at the end of the round, or anywhere in it."""
        n = len(self.calls)
        offers = []
        for position in range(n + 1) if squeeze else (n,):
            calls = (*self.calls[:position], call, *self.calls[position:])
            starts = self._starts(calls)
            if starts:
                trouble_s = self._trouble(position, call, starts[position]) - known * self.habits.known_bonus_s
                offers.append(
                    Offer(round=self, calls=calls, starts=starts, position=position, trouble_s=trouble_s),
                )
        return min(offers, key=lambda offer: offer.trouble_s, default=None)

    def retimed(self, offer: Offer, call: Call) -> Offer | None:
        """Put another version of the offered call in its place, if the round still holds."""
        calls = (*offer.calls[: offer.position], call, *offer.calls[offer.position + 1 :])
        starts = self._starts(calls)
        return replace(offer, calls=calls, starts=starts) if starts else None

    def accept(self, offer: Offer) -> None:
        """Write the offered call down."""
        self.calls, self.starts = offer.calls, offer.starts
        self.worked_s[self.shift.shift_id] = self._work_s(offer.calls)

    def _trouble(self, position: int, call: Call, start_s: int) -> float:
        """Weigh a call: the detour, the wait, the distance from home, and whether the carer had the day off so far."""
        before = self.calls[position - 1].place if position else self.home
        detour_s = int(self.road.travel_s[before, call.place])
        if position < len(self.calls):
            after = self.calls[position].place
            detour_s += int(self.road.travel_s[call.place, after] - self.road.travel_s[before, after])
        wait_s = 0
        if position:
            free_s = self.starts[position - 1] + self.calls[position - 1].length_s
            wait_s = max(0, start_s - free_s - int(self.road.travel_s[before, call.place]))
        return (
            detour_s
            + self.habits.waiting_weight * wait_s
            + self.habits.home_weight * float(self.road.travel_s[call.place, self.home])
            + (0 if self.calls else self.habits.first_call_s)
        )

    def _work_s(self, calls: Sequence[Call]) -> int:
        """Sum contact and travel between calls."""
        places = [call.place for call in calls]
        between = pairwise(places)
        return sum(call.length_s for call in calls) + sum(int(self.road.travel_s[pair]) for pair in between)

    def _starts(self, calls: Sequence[Call]) -> tuple[int, ...]:
        """Begin every call as early as can be, resting when it costs nothing or must be; empty if a rule breaks."""
        shift, free_s, place = self.shift, self.shift.start, self.home
        rest_s, rest_due = shift.break_minutes * MINUTE, shift.break_minutes > 0
        starts: list[int] = []
        for call in calls:
            if not self.road.reachable[place, call.place]:
                return ()
            way_s = int(self.road.travel_s[place, call.place])
            start_s = self._on_grid(max(call.earliest_s, free_s + way_s))
            if rest_due and free_s <= shift.break_latest:
                rested_s = self._on_grid(max(call.earliest_s, max(free_s, shift.break_earliest) + rest_s + way_s))
                if rested_s == start_s or start_s + call.length_s > shift.break_latest:
                    start_s, rest_due = rested_s, False
            if start_s > call.latest_s:
                return ()
            starts.append(start_s)
            free_s, place = start_s + call.length_s, call.place
        return tuple(starts) if self._gets_home(calls, free_s, place, rest_due=rest_due) else ()

    def _gets_home(self, calls: Sequence[Call], free_s: int, place: int, *, rest_due: bool) -> bool:
        """Tell whether the carer is home by the end of the shift, rested, and has not worked too long."""
        shift = self.shift
        if rest_due:
            if free_s > shift.break_latest:
                return False
            free_s = max(free_s, shift.break_earliest) + shift.break_minutes * MINUTE
        elsewhere_s = sum(worked for name, worked in self.worked_s.items() if name != shift.shift_id)
        return (
            bool(self.road.reachable[place, self.home])
            and free_s + int(self.road.travel_s[place, self.home]) <= shift.end
            and elsewhere_s + self._work_s(calls) <= self.carer.max_work_minutes * MINUTE
        )

    def _on_grid(self, instant_s: int) -> int:
        """Round up to the steps in which starts are written."""
        return -(-instant_s // self.habits.grid_s) * self.habits.grid_s

"""Name the hard rules of a plan, each with the sentence that the documents print. How they are checked: `check`."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.types import Breach

if TYPE_CHECKING:
    from collections.abc import Mapping


class Rule(StrEnum):
    """A hard rule; the value is the stable name that stands in `Breach.rule`."""

    DAY = "day"
    KNOWN_VISIT = "known-visit"
    KNOWN_SHIFT = "known-shift"
    ONE_RUN_PER_SHIFT = "one-run-per-shift"
    NO_EMPTY_RUN = "no-empty-run"
    EVERY_VISIT_ONCE = "every-visit-once"
    CARERS_NEEDED = "carers-needed"
    DIFFERENT_CARERS = "different-carers"
    SAME_START = "same-start"
    START_WINDOW = "start-window"
    FULL_DURATION = "full-duration"
    START_AFTER_ARRIVAL = "start-after-arrival"
    LEG_ADDS_UP = "leg-adds-up"
    ROAD_EXISTS = "road-exists"
    CAR_AT_HAND = "car-at-hand"
    TRAVEL_TIME = "travel-time"
    TRAVEL_METRES = "travel-metres"
    KNOWN_BOAT = "known-boat"
    BOAT_CARRIES_MODE = "boat-carries-mode"
    BOAT_CAUGHT = "boat-caught"
    ASHORE_IN_TIME = "ashore-in-time"
    SHIFT_WINDOW = "shift-window"
    MAX_WORK = "max-work"
    EVERY_BREAK = "every-break"
    BREAK_LENGTH = "break-length"
    BREAK_WINDOW = "break-window"
    BREAK_APART = "break-apart"
    PROVIDER = "provider"
    SKILLS = "skills"
    BARRED = "barred"
    LOCKED = "locked"
    CARER_IN_ONE_PLACE = "carer-in-one-place"
    SKILL_EXPIRED = "skill-expired"
    ANY_SKILL = "any-skill"
    UNWANTED_SKILL = "unwanted-skill"
    GENDER = "gender"
    LANGUAGE = "language"
    MODE = "mode"
    EQUIPMENT = "equipment"
    BARRED_BY_CARER = "barred-by-carer"
    TOLERANCE = "tolerance"
    LOCKED_START = "locked-start"
    MAX_DRIVE = "max-drive"
    MAX_SPAN = "max-span"
    DAILY_REST = "daily-rest"
    CAPACITY = "capacity"
    SEQUENCE = "sequence"
    SEQUENCE_CARER = "sequence-carer"
    MIN_GAP = "min-gap"
    ONE_PROVIDER = "one-provider"
    LOCKED_RUN = "locked-run"


RULES: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.DAY: "The plan is for the day of the problem.",
        Rule.KNOWN_VISIT: "Every visit that the plan names is in the problem.",
        Rule.KNOWN_SHIFT: "Every shift that the plan names is in the problem.",
        Rule.ONE_RUN_PER_SHIFT: "A shift has at most one run.",
        Rule.NO_EMPTY_RUN: "A run has at least one visit.",
        Rule.EVERY_VISIT_ONCE: "Every visit is either in runs or listed once as unallocated, never both or neither.",
        Rule.CARERS_NEEDED: "A visit in runs has exactly as many carers as it needs.",
        Rule.DIFFERENT_CARERS: "The carers of a double-handed visit are two different people.",
        Rule.SAME_START: "The carers of a double-handed visit start together.",
        Rule.START_WINDOW: "A visit starts inside its window, both ends included; time-critical ones alike.",
        Rule.FULL_DURATION: "A carer stays at least as long as the visit lasts.",
        Rule.START_AFTER_ARRIVAL: "A visit starts after the carer has arrived.",
        Rule.LEG_ADDS_UP: "From setting out to arriving is exactly travel plus waiting for a boat; roads have no wait.",
        Rule.ROAD_EXISTS: "Every road piece of a leg can be travelled by the carer's mode.",
        Rule.CAR_AT_HAND: "A car left at a pier is driven again from there only, and is brought home.",
        Rule.TRAVEL_TIME: "A road leg takes the road's seconds; a leg with boats at least its roads and crossings.",
        Rule.TRAVEL_METRES: "A leg counts the metres of its road pieces.",
        Rule.KNOWN_BOAT: "Every boat that a leg names sails on the day.",
        Rule.BOAT_CARRIES_MODE: "A boat carries the carer's mode.",
        Rule.BOAT_CAUGHT: "The carer reaches the pier by the last check-in.",
        Rule.ASHORE_IN_TIME: "After the last boat the road leaves time to arrive when the plan says.",
        Rule.SHIFT_WINDOW: "The carer leaves home and is back inside the shift.",
        Rule.MAX_WORK: "Contact plus travel between visits stays within the shift's limit; waiting is not counted.",
        Rule.EVERY_BREAK: "A run takes every break of its shift once, at a stop of the run or at home.",
        Rule.BREAK_LENGTH: "A break has its full length.",
        Rule.BREAK_WINDOW: "A break begins inside its window.",
        Rule.BREAK_APART: "A break overlaps no visit and no other break.",
        Rule.PROVIDER: "The carer's provider may serve the visit.",
        Rule.SKILLS: "The carer holds every skill that the visit needs.",
        Rule.BARRED: "A barred carer is not sent.",
        Rule.LOCKED: "A locked visit is made by a shift that it is locked to.",
        Rule.CARER_IN_ONE_PLACE: "A carer's runs do not overlap in time.",
        Rule.SKILL_EXPIRED: "The skills that a visit needs have not run out by the day.",
        Rule.ANY_SKILL: "Where some of several skills will do, the carer holds at least one.",
        Rule.UNWANTED_SKILL: "The carer holds none of the skills that rule a carer out.",
        Rule.GENDER: "The carer is of a gender that the client asks for.",
        Rule.LANGUAGE: "The carer speaks a language that the client asks for.",
        Rule.MODE: "The carer comes by a mode that the visit needs, such as a car for a car seat.",
        Rule.EQUIPMENT: "The carer brings all the equipment that the visit needs.",
        Rule.BARRED_BY_CARER: "A carer is not sent to a client whom they must not be sent to.",
        Rule.TOLERANCE: "A time-critical visit starts within its tolerance of the agreed time.",
        Rule.LOCKED_START: "A visit that is locked to a time starts then.",
        Rule.MAX_DRIVE: "Travel by road, also from and to home, stays within the shift's limit.",
        Rule.MAX_SPAN: "From leaving home to being back no more time passes than the shift allows.",
        Rule.DAILY_REST: "Between two days' work lies the daily rest.",
        Rule.CAPACITY: "The loads of a run's visits stay within the capacity of the shift.",
        Rule.SEQUENCE: "Visits in sequence are both made or neither, with the agreed time between their starts.",
        Rule.SEQUENCE_CARER: "Visits in sequence have the same carer, or different ones, where that is asked.",
        Rule.MIN_GAP: "Between visits to one client lies at least the agreed gap.",
        Rule.ONE_PROVIDER: "A client who keeps to one provider is visited by one provider.",
        Rule.LOCKED_RUN: "A settled run has exactly its visits, in their order.",
    }
)


def breach(rule: Rule, message: str, *, visit: str | None = None, shift: str | None = None, amount: int = 1) -> Breach:
    """Write down that a plan breaks a rule; `amount` is in the unit of the rule (seconds, or a count)."""
    return Breach(rule=rule, visit=visit, shift=shift, amount=amount, message=message)

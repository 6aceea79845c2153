"""Every figure that the synthetic area is made from, with its source. Nothing is drawn or computed here.

Marks in the comments: *published* figures carry their source; *practice* is common knowledge of the field;
*chosen* values are ours, to make the area behave as the published ones say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.dataset import ProviderKind

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE = 60
HOUR = 3600

OBAN_LORN_LOCALITY = "Oban, Lorn and the Isles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A part of the day in which calls are asked for: the preferred start lies between the two instants (seconds)."""

    name: str
    first_s: int
    last_s: int


# Practice: morning, lunch, tea and bed calls; morning and tea peaks drive staffing. The hours are chosen.
MORNING = Band(name="morning", first_s=7 * HOUR + 15 * MINUTE, last_s=10 * HOUR + 45 * MINUTE)
MID_MORNING = Band(name="mid-morning", first_s=10 * HOUR + 50 * MINUTE, last_s=11 * HOUR + 25 * MINUTE)
LUNCH = Band(name="lunch", first_s=11 * HOUR + 30 * MINUTE, last_s=14 * HOUR)
AFTERNOON = Band(name="afternoon", first_s=14 * HOUR + 30 * MINUTE, last_s=15 * HOUR + 30 * MINUTE)
TEA = Band(name="tea", first_s=15 * HOUR + 45 * MINUTE, last_s=18 * HOUR + 15 * MINUTE)
BED = Band(name="bed", first_s=18 * HOUR + 45 * MINUTE, last_s=21 * HOUR + 30 * MINUTE)

BANDS = (MORNING, MID_MORNING, LUNCH, AFTERNOON, TEA, BED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What people are due in a day."""

    heavy_share: float = 0.06
    """Published: about 6 % of clients get over 25 hours a week. NHS Highland news, 31 July 2025."""

    heavy_minutes: tuple[int, ...] = (60, 30, 45, 30, 30, 30)
    """Chosen: the calls of such a day; 225 minutes make 26.25 hours a week."""

    weekly_share: float = 0.03
    """Chosen: clients with one call on some days of the week only."""

    weekly_due: float = 3 / 7
    """Chosen: the share of them who are due on the day."""

    calls_a_day: Mapping[int, float] = field(default_factory=lambda: {1: 0.15, 2: 0.25, 3: 0.25, 4: 0.30, 5: 0.05})
    """Chosen: all other clients by calls a day, before the shares are tilted to meet the visits of the area."""

    minutes: Mapping[int, float] = field(default_factory=lambda: {15: 0.21, 30: 0.70, 45: 0.05, 60: 0.04})
    """Visits by length. Published: 28.8 minutes on average (Oban Times, 11 February 2017: 3,361.5 hours and 7,000
    visits a week) and about 70 % of 30 minutes (65 % in Hidden Dynamics 2019; 72 % in Torbay, 2022). The other shares
    are chosen so that both hold."""

    double_handed_share: float = 0.10
    """Chosen: visits that need two carers at once; none is shorter than 30 minutes."""

    time_critical_share: float = 0.10
    """Chosen: visits whose start may hardly slip (insulin, Parkinson's medicines)."""

    time_critical_margin_s: int = 15 * MINUTE
    """Parkinson's UK asks for 30 minutes at most ("Get It On Time"); insulin is stricter in practice."""

    insulin_share: float = 0.5
    """Chosen: people with time-critical visits for whom only the morning and tea calls are."""

    window_s: Mapping[int, float] = field(
        default_factory=lambda: {30 * MINUTE: 0.05, 60 * MINUTE: 0.25, 90 * MINUTE: 0.30, 120 * MINUTE: 0.40}
    )
    """Chosen: widths of the start windows of all other visits."""

    priority: Mapping[str, float] = field(default_factory=lambda: {"red": 0.15, "amber": 0.50, "green": 0.35})
    """Chosen: clients by priority; those with a time-critical visit are red in any case."""

    sds_option: Mapping[int, float] = field(default_factory=lambda: {3: 0.83, 1: 0.05, 2: 0.08, 4: 0.04})
    """Self-directed Support. 83 % on option 3 was given with the commission of this software; the rest is chosen."""

    choice_locked_share: float = 0.6
    """Chosen: people on option 4 who chose their provider themselves."""

    dementia_share: float = 0.18
    catheter_share: float = 0.04
    """Chosen: clients whose carers need that training."""

    medication_share: float = 0.25
    """Chosen: visits with medicines among those that are not time-critical."""

    home_shared_share: float = 0.03
    """Chosen: clients who live with another client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRules:
    """Where homes stand around the point that marks a settlement. All values chosen except where a source is named."""

    people_per_km2: float = 2500.0
    """Built-up density of a Scottish town (order of magnitude of the census of 2011 for settlements)."""

    least_radius_m: float = 150.0
    scatter_m: float = 2200.0
    """Mean distance from the settlement of a scattered home."""

    scatter_share_town: float = 0.03
    scatter_share_hamlet: float = 0.45
    """Homes that are scattered: of a settlement of 10,000 people, and of one of 100 (in between by the logarithm)."""

    town_people: int = 3000
    """A place is town when so many people live within `town_radius_m`: the Scottish Government's line between remote
    small towns and rural areas (Urban Rural Classification, 3,000 people)."""

    town_radius_m: float = 2000.0
    door_minutes: int = 2
    door_minutes_town: int = 4
    """Parking and the way to the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A provider in the market. `weight` is its share of the hours of its localities, relative to the others there.

    `localities` names those that it works in; empty means all.
    """

    name: str
    kind: ProviderKind
    weight: float
    national: bool = False
    localities: tuple[str, ...] = ()


_MID_ARGYLL = "Mid Argyll, Kintyre and Islay"
_COWAL = "Bute and Cowal"
_LOMOND = "Helensburgh and Lomond"
_SMALL = ProviderKind.INDEPENDENT
_THIRD = ProviderKind.THIRD_SECTOR

# Sixteen providers, of whom two are national and most are small: the story of Argyll and Bute (Iriss, 2014).
# The names are invented; a likeness to any real company is accidental.
ARGYLL_FIRMS = (
    Firm(name="Council Care at Home", kind=ProviderKind.COUNCIL, weight=0.0),
    Firm(name="Heathervane Homecare", kind=_SMALL, weight=5.0, national=True),
    Firm(name="Silverfirth Living", kind=_THIRD, weight=3.5, national=True),
    Firm(name="Lorn Home Support", kind=_SMALL, weight=4.0, localities=(OBAN_LORN_LOCALITY,)),
    Firm(name="Etive and Awe Care", kind=_SMALL, weight=2.5, localities=(OBAN_LORN_LOCALITY,)),
    Firm(name="Two Isles Care Trust", kind=_THIRD, weight=2.0, localities=(OBAN_LORN_LOCALITY,)),
    Firm(name="Cruachan Carers", kind=_SMALL, weight=1.5, localities=(OBAN_LORN_LOCALITY, _MID_ARGYLL)),
    Firm(name="Dunadd Care", kind=_SMALL, weight=3.5, localities=(_MID_ARGYLL,)),
    Firm(name="Machair Home Support", kind=_THIRD, weight=2.0, localities=(_MID_ARGYLL,)),
    Firm(name="Crinan Loch Care", kind=_SMALL, weight=1.2, localities=(_MID_ARGYLL,)),
    Firm(name="Kyles Home Support", kind=_SMALL, weight=3.0, localities=(_COWAL,)),
    Firm(name="Gantock Care", kind=_SMALL, weight=2.0, localities=(_COWAL,)),
    Firm(name="Holy Loch Carers", kind=_THIRD, weight=1.2, localities=(_COWAL,)),
    Firm(name="Gareside Home Care", kind=_SMALL, weight=3.0, localities=(_LOMOND,)),
    Firm(name="Fruin Valley Care", kind=_SMALL, weight=2.0, localities=(_LOMOND,)),
    Firm(name="Long Loch Support", kind=_THIRD, weight=1.2, localities=(_LOMOND,)),
)

# For the network of any other area.
NEUTRAL_FIRMS = (
    Firm(name="Public provider", kind=ProviderKind.COUNCIL, weight=0.0),
    Firm(name="National provider A", kind=_SMALL, weight=5.0, national=True),
    Firm(name="National provider B", kind=_THIRD, weight=3.5, national=True),
    Firm(name="Local provider C", kind=_SMALL, weight=3.5),
    Firm(name="Local provider D", kind=_SMALL, weight=2.5),
    Firm(name="Local provider E", kind=_THIRD, weight=1.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Who provides, how much, and how far providers overlap."""

    firms: tuple[Firm, ...] = ARGYLL_FIRMS
    independent_share: float = 0.79
    """Given with the commission of this software for Argyll and Bute (79 % of hours); no document was read for it."""

    overlap: float = 0.4
    """Chosen: clients whose provider has nothing to do with where they live. 0 gives each provider a patch of its own,
    1 shuffles everybody. With this value the recorded rota spends as much time on the road as rural studies report."""

    island_clients_per_provider: int = 8
    """Chosen: an island has one provider for so many clients, but never more than two."""

    floor_pct: tuple[int, ...] = (75, 80, 85, 90)
    """Chosen: the share of today's hours below which a provider says that it is not viable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftPattern:
    """A way to work a day: one or two pieces (start and end in seconds), the bands they cover, and a rest.

    `rest` is minutes, earliest and latest beginning; `share` is among all carers.
    """

    name: str
    pieces: tuple[tuple[int, int], ...]
    bands: tuple[str, ...]
    share: float
    rest: tuple[int, int, int] | None = None


def _clock(hour: int, minute: int = 0) -> int:
    return hour * HOUR + minute * MINUTE


# Practice: early and late runs with a few long days and split days. A rest of 20 minutes is due after six hours
# (Working Time Regulations 1998); 20 to 30 are given here.
PATTERNS = (
    ShiftPattern(
        name="early",
        pieces=((_clock(7), _clock(15)),),
        bands=("morning", "mid-morning", "lunch"),
        share=0.24,
        rest=(20, _clock(9, 30), _clock(12, 30)),
    ),
    ShiftPattern(
        name="late",
        pieces=((_clock(14, 30), _clock(22, 30)),),
        bands=("afternoon", "tea", "bed"),
        share=0.24,
        rest=(20, _clock(17), _clock(20)),
    ),
    ShiftPattern(
        name="long from the morning",
        pieces=((_clock(7, 15), _clock(19, 45)),),
        bands=("morning", "mid-morning", "lunch", "afternoon", "tea"),
        share=0.24,
        rest=(30, _clock(12), _clock(15, 30)),
    ),
    ShiftPattern(
        name="long to the night",
        pieces=((_clock(9, 45), _clock(22, 15)),),
        bands=("lunch", "afternoon", "tea", "bed"),
        share=0.24,
        rest=(30, _clock(14), _clock(17, 30)),
    ),
    ShiftPattern(
        name="split",
        pieces=((_clock(7), _clock(11, 30)), (_clock(16), _clock(20))),
        bands=("morning", "mid-morning", "tea"),
        share=0.04,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workforce:
    """Carers: how many, where they live, what they can do. All values chosen."""

    patterns: tuple[ShiftPattern, ...] = PATTERNS
    leg_minutes: float = 12.0
    """Travel and waiting that a coordinator reckons with for each call when sizing a team."""

    slack: float = 1.2
    """Hours on shift for each hour that the busiest band needs."""

    understaffed: float = 0.4
    """The part of a carer that a team does without in each band, rather than have one more."""

    non_driver_share: float = 0.25
    """Carers without a car. Published only as "many carers do not drive" (Oban Times, 11 February 2017)."""

    most_town_walkers: float = 0.8
    """Of a team's carers, as a share of its share of town clients: how many at most have no car."""

    bike_share: float = 0.7
    """Carers without a car who cycle; the others walk."""

    home_near_work_m: float = 4000.0
    """A carer's settlement is drawn by its people, falling off with the distance to one of the provider's clients."""

    skills: Mapping[str, float] = field(
        default_factory=lambda: {
            "personal_care": 1.0,
            "medication": 0.95,
            "moving_and_handling": 0.90,
            "dementia": 0.75,
            "catheter": 0.50,
        }
    )
    """Share of carers with each training; in teams of at most `generalist_team` everybody has them all."""

    generalist_team: int = 5
    start_jitter_s: tuple[int, ...] = (-15 * MINUTE, 0, 0, 15 * MINUTE)
    """A shift begins and ends so much off its pattern."""

    known_carers: tuple[int, ...] = (2, 3, 3, 4)
    """Carers whom a client knows: one of these numbers. Clients of a weekly call may know nobody."""

    known_share: float = 0.9
    known_within_m: float = 6000.0
    """Carers become known by the regular rounds near their homes: the chance falls off over this distance."""

    barred_share: float = 0.02
    """Pairs of a client and a carer of the provider who must not meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaHabits:
    """How a coordinator makes the rota by hand. All values chosen, so that travel comes out as in rural studies."""

    grid_s: int = 5 * MINUTE
    """Starts are written down in steps of this size."""

    known_bonus_s: int = 7 * MINUTE
    """Extra travel accepted to send a carer who is known to the client."""

    first_call_s: int = 5 * MINUTE
    """Reluctance to bring in a carer who has no call yet."""

    home_weight: float = 0.3
    """A minute between a call and the carer's home counts as this much of a minute on the road: rounds stay local."""

    waiting_weight: float = 0.2
    """A minute of waiting at the door counts as this much of a minute on the road."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSize:
    """How large an area is made, and every choice behind it. `localities` empty means all that the places name."""

    name: str
    n_clients: int
    n_visits: int
    localities: tuple[str, ...] = ()
    demand: Demand = field(default_factory=Demand)
    homes: HomeRules = field(default_factory=HomeRules)
    market: Market = field(default_factory=Market)
    workforce: Workforce = field(default_factory=Workforce)
    habits: RotaHabits = field(default_factory=RotaHabits)


# Published: 258 clients, 3,361.5 hours and 7,000 visits a week. Oban Times, 11 February 2017.
OBAN_LORN = AreaSize(name="oban-lorn", n_clients=258, n_visits=1000, localities=(OBAN_LORN_LOCALITY,))

# Given with the commission of this software; 770 to 910 clients can be inferred for 2012 (gov.scot, Home Care Services
# 2012, tables 10 and 11).
COUNTY = AreaSize(name="county", n_clients=1100, n_visits=3000)

CLIENTS_PER_POINT = 0.15
VISITS_PER_CLIENT = 3.0
PEOPLE_PER_POINT = 35
"""A unit postcode holds about 15 addresses, hence about 35 people."""


def sized_for_points(n_points: int) -> AreaSize:
    """Choose a size for a list of points of any area: clients in proportion, but at least 12 and at most 400."""
    n_clients = min(400, max(12, round(n_points * CLIENTS_PER_POINT)))
    return AreaSize(
        name="points",
        n_clients=n_clients,
        n_visits=round(n_clients * VISITS_PER_CLIENT),
        homes=HomeRules(scatter_share_town=0.0, scatter_share_hamlet=0.0),
        market=Market(firms=NEUTRAL_FIRMS),
    )

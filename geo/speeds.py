"""How fast each mode really moves on a way, from its OpenStreetMap tags. Directions belong to `geo.graph`.

The figures are achieved mean speeds in km/h, not limits: a 60 mph limit on a single-track lane is not a speed. They
are a starting point for an area, to be calibrated from recorded journeys: change them with `dataclasses.replace`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = ("car", "bike", "foot")
KMH_PER_MPH = 1.609344

_UNSEALED = ("unpaved", "gravel", "fine_gravel", "compacted", "pebblestone", "cobblestone")
_EARTH = ("ground", "dirt", "earth", "mud", "sand")
_GRASS = ("grass",)

_CLOSED = {"no", "agricultural", "forestry", "emergency", "military", "use_sidepath", "dismount"}
_INVITED = {"yes", "designated", "permissive", "official"}

_LIMIT_WORDS_KMH = {
    "walk": 7.0,
    "nsl_restricted": 30 * KMH_PER_MPH,
    "urban": 30 * KMH_PER_MPH,
    "nsl_single": 60 * KMH_PER_MPH,
    "rural": 60 * KMH_PER_MPH,
    "nsl_dual": 70 * KMH_PER_MPH,
    "motorway": 70 * KMH_PER_MPH,
}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LIMIT_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(mph)?")
_WIDTH_M = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:m|metres?)?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSpeeds:
    """Speeds of one mode. A class of way in neither table is closed to it.

    `access_keys` are the tags that open or close a way, the most specific first. `invited_classes` are closed unless
    the most specific of them says yes. `private_kmh` caps ways that are private: a client may live there, but through
    traffic should not pay. `limit_share` is the part of a posted limit that is achieved (None: limits do not bind).
    `factor` calibrates an area: above 1 is faster.
    """

    two_lane_kmh: Mapping[str, float]
    access_keys: tuple[str, ...]
    single_track_kmh: Mapping[str, float] = field(default_factory=dict)
    surface_kmh: Mapping[str, float] = field(default_factory=dict)
    invited_classes: tuple[str, ...] = ()
    private_kmh: float = 10.0
    limit_share: float | None = None
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable:
    """The speeds of every mode, by its name."""

    modes: Mapping[str, ModeSpeeds]


def _caps(unsealed: float, earth: float, grass: float) -> dict[str, float]:
    """Return the speed that each surface allows, in km/h."""
    groups = ((_UNSEALED, unsealed), (_EARTH, earth), (_GRASS, grass))
    return {surface: kmh for surfaces, kmh in groups for surface in surfaces}


CAR = ModeSpeeds(
    two_lane_kmh={
        "motorway": 95,
        "trunk": 68,
        "primary": 62,
        "secondary": 52,
        "tertiary": 46,
        "unclassified": 40,
        "residential": 26,
        "living_street": 12,
        "service": 15,
        "track": 10,
    },
    single_track_kmh={
        "trunk": 50,
        "primary": 45,
        "secondary": 40,
        "tertiary": 36,
        "unclassified": 32,
        "residential": 22,
        "living_street": 10,
    },
    surface_kmh=_caps(30, 20, 10),
    access_keys=("motorcar", "motor_vehicle", "vehicle", "access"),
    limit_share=0.85,
)
"""Cars. Source: achieved rural means by class, checked against the car profile of OSRM; to be calibrated."""

BIKE = ModeSpeeds(
    two_lane_kmh={
        **dict.fromkeys(
            ("trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street"), 15
        ),
        **dict.fromkeys(("service", "cycleway"), 15),
        **dict.fromkeys(("track", "bridleway", "path", "footway", "pedestrian"), 10),
    },
    surface_kmh=_caps(12, 10, 6),
    invited_classes=("path", "footway", "pedestrian"),
    access_keys=("bicycle", "vehicle", "access"),
)
"""Bicycles at 15 km/h whatever the hill: the network knows no heights. Paths only where signed for bicycles.

Trunk roads are open: in the country they are often the only road, and without them a bicycle's network falls apart.
"""

FOOT = ModeSpeeds(
    two_lane_kmh=dict.fromkeys(
        (*CAR.two_lane_kmh.keys() - {"motorway"}, "cycleway", "bridleway", "path", "footway", "pedestrian", "steps"),
        4.7,
    ),
    access_keys=("foot", "access"),
)
"""Walking at 4.7 km/h on everything but motorways."""

DEFAULT = SpeedTable(modes={"car": CAR, "bike": BIKE, "foot": FOOT})


def way_class(tags: Mapping[str, str]) -> str:
    """Return the class of a way: links count as the road they serve, roads of unknown class as unclassified."""
    highway = tags.get("highway", "").removesuffix("_link")
    return "unclassified" if highway == "road" else highway


def way_speed_kmh(tags: Mapping[str, str], mode: str, table: SpeedTable = DEFAULT) -> float | None:
    """Return the achieved mean speed of a mode on a way, or None where the mode may not pass.

    A tag `<mode>_kmh` (written by `geo.exchange`, editable in a GIS) wins over every rule; 0 closes the way, and of a
    list the slowest counts.
    """
    given = [float(part) for part in tags.get(f"{mode}_kmh", "").split(";") if _NUMBER.fullmatch(part)]
    if given:
        return min(given) or None
    speeds = table.modes[mode]
    road_class = way_class(tags)
    kmh = speeds.two_lane_kmh.get(road_class)
    access = _access(tags, speeds, road_class)
    if kmh is None or access == "no":
        return None
    if single_track(tags):
        kmh = speeds.single_track_kmh.get(road_class, kmh)
    caps = [kmh, speeds.surface_kmh.get(tags.get("surface", "").split(";")[0], kmh)]
    if access == "private":
        caps.append(speeds.private_kmh)
    limit = posted_limit_kmh(tags)
    if speeds.limit_share is not None and limit is not None:
        caps.append(speeds.limit_share * limit)
    return min(caps) * speeds.factor


def _access(tags: Mapping[str, str], speeds: ModeSpeeds, road_class: str) -> str:
    """Return "yes", "private" or "no": the most specific access tag decides."""
    if road_class in speeds.invited_classes and tags.get(speeds.access_keys[0]) not in _INVITED:
        return "no"
    value = next((tags[key] for key in speeds.access_keys if key in tags), "yes")
    if value in _CLOSED:
        return "no"
    return "private" if value == "private" else "yes"


def single_track(tags: Mapping[str, str]) -> bool:
    """Tell whether traffic in both directions shares one lane, by tag or, on rural minor roads, by default."""
    if tags.get("oneway") in {"yes", "1", "true", "-1"} or "junction" in tags:
        return False
    if "passing_places" in tags and tags["passing_places"] != "no":
        return True
    width = _WIDTH_M.match(tags.get("width", ""))
    if width and float(width[1]) < 4:
        return True
    if "lanes" in tags:
        return tags["lanes"] == "1"
    return way_class(tags) == "unclassified" and _rural(tags)


def _rural(tags: Mapping[str, str]) -> bool:
    """Tell whether nothing about a way says that it lies in a settlement."""
    limit = posted_limit_kmh(tags)
    slow = limit is not None and limit <= 50
    return not slow and tags.get("lit") != "yes" and tags.get("sidewalk", "no") in {"no", "none"}


def posted_limit_kmh(tags: Mapping[str, str]) -> float | None:
    """Return the posted limit in km/h, or None where none is known or it is `none`.

    Understood: `30 mph`, `50`, `50 km/h`, `GB:nsl_single` and its kin, `walk`, and lists, of which the lowest counts.
    Source: https://wiki.openstreetmap.org/wiki/Key:maxspeed
    """
    text = tags.get("maxspeed") or tags.get("maxspeed:type", "")
    limits = [limit for part in text.split(";") if (limit := _limit_kmh(part.strip())) is not None]
    return min(limits, default=None)


def _limit_kmh(text: str) -> float | None:
    """Return one spelling of a limit in km/h."""
    word = text.rpartition(":")[2].lower()
    if word in _LIMIT_WORDS_KMH:
        return _LIMIT_WORDS_KMH[word]
    number = _LIMIT_NUMBER.match(word)
    if number is None or float(number[1]) == 0:
        return None
    return float(number[1]) * (KMH_PER_MPH if number[2] else 1.0)

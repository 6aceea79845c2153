"""How fast each mode really moves on a way, and where it may go, from the way's OpenStreetMap tags.

The figures are achieved means from a table (`geo.speed_table`), not limits: a 60 mph limit on a single-track lane is
not a speed. Which direction a one-way street runs belongs to `geo.graph`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.speed_table import DEFAULT, MODES, ModeSpeeds, SpeedTable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CAR",
    "DEFAULT",
    "MODES",
    "Access",
    "SpeedTable",
    "posted_limit_kmh",
    "single_track",
    "way_access",
    "way_class",
    "way_speed_kmh",
]

KMH_PER_MPH = 1.609344
CAR = DEFAULT.modes["car"]
"""The default speeds of cars."""

_CLOSED = {"no", "agricultural", "forestry", "emergency", "military", "use_sidepath", "dismount"}
_PRIVATE = {"private", "permit", "residents"}
_ENDS = {"destination", "customers", "delivery"}
_INVITED = {"yes", "designated", "permissive", "official"}
_ONE_WAY = {"yes", "1", "true", "-1", "reverse"}

_LIMIT_WORDS_KMH = {
    "walk": 7.0,
    "nsl_restricted": 30 * KMH_PER_MPH,
    "urban": 30 * KMH_PER_MPH,
    "nsl_single": 60 * KMH_PER_MPH,
    "rural": 60 * KMH_PER_MPH,
    "nsl_dual": 70 * KMH_PER_MPH,
    "motorway": 70 * KMH_PER_MPH,
}
_MILES = {"GB", "UK", "IM", "GG", "JE"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LIMIT_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(mph)?")
_ZONE = re.compile(r"(?:zone)?:?(\d+)$")
_METRES = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(?:m|metres?|meters?)?\s*$")
_FEET = re.compile(r"\s*(\d+)\s*'\s*(?:(\d+)\s*\")?\s*$")


class Access(StrEnum):
    """Whether a mode may use a way. ENDS and PRIVATE ways carry journeys that begin or end on them, and no others."""

    OPEN = "open"
    ENDS = "ends"
    PRIVATE = "private"
    CLOSED = "closed"


def way_class(tags: Mapping[str, str]) -> str:
    """Return the class of a way: links count as the road they serve, roads of unknown class as unclassified."""
    highway = tags.get("highway", "").removesuffix("_link")
    return "unclassified" if highway == "road" else highway


def way_speed_kmh(
    tags: Mapping[str, str], mode: str, table: SpeedTable = DEFAULT, *, direction: str = "forward"
) -> float | None:
    """Return the achieved mean speed of a mode along a way (or "backward" on it); None where it may not pass.

    A tag `<mode>_kmh` (written by `geo.exchange`, editable in a GIS) wins over every rule; 0 closes the way, and of a
    list the slowest counts.
    """
    given = [float(part) for part in tags.get(f"{mode}_kmh", "").split(";") if _NUMBER.fullmatch(part)]
    if given:
        return min(given) or None
    speeds = table.modes[mode]
    access = way_access(tags, mode, table)
    if access is Access.CLOSED:
        return None
    kmh, factor = _class_speed(tags, speeds)
    caps = [kmh, speeds.surface_kmh.get(tags.get("surface", "").split(";")[0].strip(), kmh)]
    if access is Access.PRIVATE:
        caps.append(speeds.private_kmh)
    limit = posted_limit_kmh(tags, direction=direction)
    if speeds.limit_share and limit is not None:
        caps.append(speeds.limit_share * limit)
    return min(caps) * factor * speeds.factor or None


def _class_speed(tags: Mapping[str, str], speeds: ModeSpeeds) -> tuple[float, float]:
    """Return the speed of a way's class, lanes and grade, and its calibration."""
    road_class = way_class(tags)
    kmh = speeds.two_lane_kmh.get(road_class, 0.0)
    factor = speeds.two_lane_factor.get(road_class, 1.0)
    if single_track(tags, speeds.single_track_below_m):
        kmh = speeds.single_track_kmh.get(road_class, kmh)
        factor = speeds.single_track_factor.get(road_class, factor)
    if road_class == "track":
        kmh = speeds.tracktype_kmh.get(tags.get("tracktype", ""), kmh)
    return kmh, factor


def way_access(tags: Mapping[str, str], mode: str, table: SpeedTable = DEFAULT) -> Access:
    """Tell whether a mode may use a way: the most specific access tag decides, and driveways are for their house.

    Source: https://wiki.openstreetmap.org/wiki/Key:access
    """
    speeds = table.modes[mode]
    road_class = way_class(tags)
    values = [tags[key] for key in speeds.access_keys if key in tags]
    invited = tags.get(speeds.access_keys[0]) in _INVITED if speeds.access_keys else False
    value = values[0].split(";")[0].strip() if values else "yes"
    if not speeds.two_lane_kmh.get(road_class) or (road_class in speeds.invited_classes and not invited):
        return Access.CLOSED
    if value in _CLOSED:
        return Access.CLOSED
    if value in _PRIVATE:
        return Access.PRIVATE
    if value in _ENDS or (tags.get("service") == "driveway" and not invited):
        return Access.ENDS
    return Access.OPEN


def single_track(tags: Mapping[str, str], below_m: float = 4.0) -> bool:
    """Tell whether traffic in both directions shares one lane, by tag or, on rural minor roads, by default."""
    if tags.get("oneway") in _ONE_WAY or "junction" in tags:
        return False
    if tags.get("passing_places", "no") != "no" or tags.get("narrow") == "yes":
        return True
    width_m = _width_m(tags.get("width", ""))
    if width_m is not None and width_m < below_m:
        return True
    if "lanes" in tags:
        lanes = _NUMBER.match(tags["lanes"].strip())
        return lanes is not None and float(lanes[0]) < 2
    return way_class(tags) == "unclassified" and _rural(tags)


def _width_m(text: str) -> float | None:
    """Return the metres of a width: `3.5`, `3,5 m`, `11'6"`."""
    if metres := _METRES.match(text):
        return float(metres[1].replace(",", "."))
    if feet := _FEET.match(text):
        return 0.3048 * int(feet[1]) + 0.0254 * int(feet[2] or 0)
    return None


def _rural(tags: Mapping[str, str]) -> bool:
    """Tell whether nothing about a way says that it lies in a settlement."""
    limit = posted_limit_kmh(tags)
    slow = limit is not None and limit <= 50
    return not slow and tags.get("lit") != "yes" and tags.get("sidewalk", "no") in {"no", "none"}


def posted_limit_kmh(tags: Mapping[str, str], *, direction: str = "forward") -> float | None:
    """Return the posted limit in km/h of a direction, or None where none is known or it is `none`.

    Understood: `30 mph`, `50`, `50 km/h`, `GB:nsl_single` and its kin, `GB:zone20`, `walk`, and lists, of which the
    lowest counts; `signals` and `none` say nothing. Source: https://wiki.openstreetmap.org/wiki/Key:maxspeed
    """
    keys = (f"maxspeed:{direction}", "maxspeed", "maxspeed:type")
    text = next((tags[key] for key in keys if tags.get(key)), "")
    limits = [limit for part in text.split(";") if (limit := _limit_kmh(part.strip())) is not None]
    return min(limits, default=None)


def _limit_kmh(text: str) -> float | None:
    """Return one spelling of a limit in km/h."""
    country, _, rest = text.partition(":")
    word = text.rpartition(":")[2].lower()
    if word in _LIMIT_WORDS_KMH:
        return _LIMIT_WORDS_KMH[word]
    zone = _ZONE.match(rest.lower())
    number = _LIMIT_NUMBER.match(word)
    if zone:
        return float(zone[1]) * (KMH_PER_MPH if country.upper() in _MILES else 1.0)
    if number is None or float(number[1]) == 0:
        return None
    return float(number[1]) * (KMH_PER_MPH if number[2] else 1.0)

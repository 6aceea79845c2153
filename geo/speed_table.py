"""The table of achieved speeds: read from a TOML file, with one report of all its faults, and written as one.

`geo/speeds.toml` holds the defaults. How the tags of a way are looked up in the table is the business of `geo.speeds`.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import SpeedsUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = ("car", "bike", "foot")
CONDITIONS = ("winter", "dark", "visitors_on_single_track", "cautious")
DEFAULT_FILE = Path(__file__).with_name("speeds.toml")

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_MOST_KMH = 130.0
_FACTORS = (0.2, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSpeeds:
    """Speeds of one mode, field by field as `speeds.toml` explains them. Absent and 0 both mean closed."""

    two_lane_kmh: Mapping[str, float]
    access_keys: tuple[str, ...]
    single_track_kmh: Mapping[str, float] = field(default_factory=dict)
    surface_kmh: Mapping[str, float] = field(default_factory=dict)
    tracktype_kmh: Mapping[str, float] = field(default_factory=dict)
    two_lane_factor: Mapping[str, float] = field(default_factory=dict)
    single_track_factor: Mapping[str, float] = field(default_factory=dict)
    conditions: Mapping[str, float] = field(default_factory=dict)
    invited_classes: tuple[str, ...] = ()
    private_kmh: float = 10.0
    limit_share: float = 0.0
    single_track_below_m: float = 4.0
    factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable:
    """The speeds of every mode, by its name."""

    modes: Mapping[str, ModeSpeeds]


_BOUNDS = {
    "_kmh": (0.0, _MOST_KMH),
    "_factor": _FACTORS,
    "factor": _FACTORS,
    "conditions": _FACTORS,
    "limit_share": (0.0, 1.5),
    "single_track_below_m": (0.0, 10.0),
}
"""Least and greatest number by the field's name or the end of it, both allowed."""


def read_speeds(path: Path) -> SpeedTable:
    """Read a table; what the file does not say is as in the defaults.

    Raises SpeedsUnreadable naming everything wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SpeedsUnreadable(f"{path.name} cannot be read: {error}.") from error
    return parse_speeds(text, path.name, base=DEFAULT)


def parse_speeds(text: str, name: str, *, base: SpeedTable) -> SpeedTable:
    """Read a table from its text, laid over `base`; `name` is for messages. Raises SpeedsUnreadable."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpeedsUnreadable(f"{name} is not TOML: {error}.") from error
    faults: list[str] = []
    modes = dict(base.modes)
    for mode, values in given.items():
        if mode not in modes or not isinstance(values, dict):
            faults.append(f"[{mode}] is none of {', '.join(f'[{known}]' for known in modes)}")
            continue
        modes[mode] = _overlaid(modes[mode], values, mode, faults)
    if faults:
        raise SpeedsUnreadable(f"{name} has {len(faults)} fault(s): {'; '.join(faults)}.")
    return SpeedTable(modes=modes)


def _overlaid(base: ModeSpeeds, values: Mapping[str, Any], mode: str, faults: list[str]) -> ModeSpeeds:
    """Return the speeds of a mode with what a file says; note what it says wrongly."""
    changed: dict[str, Any] = {}
    for name, value in values.items():
        where = f"{mode}.{name}"
        if name not in _KNOWN:
            faults.append(f"{where} is not known")
        elif name in _LISTS:
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                changed[name] = tuple(value)
            else:
                faults.append(f"{where} is not a list of words")
        elif name in _TABLES:
            entries = value if isinstance(value, dict) else {}
            faults.extend([] if isinstance(value, dict) else [f"{where} is not a table"])
            good = {key: number for key, number in entries.items() if _number_fits(f"{where}.{key}", number, faults)}
            changed[name] = {**getattr(base, name), **good}
        elif _number_fits(where, value, faults):
            changed[name] = float(value)
    return replace(base, **changed)


def _number_fits(where: str, value: object, faults: list[str]) -> bool:
    """Tell whether an entry is a number within its bounds and bears a known name, or note why not."""
    _, name, *key = where.split(".", maxsplit=2)
    if name == "conditions" and key[0] not in CONDITIONS:
        faults.append(f"{where} is none of {', '.join(CONDITIONS)}")
        return False
    low, high = next(bounds for ending, bounds in _BOUNDS.items() if name.endswith(ending))
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        faults.append(f"{where} is not a number from {low:g} to {high:g}")
        return False
    return True


def format_speeds(table: SpeedTable, heading: str) -> str:
    """Write a whole table as TOML that `read_speeds` takes back, below a heading of comment lines."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    for mode, speeds in table.modes.items():
        lines += ["", f"[{mode}]"]
        lines += [f"{name} = [{', '.join(_quoted(item) for item in getattr(speeds, name))}]" for name in _LISTS]
        lines += [f"{name} = {getattr(speeds, name):g}" for name in _NUMBERS]
        for name in _TABLES:
            lines += ["", f"[{mode}.{name}]"]
            lines += [f"{_key(key)} = {value:.6g}" for key, value in getattr(speeds, name).items()]
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    """Return a word as a string of TOML, which here is written as in JSON."""
    return json.dumps(word, ensure_ascii=False)


def _key(word: str) -> str:
    """Return a word as a key of TOML, bare where that is allowed."""
    return word if _BARE.fullmatch(word) else _quoted(word)


_LISTS = ("access_keys", "invited_classes")
_NUMBERS = ("private_kmh", "limit_share", "single_track_below_m", "factor")
_KNOWN = frozenset(item.name for item in fields(ModeSpeeds))
_TABLES = tuple(item.name for item in fields(ModeSpeeds) if item.name not in {*_LISTS, *_NUMBERS})

_CLOSED = SpeedTable(modes={mode: ModeSpeeds(two_lane_kmh={}, access_keys=()) for mode in MODES})
DEFAULT = parse_speeds(DEFAULT_FILE.read_text(encoding="utf-8"), DEFAULT_FILE.name, base=_CLOSED)
"""The table of `speeds.toml`. Source: achieved rural means by class, checked against the car profile of OSRM."""

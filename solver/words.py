"""Say instants and durations the way a coordinator does. Only words belong here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def clock(instant_s: int) -> str:
    """Say an instant as hours and minutes since the planning origin: 34200 is "09:30"; past midnight goes on to 24."""
    sign = "-" if instant_s < 0 else ""
    hours, rest_s = divmod(abs(instant_s), 3600)
    minutes, seconds = divmod(rest_s, 60)
    return f"{sign}{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")


def length(duration_s: int) -> str:
    """Say a duration in hours, minutes and seconds, as far as there are any: 8780 is "2 h 26 min 20 s"."""
    minutes, seconds = divmod(duration_s, 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


def names(words: Iterable[str]) -> str:
    """Say several ids in a stable order, with commas."""
    return ", ".join(sorted(words))


def count(number: int, noun: str) -> str:
    """Say a number of things: "1 carer", "3 carers"."""
    return f"{number} {noun}" + ("" if number == 1 else "s")

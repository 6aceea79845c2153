"""Local time: from the whole seconds that plans count to instants that a person's calendar understands.

Data sets and timetables state readings of the clock on the wall, and a plan's seconds are such readings since
midnight: 08:00 is 28,800 on every day. So 08:00 is shown as 08:00 also on the two days a year when the clocks change.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/London")


def local_instant(day: date, clock_s: int) -> datetime:
    """Give the instant at which the local clock of `day` reads `clock_s` seconds past midnight, with its offset.

    Readings from 24:00 on belong to the next day. A reading that is skipped in spring is the instant as long after
    the change; of a reading that occurs twice in autumn the first is meant.
    """
    reading = datetime.combine(day, time(), tzinfo=LOCAL) + timedelta(seconds=clock_s)
    return reading.astimezone(UTC).astimezone(LOCAL)

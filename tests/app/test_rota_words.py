"""What the stretches of a run are called, and how they are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar

from app.clock import LOCAL
from app.reports.calendar import rota_calendar
from app.reports.rota_page import rota_page
from app.reports.rota_words import in_words, named_parts
from app.schemas.rotas import LeftOutBody, RotaBody, RunBody, SegmentBody

SEVEN = datetime(2026, 11, 17, 7, tzinfo=LOCAL)
BOAT = {"route": "gk", "from_port": "Gallanach", "to_port": "Kerrera", "check_in_by": SEVEN, "departs": SEVEN}


def a_run(*parts: tuple[str, int, dict[str, Any]], mode: str = "car", **more: Any) -> RunBody:
    """Make a run of parts: kind, minutes and what else there is."""
    segments, at = [], SEVEN
    for kind, minutes, fields in parts:
        until = at + timedelta(minutes=minutes)
        segments.append(
            SegmentBody(kind=kind, start=at, end=until, duration_s=60 * minutes, **fields)  # type: ignore[arg-type]
        )
        at = until
    sums = dict.fromkeys(("contact_s", "travel_s", "wait_s", "break_s"), 0)
    return RunBody(
        shift="S1",
        carer="K1",
        provider="P1",
        mode=mode,
        leave_home=SEVEN,
        back_home=at,
        segments=segments,
        **sums,
        **more,
    )


def words(run: RunBody) -> list[str]:
    """Name the parts of a run."""
    return [word for word, _ in named_parts(run)]


def test_ways_are_called_by_how_they_are_made() -> None:
    """A drive, a walk; and plain travel from where the car may be left at a pier until the next door."""
    road, visit = ("travel", 10, {"road_m": 3219}), ("visit", 30, {"visit": "V1", "client": "C1"})
    left = (("travel", 10, {"road_m": 900, "walk_s": 300}), ("boat", 5, BOAT), ("travel", 5, {}))
    assert words(a_run(road, visit, road)) == ["Drive", "Visit", "Drive"]
    assert words(a_run(road, mode="foot")) == ["Walk"]
    assert words(a_run(*left, visit, road)) == ["Travel", "Boat", "Travel", "Visit", "Drive"]
    assert [in_words(part) for _, part in named_parts(a_run(*left))] == [
        "0.6 miles, 5 minutes of the way on foot",
        "07:00 boat from Gallanach to Kerrera, check in by 07:00",
        "",
    ]


def test_a_wait_of_over_two_hours_is_time_off() -> None:
    """As the report counts it."""
    assert words(a_run(("wait", 120, {}), ("wait", 121, {}))) == ["Wait", "Time off"]


def test_a_page_names_who_may_be_named() -> None:
    """Providers by their names where the reader may see them, else by their ids; people on foot are on foot."""
    rota = RotaBody(
        area="x",
        day=SEVEN.date(),
        letter="B",
        runs=[a_run(("travel", 10, {}), mode="foot", time_off_s=7_260)],
        unallocated=[LeftOutBody(visit="V9", client="C9", reason="no-boat")],
    )
    page = rota_page([rota], subject="P1", names={"P1": "Lorn <Care>"})
    assert "Rota of Lorn &lt;Care&gt;" in page
    assert "K1 of Lorn &lt;Care&gt;, shift S1, on foot" in page
    assert "Time off 2 h 01 min" in page
    assert "V9 of C9: no boat" in page
    assert "K1 of P1, shift S1" in rota_page([rota], subject="P1", names={})


def test_an_empty_calendar_says_why() -> None:
    """Whoever subscribes on a day without rotas, or to a demonstration of long ago, reads which days it has."""
    calendar = str(Calendar.from_ical(rota_calendar([]))["X-WR-CALDESC"])
    assert calendar.endswith("next four weeks. None is published for these days.")

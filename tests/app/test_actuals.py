"""Call monitoring: read whole or refused, stored beside plans, and compared with the rota that counts."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.datafiles.actual_visits import ACTUAL_VISITS, ActualRow, read_actuals
from app.db.actuals import actuals_of, save_actuals
from app.db.engine import make_engine, reading, writing
from app.db.plans import PlanLabel, Staffing, save_plan
from app.errors import AreaNotFound, ImportRejected
from app.services.import_dataset import import_dataset
from app.services.requests import OptimiseRequest, request_optimisation
from app.services.visit_outcomes import outcomes_of_day
from solver.types import DayPlan, Run, Stop
from tests.app.commands import CommandLine, url_of
from tests.app.datasets import GOOD, clock
from tests.app.test_import_dataset import NOON

if TYPE_CHECKING:
    from sqlalchemy import Engine

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "dataset.md").read_text(encoding="utf-8")
HEADING = "visit_id,day,carer_id,arrived,left\n"
ROWS = "V1,2026-11-17,K1,08:05,08:33:20\nV2,2026-11-17,K2,24:40,\n"
FIRST = ActualRow(visit_id="V1", day=GOOD.day, carer_id="K1", arrived=clock(8, 5), left=clock(8, 33) + 20)
SECOND = ActualRow(visit_id="V2", day=GOOD.day, carer_id="K2", arrived=clock(24, 40), left=None)


def written(path: Path, rows: str) -> Path:
    """Write a file of call monitoring."""
    path.write_text(HEADING + rows, encoding="utf-8")
    return path


def test_the_file_is_read(tmp_path: Path) -> None:
    """With seconds, times after midnight, and visits that nobody ended."""
    assert read_actuals(written(tmp_path / "monday.csv", ROWS)) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("rows", "place", "message"),
    [
        ("V1,2026-11-17,K1,08:05,08:04\n", (2, "left"), "the carer left before arriving"),
        (ROWS + "V2,2026-11-17,K2,09:00,\n", (4, "visit_id"), "the same visit_id and day and carer_id as in row 3"),
        ("V9,17/11/2026,K1,08:05,\n", (2, "day"), "the cell is not a date as YYYY-MM-DD, such as 2026-11-17"),
    ],
)
def test_a_broken_row_refuses_the_file(tmp_path: Path, rows: str, place: tuple[int, str], message: str) -> None:
    """Each fault names the file as it is called, its row, and its column."""
    with pytest.raises(ImportRejected) as caught:
        read_actuals(written(tmp_path / "monday.csv", rows))
    (fault,) = caught.value.faults
    assert (fault.file, (fault.row, fault.column), fault.message) == ("monday.csv", place, message)


def test_the_page_lists_the_columns() -> None:
    """Names, kinds, and examples that can be read."""
    found = re.search(r"^## actual_visits.csv\n\n(.*)\Z", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines() if line[:1] == "|"]
    assert [row[:2] for row in rows[2:]] == [[column.name, column.kind.name] for column in ACTUAL_VISITS.columns]
    for column, row in zip(ACTUAL_VISITS.columns, rows[2:], strict=True):
        column.kind.parse(row[3])


def test_a_visit_that_comes_again_is_replaced(engine: Engine) -> None:
    """Others of the day stay, and all stay when the area is imported again."""
    corrected = ActualRow(visit_id="V1", day=GOOD.day, carer_id="K1", arrived=clock(8), left=clock(8, 30))
    with writing(engine) as session:
        import_dataset(session, GOOD)
        save_actuals(session, GOOD.area, [FIRST, SECOND])
    with writing(engine) as session:
        save_actuals(session, GOOD.area, [corrected])
        save_actuals(session, GOOD.area, [])
        import_dataset(session, GOOD)
    with reading(engine) as session:
        assert [(row.visit_id, row.arrived) for row in actuals_of(session, GOOD.area, GOOD.day)] == [
            ("V1", clock(8)),
            ("V2", clock(24, 40)),
        ]
        assert not actuals_of(session, GOOD.area, GOOD.day + timedelta(days=1))


def test_there_must_be_the_area(sqlite_engine: Engine) -> None:
    """Times of nobody's visits are not kept."""
    with writing(sqlite_engine) as session, pytest.raises(AreaNotFound):
        save_actuals(session, "nowhere", [FIRST])


def stop(visit: str, start_s: int, minutes: int) -> Stop:
    """Plan a stop."""
    leave_s = start_s + 60 * minutes
    return Stop(visit=visit, arrive_s=start_s, start_s=start_s, leave_s=leave_s, travel_s=0, travel_m=0)


def plan_the_day(engine: Engine) -> None:
    """Store a plan of the good day: the first visit by K1 (contract: 30 minutes late is late), the second by K2."""
    runs = tuple(
        Run(shift=shift, leave_home_s=0, stops=stops, back_home_s=clock(25), home_travel_s=0, home_travel_m=0)
        for shift, stops in (("S1", (stop("V1", clock(7, 40), 30),)), ("S2", (stop("V2", clock(24), 45),)))
    )
    with writing(engine) as session:
        import_dataset(session, GOOD)
        row = request_optimisation(session, GOOD.area, OptimiseRequest()).id
        label = PlanLabel(optimisation=row, area=GOOD.area, digest="x", stored_at=NOON, letter="B")
        staffing = Staffing(
            carer_of_shift={"S1": "K1", "S2": "K2"},
            provider_of_shift={"S1": "P1", "S2": "P2"},
            client_of_visit={"V1": "C1", "V2": "C2"},
        )
        save_plan(session, DayPlan(day=GOOD.day.isoformat(), runs=runs, unallocated=()), label=label, staffing=staffing)


def test_the_day_is_compared_with_its_plan(engine: Engine) -> None:
    """Within the contract's minutes nothing is said; without a contract 15 minutes count; no record means missed."""
    plan_the_day(engine)
    with reading(engine) as session:
        assert [call.outcomes for call in outcomes_of_day(session, GOOD.area, GOOD.day)] == [{"missed"}, {"missed"}]
    with writing(engine) as session:
        save_actuals(session, GOOD.area, [FIRST, SECOND])
    with reading(engine) as session:
        assert [call.outcomes for call in outcomes_of_day(session, GOOD.area, GOOD.day)] == [set(), {"late"}]
        assert outcomes_of_day(session, GOOD.area, date(2026, 11, 18)) == []


def test_the_commands_import_and_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a file to the list of what went wrong."""
    rota = CommandLine(tmp_path / "var", monkeypatch, capsys)
    rota("migrate")
    engine = make_engine(url_of(tmp_path / "var"))
    plan_the_day(engine)
    engine.dispose()
    file = written(tmp_path / "monday.csv", ROWS)
    assert json.loads(rota("actuals", "import", file, "--area", GOOD.area, "--json").out)["visits"] == 2
    found = json.loads(rota("actuals", "outcomes", "--area", GOOD.area, "--json").out)
    assert found["counts"] == {"late": 1}
    assert [call["visit"] for call in found["calls"]] == ["V2"]
    assert "late" in rota("actuals", "outcomes", "--area", GOOD.area, "--day", "2026-11-17").out
    assert "Imported 2" in rota("actuals", "import", file, "--area", GOOD.area).out

"""Two plans of the small area, written out as data: as recorded, and one that carers follow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.db.engine import writing
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.plans import PlanLabel, Staffing, save_plan
from app.services.draft_rota import draft_of_plan
from app.services.import_dataset import digest, import_dataset
from app.services.publish_rota import Publication, publish
from solver.types import DayPlan, Reason, Rest, Run, Stop, Unallocated
from tests.app.datasets import GOOD, clock
from tests.app.service import NOON, SMALL

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.db.rota_versions import RotaVersion

DAY = GOOD.day.isoformat()

OUT_AND_BACK = Run(
    shift="S3",
    leave_home_s=clock(7),
    stops=(
        Stop(
            visit="V2",
            arrive_s=clock(8),
            start_s=clock(8, 5),
            leave_s=clock(8, 35),
            travel_s=clock(0, 50),
            travel_m=7000,
            boats=("gallanach-kerrera@07:45",),
            boat_wait_s=clock(0, 10),
        ),
    ),
    back_home_s=clock(9, 40),
    home_travel_s=clock(0, 55),
    home_travel_m=7000,
    home_boats=("kerrera-gallanach@08:45",),
)
TOGETHER = Run(
    shift="S1",
    leave_home_s=clock(7, 30),
    stops=(
        Stop(visit="V1", arrive_s=clock(7, 40), start_s=clock(7, 40), leave_s=clock(8, 10), travel_s=600, travel_m=900),
    ),
    back_home_s=clock(11, 50),
    home_travel_s=600,
    home_travel_m=900,
    rests=(Rest(after_stop=1, start_s=clock(11), end_s=clock(11, 30)),),
)
JOINED = replace(TOGETHER, shift="S2", rests=(), back_home_s=clock(8, 20))
LEFT = (
    Unallocated(visit="V3", reason=Reason.WINDOW_UNREACHABLE, detail="K1 and K2 could not come."),
    Unallocated(visit="V4", reason=Reason.NO_SECOND_CARER, detail="Only K2 could come."),
)
PLANS = {
    "A": DayPlan(day=DAY, runs=(TOGETHER,), unallocated=()),
    "B": DayPlan(day=DAY, runs=(TOGETHER, JOINED, OUT_AND_BACK), unallocated=LEFT),
}


def store_plans(engine: Engine) -> None:
    """Import the area and store the plans of one comparison, of which carers follow B."""
    staffing = Staffing(
        carer_of_shift={"S1": "K1", "S2": "K2", "S3": "K2"},
        provider_of_shift={"S1": "P1", "S2": "P2", "S3": "P2"},
        client_of_visit={"V1": "C1", "V2": "C2", "V3": "C2", "V4": "C1"},
    )
    with writing(engine) as session:
        import_dataset(session, SMALL)
        row = add_optimisation(session, SMALL.area, kind=Kind.COMPARE, request={}, at=NOON).id
        start(session, row, at=NOON)
        finish(session, row, result={}, at=NOON)
        for letter, plan in PLANS.items():
            label = PlanLabel(
                optimisation=row,
                area=SMALL.area,
                digest=digest(SMALL),
                stored_at=NOON,
                letter=letter,
            )
            save_plan(session, plan, label=label, staffing=staffing)
        publish_letter(session, "B")


def publish_letter(session: Session, letter: str, *, reason: str = "Planned") -> RotaVersion:
    """Publish a plan of the latest comparison, whatever a checker would say."""
    draft = draft_of_plan(session, SMALL.area, SMALL.day, letter=letter, provider=None, by="tests")
    return publish(session, draft, [], Publication(reason=reason, by="tests", acknowledged={}))

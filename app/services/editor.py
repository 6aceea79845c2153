"""The process in which rotas are changed and zones are drawn by hand: it loads geography and engines, so that the
service need not, and keeps the last area open, so that one change follows another quickly."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from datetime import date  # noqa: TC003 - pickled with its field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from app.errors import EditorFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.db.areas import Area
    from app.db.base import Json
    from app.db.rota_drafts import RotaDraft
    from app.services.check_rota import Faults, OpenDay
    from app.services.hand_changes import HandChange
    from app.services.open_area import OpenArea
    from solver.types import Run

PATIENCE_S = 120.0
"""How long one change may take, opening a large area included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which area and day to open: `digest` is its data set's, so that another import opens it anew."""

    database_url: str
    data_dir: str
    area: str
    day: date
    digest: str
    closures: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


class Editor:
    """Changes and checks drafts of an installation, in a process of its own that is started when it is first needed.

    With `inline` it works in the caller's process, for commands that end soon anyway.
    """

    def __init__(self, database_url: str, data_dir: Path, *, inline: bool = False) -> None:
        self._database_url, self._data_dir, self._inline = database_url, data_dir, inline
        self._pool: ProcessPoolExecutor | None = None
        self._lock = Lock()

    def edit(self, draft: RotaDraft, change: HandChange) -> Json:
        """Carry a change out on a draft: the fields of `edit_rota.Edited` as JSON values. Raises ChangeRefused."""
        earlier = [said["before"] for said in reversed(draft.history) if "before" in said]
        done: Json = self._ask(edit_plan, self._where(draft), draft.plan, draft.locks, change, earlier)
        return done

    def faults(self, draft: RotaDraft, acknowledged: Mapping[str, str]) -> Faults:
        """List every reason not to publish a draft."""
        given = (draft.plan, draft.staffing, draft.locks, dict(acknowledged))
        found: Faults = self._ask(plan_faults, self._where(draft), *given)
        return found

    def score_zones(self, area: Area, drawn: Json) -> Json:
        """Measure zones drawn by hand, a GeoJSON FeatureCollection. Raises ZonesUnreadable, LocksUnreadable."""
        found: Json = self._ask(score_drawn, self._where_of(area, area.day), drawn)
        return found

    def check_locks(self, area: Area, day: date | None, locks: Mapping[str, Any] | None) -> None:
        """Make sure that locks of zones name what there is. Raises LocksUnreadable with everything that is wrong."""
        self._ask(require_locks, self._where_of(area, day or area.day), locks)

    def costs(self, area: Area, letter: str, pay_gbp_h: float | None, drawn: Json | None) -> dict[str, Any]:
        """Price the latest plan with a letter by small area, or by zones drawn by hand, without small counts.

        Raises RotaNotFound, ZonesUnreadable, LocksUnreadable.
        """
        found: dict[str, Any] = self._ask(price_plan, self._where_of(area, area.day), letter, pay_gbp_h, drawn)
        return found

    def close(self) -> None:
        """Let the process go."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            _kill(pool)

    def _where(self, draft: RotaDraft) -> Where:
        on = draft.circumstances
        return Where(
            database_url=self._database_url,
            data_dir=str(self._data_dir),
            area=draft.area,
            day=draft.day,
            digest=draft.digest,
            closures=tuple(on.get("closures", ())),
            conditions=tuple(on.get("conditions", ())),
        )

    def _where_of(self, area: Area, day: date) -> Where:
        return Where(
            database_url=self._database_url,
            data_dir=str(self._data_dir),
            area=area.name,
            day=day,
            digest=area.digest,
        )

    def _ask(self, function: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - whatever the function gives
        """Have a function called in the process. Raises its errors, and EditorFailed when the process dies or hangs."""
        if self._inline:
            return function(*given)
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
            pool = self._pool
        try:
            outcome = pool.submit(_told, function, *given).result(PATIENCE_S)
        except (BrokenProcessPool, TooLong) as error:
            self.close()
            raise EditorFailed("nothing was done: the process for it died or took too long") from error
        if isinstance(outcome, _Raised):
            raise outcome.rebuilt()
        return outcome


@dataclass(frozen=True, slots=True)
class _Raised:
    """An error on its way between processes: built again without its constructor, which may want something else."""

    kind: type[Exception]
    args: tuple[Any, ...]
    fields: dict[str, Any]

    def rebuilt(self) -> Exception:
        """Give the error."""
        error = self.kind.__new__(self.kind, *self.args)
        error.__dict__.update(self.fields)
        return error


def _told(function: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - whatever the function gives
    """Call a function here, in the child, and give its result or its error."""
    try:
        return function(*given)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must know
        return _Raised(type(error), error.args, error.__dict__)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool whose child may hang."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - there is no public way to end a hung child
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


@lru_cache(maxsize=1)
def _area(where: Where) -> OpenArea:
    """Open an area; the last one stays open."""
    from app.db.engine import make_engine  # noqa: PLC0415 - the service imports this module, the child calls it
    from app.services.check_rota import open_on  # noqa: PLC0415 - loads geography

    engine = make_engine(where.database_url)
    try:
        on = {"closures": where.closures, "conditions": where.conditions}
        return open_on(engine, Path(where.data_dir), where.area, on, day=where.day)
    finally:
        engine.dispose()


@lru_cache(maxsize=1)
def _opened(where: Where) -> OpenDay:
    """Open the day of an area on which plans can be judged; the last one stays open."""
    from app.services.check_rota import day_of  # noqa: PLC0415 - loads geography

    return day_of(_area(where))


def edit_plan(where: Where, plan: Json, locks: Json, change: HandChange, earlier: list[list[Json]]) -> Json:
    """Carry out a change on a plan, all in JSON values. `earlier` has the runs before each earlier change."""
    from app.services.edit_rota import edit  # noqa: PLC0415 - loads engines
    from solver.plain import plan_from_plain, to_plain  # noqa: PLC0415 - the same

    before = [_runs_of(plan, rows) for rows in earlier]
    edited = edit(_opened(where).problem, plan_from_plain(plan), locks, change, before)
    rows = ("breaches", "broken", "mended", "retimed")
    lists = {name: [asdict(row) for row in getattr(edited, name)] for name in rows}
    return {
        "plan": to_plain(edited.plan),
        "locks": edited.locks,
        "terms": dict(edited.terms),
        "costs": dict(edited.costs),
        "shifts": list(edited.shifts),
        **lists,
    }


def _runs_of(plan: Json, before: list[Json]) -> dict[str, Run | None]:
    """Read the runs before a change by shift, None where there was none."""
    from solver.plain import plan_from_plain  # noqa: PLC0415 - the child's

    found = plan_from_plain({**plan, "runs": [row["run"] for row in before if row["run"]], "unallocated": []})
    return dict.fromkeys(row["shift"] for row in before) | {run.shift: run for run in found.runs}


def plan_faults(where: Where, plan: Json, staffing: Json, locks: Json, acknowledged: dict[str, str]) -> Faults:
    """List every reason not to publish a plan."""
    from dataclasses import replace  # noqa: PLC0415 - the child's

    from app.db.plans import Staffing  # noqa: PLC0415 - the same
    from app.services.check_rota import faults_of  # noqa: PLC0415 - loads geography
    from app.services.locks import with_locks  # noqa: PLC0415 - the same
    from solver.plain import plan_from_plain  # noqa: PLC0415 - the same

    day = _opened(where)
    locked = replace(day, problem=with_locks(day.problem, locks))
    return faults_of(locked, plan_from_plain(plan), Staffing(**staffing), acknowledged)


def score_drawn(where: Where, drawn: Json) -> Json:
    """Measure zones drawn by hand."""
    from app.services.zone_files import score_zones, zones_from  # noqa: PLC0415 - loads geography

    return score_zones(_area(where), zones_from(drawn), locks=drawn["locks"], slider=drawn["slider"]).geojson()


def price_plan(where: Where, letter: str, pay_gbp_h: float | None, drawn: Json | None) -> dict[str, Any]:
    """Price a plan."""
    from app.db.engine import make_engine, reading  # noqa: PLC0415 - the service imports this module, the child calls it
    from app.services.area_costs import area_costs, without_small_counts  # noqa: PLC0415 - loads geography
    from app.services.plan_costs import CostsAsked  # noqa: PLC0415 - the same
    from app.services.zone_files import zone_of_clients, zones_from  # noqa: PLC0415 - the same

    area = _area(where)
    zone_of = area.small_areas.area_of if drawn is None else zone_of_clients(area, zones_from(drawn))
    engine = make_engine(where.database_url)
    try:
        with reading(engine) as session:
            asked = CostsAsked(pay_gbp_h=pay_gbp_h)
            return without_small_counts(area_costs(session, area, letter, zone_of, asked))
    finally:
        engine.dispose()


def require_locks(where: Where, locks: Json) -> None:
    """Read the locks of zones, to see whether they can be."""
    from app.services.zone_locks import read_locks  # noqa: PLC0415 - loads geography

    read_locks(_area(where), locks)

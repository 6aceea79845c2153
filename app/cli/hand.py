"""`rota rota lock | unlock | move | swap | leave-out | drop | publish`: a day's draft, changed and published."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from app.cli.program import AsJson, output, print_json
from app.cli.rotas import Area, Day, day_of, rota
from app.config import Settings
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.db.rota_drafts import drop_draft, latest_draft
from app.db.rota_versions import latest_version
from app.errors import PublicationRefused
from app.schemas.rotas import VersionBody
from app.services.change_draft import Desk, change_by_hand, publish_draft
from app.services.draft_rota import draft_of_plan, draft_of_published
from app.services.editor import Editor
from app.services.hand_changes import ChangeWord, HandChange
from app.services.publish_rota import Publication
from app.services.show_draft import show_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from app.db.rota_drafts import RotaDraft
    from app.schemas.drafts import ChangedBody

__all__ = ["rota"]

COMMAND_LINE = "command line"
Visit = Annotated[str, typer.Argument(help="The visit.")]
Try = Annotated[bool, typer.Option("--try", help="Only say what it would do.")]


class _Place(NamedTuple):
    """An installation and the day that is worked on."""

    settings: Settings
    engine: Engine
    editor: Editor
    desk: Desk
    day: datetime | None


@rota.command("move")
def move(  # noqa: PLR0913 - one parameter for each option
    visit: Visit,
    to_shift: Annotated[str, typer.Argument(help="The shift that is to make it.")],
    *,
    area: Area,
    day: Day = None,
    from_shift: Annotated[str | None, typer.Option(help="The shift to relieve, where two carers make it.")] = None,
    position: Annotated[int | None, typer.Option(min=0, help="Visits before it; where it fits if not said.")] = None,
    only_try: Try = False,
    as_json: AsJson = False,
) -> None:
    """Give a visit to another shift, or to another place in its run."""
    change = HandChange(word=ChangeWord.MOVE, visit=visit, to_shift=to_shift, from_shift=from_shift, position=position)
    _carry_out(area, day, change, only_try=only_try, as_json=as_json)


@rota.command("swap")
def swap(
    visit: Visit,
    other: Annotated[str, typer.Argument(help="The visit to change places with.")],
    *,
    area: Area,
    day: Day = None,
    only_try: Try = False,
    as_json: AsJson = False,
) -> None:
    """Let two visits change places."""
    change = HandChange(word=ChangeWord.SWAP, visit=visit, other=other)
    _carry_out(area, day, change, only_try=only_try, as_json=as_json)


@rota.command("leave-out")
def leave_out(visit: Visit, *, area: Area, day: Day = None, only_try: Try = False, as_json: AsJson = False) -> None:
    """Take a visit out of the rota."""
    change = HandChange(word=ChangeWord.LEAVE_OUT, visit=visit)
    _carry_out(area, day, change, only_try=only_try, as_json=as_json)


@rota.command("lock")
def lock(visit: Visit, *, area: Area, day: Day = None, as_json: AsJson = False) -> None:
    """Keep a visit with its carer and at its time, whatever else is changed."""
    _carry_out(area, day, HandChange(word=ChangeWord.LOCK, visit=visit), only_try=False, as_json=as_json)


@rota.command("unlock")
def unlock(visit: Visit, *, area: Area, day: Day = None, as_json: AsJson = False) -> None:
    """Let a visit be changed again."""
    _carry_out(area, day, HandChange(word=ChangeWord.UNLOCK, visit=visit), only_try=False, as_json=as_json)


@rota.command("drop")
def drop(*, area: Area, day: Day = None) -> None:
    """Drop the draft of a day, with the changes made in it."""
    with _place(area, day) as place, writing(place.engine) as session:
        draft = latest_draft(session, area, day_of(session, area, day))
        if draft is not None:
            drop_draft(session, draft.id)
    output.print("There is no draft." if draft is None else "The draft is dropped; what is published stays.")


@rota.command("publish")
def publish(  # noqa: PLR0913 - one parameter for each option
    *,
    area: Area,
    day: Day = None,
    plan: Annotated[
        Literal["A", "B", "C", "D"] | None,
        typer.Option(help="The latest plan with this letter; the day's draft if not said, or else plan B."),
    ] = None,
    replace: Annotated[
        bool, typer.Option(help="Let a plan replace a published rota, with what was changed in it by hand.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, for those who read the rota.")] = "Planned",
    acknowledge: Annotated[
        list[str] | None, typer.Option(help="A time-critical visit that is left out, as VISIT=NAME of who knows.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a draft or a plan again and publish it: from then on carers follow it."""
    known = _acknowledged(acknowledge or [])
    with _place(area, day) as place:
        draft = _to_publish(place, plan, replace=replace)
        publication = Publication(
            reason=reason,
            by=COMMAND_LINE,
            acknowledged=known,
            notice=timedelta(hours=place.settings.notice_hours),
        )
        version = publish_draft(place.engine, place.editor, place.desk, draft.id, publication)
        said = VersionBody.model_validate(version)
    if as_json:
        print_json(said.model_dump(mode="json", exclude_none=True))
        return
    words = f"Version {said.number} of the rota for {said.day} is published."
    if said.number > 1:
        late = f", {said.late_changes} of them within the notice period" if said.late_changes else ""
        words += f" {len(version.changes)} visit(s) are other than before{late}."
        words += " Rotas that are as they were keep the number since which they are so."
    output.print(words, soft_wrap=True)


@contextmanager
def _place(area: str, day: datetime | None) -> Iterator[_Place]:
    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    editor = Editor(settings.database_url, settings.data_dir, inline=True)
    yield _Place(settings, engine, editor, Desk(area, None, COMMAND_LINE), day)
    engine.dispose()


def _carry_out(area: str, day: datetime | None, change: HandChange, *, only_try: bool, as_json: bool) -> None:
    """Change the draft of a day; without one, begin it from the published rota."""
    with _place(area, day) as place:
        draft = _open_draft(place) or _from_published(place)
        row, done = change_by_hand(place.engine, place.editor, place.desk, draft.id, change, keep=not only_try)
        found = show_change(row, done, kept=not only_try)
    if as_json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        _print_change(found)


def _open_draft(place: _Place) -> RotaDraft | None:
    with reading(place.engine) as session:
        return latest_draft(session, place.desk.area, day_of(session, place.desk.area, place.day))


def _from_published(place: _Place) -> RotaDraft:
    with writing(place.engine) as session:
        on = day_of(session, place.desk.area, place.day)
        return draft_of_published(session, place.desk.area, on, provider=None, by=COMMAND_LINE)


def _to_publish(place: _Place, letter: str | None, *, replace: bool) -> RotaDraft:
    """Give the draft that is meant: the open one, unless a letter is said, or a new one of a plan.

    Raises PublicationRefused where a plan would replace a published rota and nobody said so.
    """
    if letter is None and (draft := _open_draft(place)):
        return draft
    with writing(place.engine) as session:
        on = day_of(session, place.desk.area, place.day)
        version = latest_version(session, place.desk.area, on)
        if version is not None and not replace:
            words = f"version {version.number} is published, and a plan keeps only the locked visits of it"
            raise PublicationRefused([(f"{on}", f"{words}: say --replace")])
        return draft_of_plan(session, place.desk.area, on, letter=letter, provider=None, by=COMMAND_LINE)


def _print_change(found: ChangedBody) -> None:
    """Say in a few lines what a change breaks, mends and costs."""
    saved = "Stored in the draft." if found.kept else "Only tried: nothing is stored."
    output.print(f"{saved} Runs that change: {', '.join(found.shifts) or 'none'}.", soft_wrap=True)
    for row in found.retimed:
        before = f"{row.before:%H:%M}" if row.before else "not on this shift"
        output.print(f"  {row.visit} on {row.shift}: {before} -> {row.start:%H:%M}", markup=False)
    for breach in found.broken:
        output.print(f"  breaks {breach.rule}: {breach.message}", markup=False)
    for breach in found.mended:
        output.print(f"  mends {breach.rule}: {breach.message}", markup=False)
    costs = ", ".join(f"{name} {value / 60:+.0f}" for name, value in found.costs_s.items())
    output.print(f"Costs {found.cost_s / 60:+.0f} paid minutes{f' ({costs})' if costs else ''}.", soft_wrap=True)
    output.print(f"The draft breaks {found.breaches} rule(s) now.")


def _acknowledged(given: list[str]) -> dict[str, str]:
    """Read who knows of which visit. Raises BadParameter."""
    pairs = [text.partition("=") for text in given]
    if any(not visit or not name for visit, _, name in pairs):
        raise typer.BadParameter("say --acknowledge VISIT=NAME")
    return {visit: name for visit, _, name in pairs}

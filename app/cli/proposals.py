"""`rota proposals`: drafted, shared, voted on, revised, adopted, and judged wave by wave."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.markup import escape

from app.cli.program import AsJson, output, print_json
from app.cli.proposal_text import print_choices, print_proposal, print_weighed
from app.cli.swap_text import names_in, print_sharing
from app.config import Settings
from app.db.audit import Entry, record
from app.db.consents import latest_answers
from app.db.engine import make_engine, writing
from app.db.migrate import migrate
from app.db.proposals import (
    TEXT_CHARS,
    TITLE_CHARS,
    By,
    Choice,
    Status,
    get_proposal,
    get_version,
    list_proposals,
    moves_of,
)
from app.db.rotas import latest_comparison
from app.security.purposes import PATTERN, Purpose
from app.services.files import write_text
from app.services.judge_wave import Given, record_judgement
from app.services.movable import not_yet_asked
from app.services.proposal_steps import standing, take_step, vote
from app.services.proposals import DraftAsked, draft, recompute_request, revise, weighed, write_impact
from app.services.see_proposal import seen, summary
from app.services.weigh_recompute import DROPPED, RECOMPUTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from app.db.proposals import Proposal

proposals = typer.Typer(help="Proposals to an alliance, and people's consents.", no_args_is_help=True)
Area = Annotated[str, typer.Option(help="An imported area.")]
ItsArea = Annotated[str | None, typer.Option("--area", help="Not needed: an id is of one area.")]
Which = Annotated[UUID, typer.Argument(help="The id of a proposal.")]


def a_purpose(said: str | None) -> str | None:
    """Take a purpose of the closed list, perhaps with a reference."""
    if said is not None and not re.fullmatch(PATTERN, said):
        raise typer.BadParameter(f"one of {', '.join(Purpose)}, perhaps with a reference: complaint/C-1042")
    return said


def in_words(said: str | None) -> str | None:
    """Take a title or a name without blanks around it; as over HTTP it is neither empty nor too long."""
    if said is None:
        return None
    if not 0 < len(said.strip()) <= TITLE_CHARS:
        raise typer.BadParameter(f"write 1 to {TITLE_CHARS} letters")
    return said.strip()


Who = Annotated[str, typer.Option("--by", callback=in_words, help="Who does this: your name goes into the record.")]


@proposals.command("draft")
def draft_one(
    title: Annotated[str, typer.Argument(callback=in_words, help="What it is about.")],
    *,
    area: Area,
    by: Who,
    optimisation: Annotated[UUID | None, typer.Option(help="A comparison; the latest if not said.")] = None,
    budget: Annotated[float, typer.Option(min=0, max=100, help="Most people who may move, percent.")] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Draft a proposal from a comparison's swaps. Only people with a record of consent are moved."""
    with at_work(area, by, "draft_proposal") as (session, act):
        row = draft(session, area, DraftAsked(title=title, optimisation=optimisation, budget_pct=budget), act)
        found, waiting = seen(session, row, provider=None, with_people=False), _waiting(session, row)
    _print(found, waiting, as_json=as_json)


@proposals.command("list")
def list_all(*, area: Area, as_json: AsJson = False) -> None:
    """List the proposals of an area, the latest first."""
    with at_work(area, "", "") as (session, _):
        rows = [summary(row) for row in list_proposals(session, area)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        output.print(f"{row['id']}  {row['status']}, version {row['current_version']}: {escape(row['title'])}")


@proposals.command("show")
def show(  # noqa: PLR0913 - one parameter for each option
    proposal: Which,
    *,
    area: ItsArea = None,
    version: Annotated[int | None, typer.Option(min=1, help="The current one if not said.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write all of it here as JSON.")] = None,
    purpose: Annotated[
        str | None, typer.Option(callback=a_purpose, help="What for, as in X-Purpose: then who moves is named.")
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Who looks at people: goes into the record with the purpose.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a version: its swaps, impact, waves, actions, votes and steps. Nobody is named without a purpose."""
    if purpose and not by.strip():
        raise typer.BadParameter("say who you are with --by: looking at people is recorded")
    with at_work(area, by, "", proposal=proposal) as (session, act):
        row = get_proposal(session, area, proposal)
        found = seen(session, row, provider=None, with_people=purpose is not None, version=version)
        waiting = _waiting(session, row)
        if purpose:
            entry = Entry(at=act.at, actor=act.actor, action="show_people", subject=f"proposal/{proposal}")
            record(session, replace(entry, area=row.area, purpose=purpose))
    if out is not None:
        write_text(out, json.dumps(found, indent=2))
    _print(found, waiting, as_json=as_json)


@proposals.command("step")
def step(
    proposal: Which,
    to: Annotated[Status, typer.Argument(help="What it becomes.")],
    *,
    area: ItsArea = None,
    by: Who,
    note: Annotated[str, typer.Option(help="For the record.")] = "",
) -> None:
    """Share, adopt (not by whoever made or shared a version), begin or complete the transition, or withdraw."""
    with at_work(area, by, f"proposal_{to}", f"proposal/{proposal}", proposal=proposal) as (session, act):
        row = get_proposal(session, area, proposal, lock=True)
        take_step(session, row, to, act, note=note)
    now = "in transition" if to is Status.TRANSITION else to
    output.print(f"Version {row.version} is {now}.")


@proposals.command("vote")
def vote_one(  # noqa: PLR0913 - one parameter for each option
    proposal: Which,
    choice: Annotated[Choice, typer.Argument(help="What the provider says.")],
    *,
    area: ItsArea = None,
    provider: Annotated[str, typer.Option(help="Who says it.")],
    by: Who,
    swap: Annotated[int | None, typer.Option(min=1, help="Of one swap only.")] = None,
    comment: Annotated[str, typer.Option(help="In words.")] = "",
) -> None:
    """Record what a provider says of a shared proposal, or of one of its swaps."""
    with at_work(area, by, f"proposal_{choice}", f"proposal/{proposal} provider/{provider}", proposal=proposal) as (
        session,
        act,
    ):
        row = get_proposal(session, area, proposal, lock=True)
        vote(session, row, provider, choice, act, swap=swap, comment=comment)
    output.print(f"{provider}: {choice}, version {row.version}.")


@proposals.command("revise")
def revise_one(  # noqa: PLR0913 - one parameter for each option
    proposal: Which,
    *,
    area: ItsArea = None,
    by: Who,
    why: Annotated[str, typer.Option(callback=in_words, help="Why there is a new version.")],
    without: Annotated[list[int] | None, typer.Option(help="A swap to leave out; give it again for more.")] = None,
    optimisation: Annotated[UUID | None, typer.Option(help="A comparison that was made anew.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new version without some swaps, or from a new comparison; everybody votes again."""
    with at_work(area, by, "revise_proposal", f"proposal/{proposal}", proposal=proposal) as (session, act):
        row = get_proposal(session, area, proposal, lock=True)
        revise(session, row, act, why=why, without=without or (), optimisation=optimisation)
        found, waiting = seen(session, row, provider=None, with_people=False), _waiting(session, row)
    _print(found, waiting, as_json=as_json)


@proposals.command("recompute")
def recompute(
    proposal: Which,
    *,
    area: ItsArea = None,
    by: Annotated[
        str | None, typer.Option("--by", callback=in_words, help="Make the next version from it, in your name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare again around those who stay and the swaps declined, and say if that is better than dropping them.

    With `--by` the next version is made from it, unless dropping is better. It is a draft if anything in it is new.
    """
    from app.cli.plans import carry_out  # noqa: PLC0415 - loads what queues and searches

    with at_work(area, "", "", proposal=proposal) as (session, _):
        row = get_proposal(session, area, proposal)
        name, asked = row.area, recompute_request(session, row)
    carry_out(name, asked, quiet=as_json)
    with at_work(area, "", "", proposal=proposal) as (session, act):
        row, made = get_proposal(session, area, proposal), latest_comparison(session, name).id
        found, declined = weighed(session, row, act, made), standing(session, row).swaps_declined
    if by is not None and not (declined and found["better"] == DROPPED):
        revise_one(proposal, area=area, by=by, why="compared again", optimisation=made, as_json=as_json)
    elif as_json:
        print_json({"optimisation": str(made), "swaps": found[RECOMPUTED]["swaps"], "weighed": found})
    else:
        print_weighed(found)
        print_choices(str(proposal), str(made), found["better"], declined)


@proposals.command("judge")
def judge(
    proposal: Which,
    wave: Annotated[int, typer.Argument(min=1, help="The number of a wave.")],
    *,
    area: ItsArea = None,
    by: Who,
    going_back: Annotated[int, typer.Option(min=0, help="How many of those who moved asked to go back.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Judge a wave by its stop rule, on the rotas published before the first wave and after this one; on record."""
    with at_work(area, by, "judge_wave", f"proposal/{proposal} wave/{wave}", proposal=proposal) as (session, act):
        row = get_proposal(session, area, proposal, lock=True)
        given = Given(people_going_back=going_back)
        found = record_judgement(session, row, wave, act, given=given).as_json() | {"judged_by": act.actor}
    if as_json:
        print_json(found)
        return
    promise = found["promised_travel_min_per_visit"]
    for name, promised in (("before", ""), ("after", "" if promise is None else f" ({promise:.1f} promised)")):
        shown = found[name]
        late = "nothing recorded" if shown["late_pct"] is None else f"{shown['late_pct']:g} % late or missed"
        output.print(
            f"{name.title()}, {shown['days']} days: {shown['travel_min_per_visit']:.1f} minutes a visit{promised}, "
            f"{shown['visits_left_out']:g} visits left out a day, {late}"
        )
    for reason in found["reasons"]:
        output.print(f"Stop: {escape(reason)}")
    for rule in found["not_judged"]:
        output.print(f"Not judged: {escape(rule)}", soft_wrap=True)
    if found["go_on"]:
        output.print("The next wave may begin.")


@proposals.command("text")
def text(
    proposal: Which,
    heading: Annotated[str, typer.Argument(help="A heading of the impact assessment.")],
    file: Annotated[Path, typer.Argument(help="The text, plain.")],
    *,
    area: ItsArea = None,
    by: Who,
) -> None:
    """Write the text under a heading of a draft's impact assessment; the figures stay."""
    written = file.read_text("utf-8").strip()
    if not 0 < len(written) <= TEXT_CHARS:
        raise typer.BadParameter(f"a text has 1 to {TEXT_CHARS} letters", param_hint="FILE")
    with at_work(area, by, "write_impact", f"proposal/{proposal}", proposal=proposal) as (session, act):
        write_impact(session, get_proposal(session, area, proposal, lock=True), heading, written, by=act)


@proposals.command("sharing")
def sharing(
    proposal: Which,
    *,
    area: ItsArea = None,
    out: Annotated[
        Path | None, typer.Option(help="Write worksheets here, .xlsx, to work each figure out again.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what each provider would pay by each rule of sharing, and whom a rule leaves worse off."""
    from app.reports.sharing_book import write_sharing_book  # noqa: PLC0415 - loads what writes workbooks

    with at_work(area, "", "", proposal=proposal) as (session, _):
        content = get_version(session, get_proposal(session, area, proposal)).content
    if out is not None:
        write_sharing_book(content, out)
    if as_json:
        print_json(content["sharing"])
    else:
        print_sharing(content["sharing"], names_in(content))


@contextmanager
def at_work(
    area: str | None, who: str, action: str, subject: str = "", *, proposal: UUID | None = None
) -> Iterator[tuple[Session, By]]:
    """Open a session of the installation, and take down what is done in it: in an area, or in that of a proposal."""
    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    act = By(actor=f"machine/{who}"[:80], at=datetime.now(UTC))
    with writing(engine) as session:
        name = area if proposal is None else get_proposal(session, area, proposal).area
        yield session, act
        if action:
            record(session, Entry(at=act.at, actor=act.actor, action=action, subject=subject or str(name), area=name))
    engine.dispose()


def _print(found: dict[str, Any], waiting: int = 0, *, as_json: bool) -> None:
    """Print a version for people, or all of it for programs."""
    if as_json:
        print_json(found)
    else:
        print_proposal(found, waiting)


def _waiting(session: Session, row: Proposal) -> int:
    """Count who moves in the current version and has not been asked and agreed yet."""
    moving = (move.client_id for move in moves_of(session, row))
    return len(not_yet_asked(moving, latest_answers(session, row.area)))

"""`rota proposals`: the same way as over HTTP, with a name for the record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from app.db.audit import list_entries
from app.db.consents import Answer
from app.db.engine import make_engine, reading, writing
from app.db.optimisations import get_optimisation
from app.services.see_proposal import PEOPLE_HIDDEN
from app.services.swap_order import SAFE
from app.services.transition import Measured
from tests.app.areas import tiny_dataset
from tests.app.commands import CommandLine, tiny_home, url_of
from tests.app.proposed import AREA, NOON, WHO, moves, say, store_comparison

if TYPE_CHECKING:
    from pathlib import Path

    from app.services.requests import CompareRequest

HOURS = {row.provider_id: 99.0 for row in tiny_dataset().providers}
PUBLISHED = Measured(travel_min_per_visit=6.0, visits_left_out=0, hours_by_provider=HOURS, visits_placed=999)
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation with a stored comparison."""
    line = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    engine = make_engine(url_of(line.data_dir))
    with writing(engine) as session:
        store_comparison(session)
    engine.dispose()
    return line


def test_a_proposal_goes_all_the_way(rota: CommandLine, tmp_path: Path) -> None:
    """Drafted, written under, shared, voted on, revised and adopted; nobody who moves is printed."""
    said = rota("proposals", "draft", "One road", "--area", AREA, "--by", "ann", "--budget", 50, "--json")
    name = json.loads(said.out)["id"]
    note = tmp_path / "people.txt"
    note.write_text("We spoke with everybody.", encoding="utf-8")
    at = ("--by",)
    assert rota("proposals", "text", name, "people", note, *at, "ann").code == 0
    assert "the headings are people," in rota("proposals", "text", name, "beauty", note, *at, "ann").err
    empty = tmp_path / "empty.txt"
    empty.write_text(" ", encoding="utf-8")
    assert rota("proposals", "text", name, "people", empty, *at, "ann").code == 2
    assert rota("proposals", "step", name, "shared", *at, "ann").code == 0
    declined = ("proposals", "vote", name, "decline", *at, "cat", "--provider", WHO[0], "--swap", 2, "--comment", "far")
    assert rota(*declined).code == 0
    assert rota("proposals", "step", name, "adopted", *at, "bob").code == 1
    assert rota("proposals", "revise", name, *at, "ann", "--why", "without swap 2", "--without", 2).code == 0
    for provider in WHO:
        assert rota("proposals", "vote", name, "endorse", *at, "cat", "--provider", provider).code == 0
    own = rota("proposals", "step", name, "adopted", *at, "ann")
    assert (own.code, "somebody else" in own.err) == (1, True)
    assert rota("proposals", "step", name, "adopted", *at, "bob", "--note", "board").code == 0
    out = tmp_path / "proposal.json"
    shown = rota("proposals", "show", name, "--out", out)
    assert "Version" not in shown.out
    assert all(line in " ".join(shown.out.split()) for line in (SAFE, f"rota proposals recompute {name} --by NAME"))
    assert rota("proposals", "show", name, "--area", AREA).out == shown.out
    assert "there is no proposal" in rota("proposals", "show", name, "--area", "elsewhere").err
    assert "People (written for version 1): We spoke with everybody." in shown.out
    assert "(written for" not in rota("proposals", "show", name, "--version", 1).out
    assert "Endorsed by P02, P03." in shown.out
    assert "Record the decision and the votes, and tell every provider (commissioner)" in shown.out
    assert not any(row.client_id in shown.out for row in moves())
    assert json.loads(out.read_text(encoding="utf-8"))["status"] == "adopted"
    assert f"{name}  adopted, version 2: One road" in rota("proposals", "list", "--area", AREA).out
    engine = make_engine(url_of(rota.data_dir))
    with reading(engine) as session:
        actors = {entry.actor for entry in list_entries(session, AREA)}
    engine.dispose()
    assert {"machine/ann", "machine/bob", "machine/cat"} <= actors


def test_who_moves_is_shown_for_a_purpose(rota: CommandLine) -> None:
    """Without one it is said what is needed; with one, and a name, people are shown and that is in the audit."""
    drafted = rota("proposals", "draft", "One road", "--area", AREA, "--by", "ann", "--budget", 50)
    assert PEOPLE_HIDDEN in drafted.out
    assert "Its tests: passed by £5.00, more than the error of ±£0.50." in drafted.out
    name = drafted.out.split(":")[0]
    without = json.loads(rota("proposals", "show", name, "--json").out)
    assert (without["moves"], without["tupe"]["hidden"]) == ([], PEOPLE_HIDDEN)
    for wrong in (("--purpose", "curiosity", "--by", "ann"), ("--purpose", "care-planning")):
        assert rota("proposals", "show", name, *wrong).code == 2
    shown = rota("proposals", "show", name, "--purpose", "care-planning/TUPE", "--by", "ann")
    assert all(row.client_id in shown.out for row in moves())
    assert "% of hours to" in shown.out
    with reading(make_engine(url_of(rota.data_dir))) as session:
        taken = [(row.actor, row.purpose) for row in list_entries(session, AREA) if row.action == "show_people"]
    assert taken == [("machine/ann", "care-planning/TUPE")]


@pytest.mark.parametrize(("only", "better"), [((2,), "dropped"), ((1, 2, 3), "recomputed")])
def test_comparing_again_is_weighed_against_dropping(
    rota: CommandLine, monkeypatch: pytest.MonkeyPatch, only: tuple[int, ...], better: str
) -> None:
    """Where dropping is better no version is made, and both ways are printed; else the version is a draft if new."""

    def carry_out(_area: str, _asked: CompareRequest, *, quiet: bool) -> dict[str, Any]:
        with writing(make_engine(url_of(rota.data_dir))) as session:
            row = get_optimisation(session, store_comparison(session, only=only))
            row.finished_at, row.result = NOON.replace(hour=13), {**(row.result or {}), "quiet": quiet}
            return dict(row.result)

    monkeypatch.setattr("app.cli.plans.carry_out", carry_out)
    budget = 50 if better == "dropped" else 11
    name = json.loads(rota("proposals", "draft", "A", "--area", AREA, "--by", "ann", "--budget", budget, "--json").out)[
        "id"
    ]
    assert rota("proposals", "step", name, "shared", "--by", "ann").code == 0
    assert rota("proposals", "vote", name, "decline", "--by", "cat", "--provider", WHO[0], "--swap", 1).code == 0
    said = " ".join(rota("proposals", "recompute", name, "--by", "ann").out.split())
    now = json.loads(rota("proposals", "show", name, "--json").out)
    if better == "dropped":
        assert f"rota proposals revise {name} --without 1 --why WHY --by NAME (better)" in said
        assert "Gone besides: 1 person, swaps 3. Better by price: dropping." in said
        assert (now["status"], now["version"]) == ("shared", 1)
        told = json.loads(rota("proposals", "recompute", name, "--json").out)
        assert told["weighed"]["better"] == better
    else:
        assert "New: 2 people, swaps 2." in said
        assert (now["status"], now["version"], now["weighed"]["better"]) == ("draft", 2, better)
    assert f"Comparison {now['optimisation']}" in rota("proposals", "show", name).out


def test_what_is_shared_can_be_worked_out_again(rota: CommandLine, tmp_path: Path) -> None:
    """Who pays what is told with the tests of each rule; the worksheets have the figures that it adds up from."""
    with writing(make_engine(url_of(rota.data_dir))) as session:
        for row in moves():
            say(session, row.client_id, Answer.HAPPY_TO_BE_ASKED, minutes=5)
    drafted = rota("proposals", "draft", "One road", "--area", AREA, "--by", "ann", "--budget", 50)
    assert "5 of those who move are still to be asked" in drafted.out
    name = drafted.out.split(":")[0]
    book = tmp_path / "sharing.xlsx"
    said = rota("proposals", "sharing", name, "--out", book)
    assert "nobody is worse off than alone" in said.out
    assert json.loads(rota("proposals", "sharing", name, "--json").out)["alone_gbp_a_day"] == {WHO[0]: 60, WHO[1]: 30}
    pages = load_workbook(book, data_only=True)
    assert pages.sheetnames == ["parts", "swaps", "coalitions", "joining", "shares"]
    cells = {cell.value for row in pages["coalitions"].iter_rows() for cell in row}
    assert {60, 30, 75} <= cells


def test_answers_and_protections_are_written_down(rota: CommandLine) -> None:
    """A "no" and a protection change open proposals at once; lifting twice is an error."""
    drafted = rota("proposals", "draft", "One road", "--area", AREA, "--by", "ann", "--budget", 50)
    name = drafted.out.split(":")[0]
    first, second = moves()[0].client_id, moves()[4].client_id
    at = ("--area", AREA, "--by", "ann")
    assert rota("proposals", "consent", first, "no", *at).out == "Noted. 1 proposal has a new version.\n"
    assert "1 proposal has" in rota("proposals", "protect", second, "flagged", *at, "--until", "2027-01-31").out
    assert rota("proposals", "protect", second, *at).code == 0
    assert rota("proposals", "protect", second, *at).code == 1
    assert rota("proposals", "consent", "nobody", "no", *at).code == 1
    assert "(drafted) by machine/ann, proposed by machine/ann" in rota("proposals", "show", name, "--version", 1).out
    now = rota("proposals", "show", name).out
    assert "by the service, after what machine/ann took down, proposed by machine/ann" in now
    assert "0 proposals have" in rota("proposals", "consent", first, "no", *at).out


@pytest.mark.parametrize(
    "said",
    [
        ("draft", " ", "--area", AREA, "--by", "ann"),
        ("draft", "One road", "--area", AREA, "--by", ""),
        ("draft", "x" * 201, "--area", AREA, "--by", "ann"),
        ("recompute", NOBODY, "--by", " "),
        ("revise", NOBODY, "--by", "ann", "--why", ""),
        ("consent", "somebody", "no", "--area", AREA, "--by", " "),
    ],
)
def test_empty_words_are_refused(rota: CommandLine, said: tuple[str, ...]) -> None:
    """A title, a reason and a name have something in them, as over HTTP."""
    refused = rota("proposals", *said)
    assert (refused.code, "letters" in refused.err) == (2, True)
    assert not json.loads(rota("proposals", "list", "--area", AREA, "--json").out)


def test_words_fit_what_they_tell(rota: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step is told in English; who has no vote hears what to do, and an unknown provider that there is none."""
    drafted = rota("proposals", "draft", "One road", "--area", AREA, "--by", "ann", "--budget", 50)
    name = drafted.out.split(":")[0]
    rota("proposals", "step", name, "shared", "--by", "ann")
    other = rota("proposals", "vote", name, "endorse", "--provider", "P01", "--by", "cat")
    assert (other.code, "key" in other.err, "Comment" in other.err) == (1, False, True)
    unknown = ("P88", "P99")
    told = [
        rota("proposals", "vote", name, "comment", "--provider", unknown[0], "--by", "cat"),
        rota("proposals", "ask-list", "--area", AREA, "--provider", unknown[1], "--by", "cat"),
    ]
    assert [said.code for said in told] == [1, 1]
    assert all(f"there is no provider {no}" in said.err for no, said in zip(unknown, told, strict=True))
    for provider in WHO:
        rota("proposals", "vote", name, "endorse", "--provider", provider, "--by", "cat")
    rota("proposals", "step", name, "adopted", "--by", "bob")
    said = rota("proposals", "step", name, "transition", "--by", "bob")
    assert said.out == "Version 1 is in transition.\n"
    assert rota("proposals", "judge", name, 1).code == 2
    unpublished = rota("proposals", "judge", name, 1, "--by", "ann")
    assert (unpublished.code, "Publish the rotas" in unpublished.err) == (1, True)
    monkeypatch.setattr("app.services.judge_wave.measured_rotas", lambda *_: PUBLISHED)
    judged = rota("proposals", "judge", name, 1, "--by", "ann")
    assert "Not judged: calls late or missed: nothing is recorded\nThe next wave may begin.\n" in judged.out
    assert "judged to go on by machine/ann" in rota("proposals", "show", name).out

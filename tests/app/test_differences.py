"""Tests of telling what an import would change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.services.differences import differences
from tests.app.datasets import GOOD


def test_the_first_import_is_all_new() -> None:
    """Without anything stored, everything is new and nothing is gone."""
    found = differences(None, GOOD)
    assert found.removes == 0
    assert f"{len(GOOD.clients)} new clients" in found.sentences()
    assert {change.kind for change in found.changes} == {"new"}


def test_the_same_again_is_no_difference() -> None:
    """Importing what is stored changes nothing, whatever the order of its rows."""
    assert differences(GOOD, GOOD).sentences() == []
    assert differences(GOOD, replace(GOOD, visits=GOOD.visits[::-1])).changes == ()


def test_sentences_say_who_comes_goes_and_moves() -> None:
    """New, gone, moved and otherwise changed records are told apart, one and many in their own words."""
    first, *others = GOOD.visits
    after = replace(
        GOOD,
        day=GOOD.day + timedelta(days=1),
        clients=(*GOOD.clients, replace(GOOD.clients[0], client_id="C9")),
        carers=GOOD.carers[:-1],
        visits=(replace(first, preferred=first.preferred + 3600, latest=first.latest + 3600), *others),
        shifts=tuple(replace(shift, end=shift.end + 60) for shift in GOOD.shifts),
    )
    told = differences(GOOD, after).sentences()
    assert told == [
        f"the planned day is {after.day} instead of {GOOD.day}",
        "1 carer left",
        f"{len(GOOD.shifts)} shifts changed",
        "1 new client",
        "1 visit moved to another hour",
    ]


def test_a_record_is_shown_with_what_changed_of_it() -> None:
    """Each change names its record by key and its columns before and after, as they stand in the files."""
    first, *others = GOOD.visits
    changed = differences(GOOD, replace(GOOD, visits=(replace(first, priority="red"), *others))).changes
    assert [(change.file, change.key, change.kind) for change in changed] == [("visits", (first.visit_id,), "changed")]
    assert changed[0].columns == {"priority": (first.priority, "red")}


def test_what_is_gone_is_counted() -> None:
    """Removed records are counted in every file, because somebody has to agree to that."""
    found = differences(GOOD, replace(GOOD, recorded=(), matches=()))
    assert found.removes == len(GOOD.recorded) + len(GOOD.matches) > 0
    assert found.counts()["matches"]["gone"] == len(GOOD.matches)

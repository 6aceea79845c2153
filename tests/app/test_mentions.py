"""Ids are found and replaced in documents by what they are of, and in sentences as whole words."""

from __future__ import annotations

from app.db.person_columns import IdKind
from app.services.mentions import Names, mentions, replaced, replaced_in_text

NAMES: Names = {IdKind.CARER: {"K1": "gone"}, IdKind.SHIFT: {"S1": "none"}}


def test_an_id_is_replaced_where_its_kind_stands() -> None:
    """The same text is left where it means somebody else, such as a provider, a visit or a place."""
    document = {
        "carer": "K1",
        "provider": "K1",
        "visit": "K1",
        "with_carers": ["K1", "K2"],
        "runs": [{"shift": "S1", "carer": "K10"}],
    }
    assert replaced(document, NAMES) == {
        "carer": "gone",
        "provider": "K1",
        "visit": "K1",
        "with_carers": ["gone", "K2"],
        "runs": [{"shift": "none", "carer": "K10"}],
    }


def test_maps_of_ids_are_replaced_on_both_sides() -> None:
    """Keys are replaced wherever they stand, values by what the map is of."""
    maps = {"carer_of_shift": {"S1": "K1", "S2": "K2"}, "provider_of_shift": {"S1": "K1"}, "locks": {"V1": "S1"}}
    assert replaced(maps, NAMES) == {
        "carer_of_shift": {"none": "gone", "S2": "K2"},
        "provider_of_shift": {"none": "K1"},
        "locks": {"V1": "none"},
    }


def test_sentences_lose_whole_ids_only() -> None:
    """An id inside a longer one stays; punctuation does not hide it."""
    assert replaced_in_text("K1, K10 and S1-b: ask K1.", NAMES) == "gone, K10 and S1-b: ask gone."
    assert replaced({"detail": "K1 is late"}, NAMES) == {"detail": "gone is late"}
    assert replaced_in_text("K1", {}) == "K1"


def test_other_values_stay_as_they_are() -> None:
    """Numbers, truth and nothing are not touched."""
    document = {"arrive_s": 5, "late": True, "note": None, "legs": [1.5, [2]]}
    assert replaced(document, NAMES) == document


def test_mentions_are_as_small_as_can_be() -> None:
    """A record is given whole, a map pair by pair, and neighbours are left out."""
    document = {
        "runs": [{"carer": "K1", "stops": [{"visit": "V1"}]}, {"carer": "K2"}],
        "carer_of_shift": {"S1": "K1", "S2": "K2"},
        "notes": ["K1 rang", "K2 rang"],
        "n": 1,
    }
    assert mentions(document, NAMES) == [
        {"carer": "K1", "stops": [{"visit": "V1"}]},
        {"S1": "K1"},
        {"notes": ["K1 rang", "K2 rang"]},
    ]
    assert mentions("K1", NAMES) == []

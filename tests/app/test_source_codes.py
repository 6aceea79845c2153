"""The codes of SOURCE: extracts load as they are."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from app.agreements import ServiceKind
from app.dataset import ProviderKind
from app.errors import ImportRejected
from app.services.read_dataset import read_dataset
from tests.app.datasets import GOOD, replace_cell, write_good

if TYPE_CHECKING:
    from pathlib import Path

FLAGS = ("sds_option_1", "sds_option_2", "sds_option_3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the good data set."""
    return write_good(tmp_path / "oban")


def add_flags(path: Path, flags: str, *, option: str) -> None:
    """Flag options in the first row, which says an option or none."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[0] |= {"sds_option": option, **dict(zip(FLAGS, map(str.strip, flags), strict=True))}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*rows[1], *FLAGS], restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1", ProviderKind.COUNCIL),
        ("2", ProviderKind.INDEPENDENT),
        ("3", ProviderKind.COUNCIL),
        ("4", ProviderKind.THIRD_SECTOR),
        ("5", ProviderKind.OTHER),
    ],
)
def test_codes_of_providers_are_words(folder: Path, code: str, kind: ProviderKind) -> None:
    """Each code of the home care provider is the word that means the same."""
    replace_cell(folder, "providers.csv", "independent", code)
    assert read_dataset(folder).providers[0].kind is kind


def test_codes_of_services_are_words(folder: Path) -> None:
    """2 is personal care, 1 is not; 9 of reablement is not known."""
    replace_cell(folder, "packages.csv", ",personal,,no,420,,", ",1,,no,420,9,")
    (package,) = read_dataset(folder).packages
    assert (package.service, package.reablement) == (ServiceKind.NON_PERSONAL, None)
    replace_cell(folder, "packages.csv", ",1,,no,420,9,", ",2,,no,420,1,")
    (package,) = read_dataset(folder).packages
    assert (package.service, package.reablement) == (ServiceKind.PERSONAL, True)


@pytest.mark.parametrize(("flags", "option"), [("100", 1), ("01 ", 2), ("  1", 3), ("101", 4), ("111", 4)])
def test_flags_say_the_option(folder: Path, flags: str, option: int) -> None:
    """One flag is its option, several are option 4, and the flags are not kept."""
    add_flags(folder / "clients.csv", flags, option="")
    assert [client.sds_option for client in read_dataset(folder).clients] == [option, GOOD.clients[1].sds_option]


def test_an_option_that_is_given_counts(folder: Path) -> None:
    """Flags beside it are not looked at."""
    add_flags(folder / "clients.csv", "111", option="3")
    assert read_dataset(folder) == GOOD


def test_a_client_without_any_option_is_a_fault(folder: Path) -> None:
    """No option is assumed; a package without one has its client's."""
    replace_cell(folder, "clients.csv", 'Isles",2,', 'Isles",,')
    with pytest.raises(ImportRejected) as caught:
        read_dataset(folder)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("clients.csv", 3, "sds_option")


def test_a_code_that_nobody_knows_is_a_fault(folder: Path) -> None:
    """There is no sixth provider type."""
    replace_cell(folder, "providers.csv", "independent", "6")
    with pytest.raises(ImportRejected):
        read_dataset(folder)

"""Tests of `geo.gazetteer` and of the files it is filled from (`geo.gazetteer_files`)."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geo.errors import GazetteerUnreadable
from geo.fix import LocatedBy
from geo.gazetteer import Bounds, Gazetteer
from geo.gazetteer_files import MOST_BAD_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED = Path(os.environ.get("ROTA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
LORN = Bounds(west=-6.0, south=56.0, east=-5.0, north=57.0)

CODE_POINT = """\
"PA344AB",10,186000,730000,"S92000003","","S08000022","","S12000035","S13002519"
"PA34 4AD",10,186300,730400,"S92000003","","S08000022","","S12000035","S13002519"
"PA344AE",90,0,0,"S92000003","","S08000022","","S12000035","S13002519"
"""
ONSPD = """\
pcd,pcd2,pcds,dointr,doterm,lat,long
PA344AB,PA34 4AB,PA34 4AB,198001,,56.413582,-5.470707
PA344AE,PA34 4AE,PA34 4AE,198001,201206,56.414,-5.471
JE2 3AB,JE2  3AB,JE2 3AB,198001,,99.999999,0.000000
"""
NEWER_ONSPD = ONSPD.replace("pcd,pcd2,pcds", "pcd7,pcd8,pcds")
UPRN = """\
UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE
125000001,186000.00,730000.00,56.4135823,-5.4707067
1,358260.66,172796.50,51.4526010,-2.6020703
"""
POINTS = "postcode,lat,lon,objects\nIM1 1AD,54.149756,-4.484901,2\nIM11AE,54.149884,-4.485733,2\n"


@pytest.fixture
def gazetteer(tmp_path: Path) -> Gazetteer:
    """Give an empty gazetteer."""
    return Gazetteer(tmp_path / "var" / "gazetteer.sqlite")


def written(folder: Path, text: str, name: str = "places.csv") -> Path:
    """Write a file and give its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def zipped(folder: Path, members: Mapping[str, str]) -> Path:
    """Write a zip and give its path."""
    path = folder / "places.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return path


def test_code_point_open_is_read_without_a_heading(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """Padded and spaced postcodes are found, in degrees; a postcode that nobody placed exists all the same."""
    done = gazetteer.load(written(tmp_path, CODE_POINT))
    assert (done.postcodes, done.unplaced, done.layouts) == (3, 1, ("Code-Point Open",))
    found = gazetteer.postcode("pa34 4ab")
    assert found is not None
    assert found.fix is not None
    assert (found.fix.lat, found.fix.lon) == (pytest.approx(56.413582, abs=1e-5), pytest.approx(-5.470707, abs=1e-5))
    assert found.fix.accuracy_m == pytest.approx(500, abs=3)
    unplaced = gazetteer.postcode("PA34 4AE")
    assert unplaced is not None
    assert unplaced.fix is None
    assert gazetteer.postcode("PA34 4ZZ") is None


@pytest.mark.parametrize("text", [ONSPD, NEWER_ONSPD], ids=["pcd", "pcd7"])
def test_onspd_is_read_whatever_its_release_calls_its_columns(gazetteer: Gazetteer, tmp_path: Path, text: str) -> None:
    """Postcodes that have ended say since when, and 99.999999 is no position."""
    assert gazetteer.load(written(tmp_path, text)).ended == 1
    ended, island = gazetteer.postcode("PA34 4AE"), gazetteer.postcode("JE2 3AB")
    assert ended is not None
    assert island is not None
    assert ended.ended == "201206"
    assert island.fix is None


def test_uprns_are_kept_for_the_area_only(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """Of a national file, what lies outside the bounds is counted and not stored."""
    done = gazetteer.load(written(tmp_path, UPRN), within=LORN)
    assert (done.uprns, done.skipped, gazetteer.counts()) == (1, 1, (0, 1))
    fix = gazetteer.uprn(125000001)
    assert fix is not None
    assert (fix.lat, fix.accuracy_m, fix.by) == (56.4135823, 10, LocatedBy.UPRN)
    assert gazetteer.uprn(1) is None


def test_loading_twice_changes_nothing(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """The same file again is known; a newer one replaces rows, but never a position by none."""
    path = written(tmp_path, CODE_POINT)
    assert not gazetteer.load(path).already
    assert gazetteer.load(path).already
    assert gazetteer.counts() == (3, 0)
    gazetteer.load(written(tmp_path, "pcds,doterm,lat,long\nPA34 4AB,202401,99.999999,0\n", "newer.csv"))
    found = gazetteer.postcode("PA34 4AB")
    assert found is not None
    assert found.ended == "202401"
    assert found.fix is not None


def test_a_zip_gives_its_tables_and_hides_its_papers(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """Every CSV with known columns is read; headings, licences and the second copy of ONSPD are not."""
    path = zipped(
        tmp_path,
        {
            "Doc/licence.txt": "Open Government Licence",
            "Doc/Code-Point_Open_Column_Headers.csv": "PC,PQ,EA,NO\nPostcode,Positional_quality_indicator,Eastings,N\n",
            "Data/CSV/pa.csv": CODE_POINT,
            "Data/CSV/im.csv": POINTS,
        },
    )
    done = gazetteer.load(path)
    assert (done.postcodes, done.layouts) == (5, ("Code-Point Open", "list of postcodes"))
    twice = zipped(tmp_path, {"Data/ONSPD_FEB_2024_UK.csv": ONSPD, "Data/multi_csv/ONSPD_FEB_2024_UK_PA.csv": ONSPD})
    assert gazetteer.load(twice).postcodes == 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "none of the known columns"),
        ("name,age\nA,1\n", "none of the known columns"),
        ("postcode,lat,lon\n", "holds no place"),
        ("postcode,lat,lon\n" + "Oban,56.4,-5.4\n" * MOST_BAD_ROWS, "too many bad rows"),
        ("postcode,lat,lon\nPA34 4AB," + "5" * 200_000, "a line is too long"),
        ("x" * 200_000, "none of the known columns"),
    ],
)
def test_a_file_of_another_kind_is_refused_once(
    gazetteer: Gazetteer, tmp_path: Path, text: str, complaint: str
) -> None:
    """One clear error, and the gazetteer is as it was."""
    with pytest.raises(GazetteerUnreadable, match=complaint):
        gazetteer.load(written(tmp_path, text))
    assert gazetteer.counts() == (0, 0)


def test_bad_rows_are_listed_and_the_rest_is_taken(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """Each row that is none is named, as a spreadsheet numbers it."""
    text = POINTS + "Douglas,54.1,-4.4\nIM1 1AF,north,-4.4\nIM1 1AG,95,-4.4\nIM1 1AH\n"
    done = gazetteer.load(written(tmp_path, text))
    assert done.postcodes == 2
    assert [fault.split(": ")[0] for fault in done.faults] == [f"places.csv, row {row}" for row in (4, 5, 6, 7)]


def test_an_area_without_places_says_so(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """A file of another part of the country is refused, not taken as empty."""
    with pytest.raises(GazetteerUnreadable, match="no place within the area"):
        gazetteer.load(written(tmp_path, POINTS), within=LORN)


def test_what_cannot_be_opened_is_refused(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """A missing file, a folder and a cut zip end in the same error."""
    whole = zipped(tmp_path, {"a.csv": "\n".join(f"IM1 1AA,{n},{n}" for n in range(9_999))})
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:5_000])
    for path in (tmp_path / "nowhere.csv", tmp_path, cut):
        with pytest.raises(GazetteerUnreadable):
            gazetteer.load(path)


def test_a_zip_bomb_costs_neither_memory_nor_time(gazetteer: Gazetteer, tmp_path: Path) -> None:
    """A member that unpacks to a thousand times its size is refused before it is unpacked."""
    path = zipped(tmp_path, {"bomb.csv": "postcode,lat,lon\n" + "\n" * 50_000_000})
    tracemalloc.start()
    with pytest.raises(GazetteerUnreadable, match="suspiciously"):
        gazetteer.load(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_damaged_gazetteer_is_named(tmp_path: Path) -> None:
    """A file that is no database ends in the package's own error."""
    path = tmp_path / "gazetteer.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(GazetteerUnreadable, match=r"gazetteer\.sqlite is damaged"):
        Gazetteer(path)


def test_the_accuracy_of_real_rural_postcodes(gazetteer: Gazetteer) -> None:
    """In Argyll and Bute half of the postcodes are 73 m from the next, a tenth over 900 m, and one nearly nine km."""
    path = SHARED / "geodata" / "argyll_bute_postcodes.csv"
    if not path.exists():
        pytest.skip("the shared geodata are not beside this checkout")
    assert gazetteer.load(path).postcodes == 3_404
    names = [line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    spread_m = [found.fix.accuracy_m for name in names if (found := gazetteer.postcode(name)) and found.fix]
    assert np.median(spread_m) == pytest.approx(73, abs=2)
    assert np.percentile(spread_m, 90) == pytest.approx(911, abs=20)
    assert max(spread_m) == pytest.approx(8_760, abs=50)

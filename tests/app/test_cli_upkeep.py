"""The commands of upkeep: workbooks, mappings, backups, people and retention, from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from app.db.engine import make_engine
from tests.app.areas import tiny_dataset
from tests.app.commands import CommandLine, tiny_home, url_of
from tests.app.workbooks import workbook

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation that holds the tiny area."""
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


def test_a_workbook_goes_out_and_comes_in(tiny: CommandLine, tmp_path: Path) -> None:
    """What is exported as a workbook or a folder is imported again without a difference."""
    for to in (tmp_path / "rota.xlsx", tmp_path / "folder"):
        assert tiny("export", to, "--area", "tiny").code == 0
        said = tiny("import", to)
        assert (said.code, "nothing is different" in said.out) == (0, True)


def test_the_template_is_a_workbook(tiny: CommandLine, tmp_path: Path) -> None:
    """The template has a sheet per file, and refuses itself in words when it comes back empty."""
    assert tiny("template", tmp_path / "rota.xlsx").code == 0
    assert "clients" in load_workbook(tmp_path / "rota.xlsx").sheetnames
    said = tiny("import", tmp_path / "rota.xlsx")
    assert said.code == 1
    assert "rota.xlsx, sheet area" in said.err


def test_a_workbook_that_somebody_filled_in_is_kept(tiny: CommandLine, tmp_path: Path) -> None:
    """Neither a template nor an export takes the place of a file without being told."""
    (tmp_path / "rota.xlsx").write_bytes(b"a week of work")
    for command in (("template", tmp_path / "rota.xlsx"), ("export", tmp_path / "rota.xlsx", "--area", "tiny")):
        assert tiny(*command).code == 1
        assert (tmp_path / "rota.xlsx").read_bytes() == b"a week of work"
    assert tiny("template", tmp_path / "rota.xlsx", "--overwrite").code == 0


def test_differences_are_told_before_anything_is_stored(tiny: CommandLine, tmp_path: Path) -> None:
    """A dry run lists what would change, record by record as JSON, and changes nothing."""
    dataset = tiny_dataset()
    first, *others = dataset.visits
    moved = replace(first, preferred=first.preferred + 3600, latest=first.latest + 3600)
    path = workbook(tmp_path / "rota.xlsx", replace(dataset, visits=(moved, *others), recorded=dataset.recorded[1:]))
    before = tiny.stored()
    said = tiny("import", path, "--dry-run")
    assert "1 visit moved to another hour" in said.out
    assert "1 row of recorded_rota gone" in said.out
    told = json.loads(tiny("import", path, "--dry-run", "--json").out)["differences"]
    assert told["removes"] == 1
    assert [record["key"] for record in told["records"] if record["file"] == "visits"] == [[first.visit_id]]
    assert tiny.stored() == before


def test_what_disappears_needs_a_yes(tiny: CommandLine, tmp_path: Path) -> None:
    """Without --yes nothing is stored when a record would be gone; with it the import is carried out."""
    dataset = tiny_dataset()
    path = workbook(tmp_path / "rota.xlsx", replace(dataset, recorded=dataset.recorded[1:]))
    before = tiny.stored()
    said = tiny("import", path)
    assert said.code == 1
    assert "1 record(s) would disappear" in said.err
    assert tiny.stored() == before
    assert tiny("import", path, "--yes").code == 0
    assert tiny.stored()["recorded"] == before["recorded"] - 1


def test_a_mapping_is_guessed_saved_and_used(tiny: CommandLine, tmp_path: Path) -> None:
    """A provider's own headings are guessed from their workbook, and the saved mapping reads it."""

    def rename(book: Workbook) -> None:
        book["clients"].title = "Service Users"
        book["Service Users"]["A1"] = "Service User ID"

    path = workbook(tmp_path / "theirs.xlsx", tiny_dataset(), rename)
    assert tiny("import", path).code == 1
    assert tiny("mapping", "guess", path, tmp_path / "m.json").code == 0
    assert tiny("mapping", "save", "north", tmp_path / "m.json").code == 0
    assert tiny("mapping", "list").out.startswith("north")
    assert json.loads(tiny("mapping", "show", "north").out)["sheets"]["clients"]["sheet"] == "Service Users"
    said = tiny("import", path, "--mapping", "north")
    assert (said.code, "nothing is different" in said.out) == (0, True)
    assert tiny("mapping", "drop", "north").code == 0
    assert "no mapping north" in tiny("import", path, "--mapping", "north").err
    assert tiny("mapping", "drop", "north").code == 1
    assert "nowhere.xlsx: there is no such file" in tiny("mapping", "guess", "nowhere.xlsx", tmp_path / "m.json").err


def test_a_backup_is_restored_elsewhere(tiny: CommandLine, tmp_path: Path) -> None:
    """A sealed backup is checked, restored into a new installation, and refused where something is."""
    (tmp_path / "secret").write_text("correct horse battery\n", encoding="utf-8")
    seal = ("--passphrase-file", tmp_path / "secret")
    made = json.loads(tiny("backup", tmp_path / "a.rota-backup", *seal, "--json").out)
    assert (made["sealed"], len(made["sha256"])) == (True, 64)
    assert "Whole and readable" in tiny("restore", tmp_path / "a.rota-backup", *seal, "--check").out
    assert "is not empty" in tiny("restore", tmp_path / "a.rota-backup", *seal).err
    before = tiny.stored()
    elsewhere = CommandLine(tmp_path / "new", tiny.patch, tiny.capture)
    assert elsewhere("restore", tmp_path / "a.rota-backup").code == 1
    assert elsewhere("restore", tmp_path / "a.rota-backup", *seal).code == 0
    assert elsewhere.stored() == before
    assert (tmp_path / "new" / "networks" / "tiny.npz").is_file()


def test_a_short_passphrase_is_refused(tiny: CommandLine, tmp_path: Path) -> None:
    """A passphrase that could be guessed seals nothing."""
    (tmp_path / "secret").write_text("short", encoding="utf-8")
    said = tiny("backup", tmp_path / "a.rota-backup", "--passphrase-file", tmp_path / "secret")
    assert (said.code, "fewer than 12" in said.err) == (1, True)
    assert not (tmp_path / "a.rota-backup").exists()


def test_a_person_is_exported_and_erased(tiny: CommandLine, tmp_path: Path) -> None:
    """The export has the person's rows, the erasure takes them out, and the proof is found by the id."""
    client = tiny_dataset().clients[0].client_id
    whom = (client, "--area", "tiny", "--kind", "client")
    assert tiny("person", "export", client, tmp_path / "all.json", *whom[1:]).code == 0
    assert json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["rows"]["client"][0]["client_id"] == client
    (tiny.data_dir / "cache" / "travel").mkdir(parents=True)
    said = tiny("person", "erase", *whom, "--reason", "asked for it", "--proof", tmp_path / "proof.json", "--yes")
    assert said.code == 0
    assert "client: 1 deleted" in said.out
    assert not (tiny.data_dir / "cache" / "travel").exists()
    proof = json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))
    assert json.loads(tiny("person", "proofs", client, "--json").out) == {"proofs": [proof], "broken": [], "staff": []}
    assert tiny("person", "proofs", "somebody-else").code == 1
    assert tiny("person", "export", client, tmp_path / "again.json", *whom[1:]).code == 1
    back = tiny("import", workbook(tmp_path / "rota.xlsx", tiny_dataset()))
    assert f"who were erased come back: {client}" in back.err


def test_no_trace_of_the_erased_stays_in_the_files(tiny: CommandLine) -> None:
    """The id is neither in the database file nor in what SQLite keeps beside it, not even where rows once were."""
    client = tiny_dataset().clients[0].client_id
    assert client.encode() in (tiny.data_dir / "rota.sqlite").read_bytes()
    said = tiny("person", "erase", client, "--area", "tiny", "--kind", "client", "--reason", "asked", "--yes")
    assert (said.code, said.err) == (0, "")
    for path in tiny.data_dir.glob("rota.sqlite*"):
        assert client.encode() not in path.read_bytes()


def test_an_erasure_is_repeated_from_its_proof(tiny: CommandLine, tmp_path: Path) -> None:
    """Kept proofs find who came back with a data set or a backup; a proof that was changed is refused."""
    client = tiny_dataset().clients[0].client_id
    tiny("person", "erase", client, "--area", "tiny", "--kind", "client", "--reason", "asked", "--yes")
    kept = tiny("person", "proofs", "--json").out
    (tmp_path / "proofs.json").write_text(kept, encoding="utf-8")
    tiny("import", workbook(tmp_path / "rota.xlsx", tiny_dataset()))
    assert "Erased again: 1." in tiny("person", "repeat", tmp_path / "proofs.json").out
    assert "Erased again: 0." in tiny("person", "repeat", tmp_path / "proofs.json").out
    (tmp_path / "proofs.json").write_text(kept.replace("asked", "never"), encoding="utf-8")
    assert "not as it was written" in tiny("person", "repeat", tmp_path / "proofs.json").err


def test_a_changed_proof_is_found(tiny: CommandLine) -> None:
    """A proof that says something else than it sealed is reported."""
    client = tiny_dataset().clients[0].client_id
    tiny("person", "erase", client, "--area", "tiny", "--kind", "client", "--reason", "asked", "--yes")
    engine = make_engine(url_of(tiny.data_dir))
    with engine.begin() as connection:
        connection.execute(text("UPDATE erasure SET reason = 'never asked'"))
    engine.dispose()
    said = tiny("person", "proofs")
    assert (said.code, "from number 1 on" in said.err) == (1, True)


def test_an_erasure_needs_a_reason_and_a_known_id(tiny: CommandLine) -> None:
    """An empty reason and an unknown id change nothing."""
    before = tiny.stored()
    assert tiny("person", "erase", "C1", "--area", "tiny", "--kind", "client", "--reason", " ", "--yes").code == 2
    said = tiny("person", "erase", "nobody", "--area", "tiny", "--kind", "client", "--reason", "asked", "--yes")
    assert (said.code, "nothing is stored about client nobody" in said.err) == (1, True)
    assert tiny.stored() == before


def test_retention_tells_before_it_deletes(tiny: CommandLine) -> None:
    """A dry run reports each class, and leaves everything as it was."""
    before = tiny.stored()
    told = json.loads(tiny("retention", "run", "--dry-run", "--json").out)
    assert [kept["name"] for kept in told["classes"]] == ["rotas", "actuals", "proposals", "audit"]
    assert tiny.stored() == before
    assert "kept for ever" not in tiny("retention", "run").out
    tiny.patch.setenv("ROTA_KEEP_ROTAS_DAYS", "0")
    assert "rotas (kept for ever): nothing gone" in tiny("retention", "run").out

"""What the shape of the repository must be, where an import graph cannot see it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".csv",
    ".yaml",
    ".yml",
    ".sh",
    ".json",
    ".html",
    ".css",
    ".ini",
    ".mako",
    "",
}
# Written in pieces, so that this file does not name what it forbids.
REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(host)
        for host in ("py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.deb" + "ian.org")
    )
)
MACHINE_PATHS = re.compile("/" + "(work|root|farm)/|/" + r"tmp/[a-z_-]+/[a-z]|/" + "home/[a-z]+/")


def tracked() -> list[Path]:
    """List the files that git tracks or would track; in an unpacked archive without git, all source files."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def modules(*packages: str) -> list[Path]:
    """List the Python modules of some packages."""
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    """Name every module that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_no_file_names_a_registry_host_or_a_path_of_a_machine() -> None:
    """Whoever clones the project learns nothing of the machine it was written on."""
    found = []
    for path in tracked():
        if path.suffix not in TEXT_SUFFIXES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}: {match.group()}"
            for pattern in (REGISTRY_HOSTS, MACHINE_PATHS)
            for match in pattern.finditer(text)
        ]
    assert found == []


def test_pins_carry_hashes() -> None:
    """Every pinned requirement can be verified when it is installed."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-zA-Z0-9_.-]+==", text, flags=re.MULTILINE)
        blocks = re.findall(r"^[a-zA-Z0-9_.-]+==.*?\\\n    --hash=sha256:", text, flags=re.MULTILINE)
        assert pins
        assert len(pins) == len(blocks), path.name


def test_alembic_folder_does_not_shadow_the_library() -> None:
    """An __init__.py in alembic/ would make `import alembic` find our folder."""
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


def test_every_tests_folder_is_a_package() -> None:
    """Two test files of the same name must not collide."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_modules_are_small_and_named_for_what_they_hold() -> None:
    """No module grows past 500 lines, and none is a drawer for everything."""
    for path in modules("app", "solver", "geo", "tests", "benchmarks"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, path
        assert path.stem not in {"utils", "helpers", "manager", "common", "misc"}, path


def test_data_is_plain_small_and_described() -> None:
    """data/ holds no code, nothing over a megabyte, and a README row for every file."""
    described = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "data").rglob("*"):
        if path.is_file():
            assert path.suffix != ".py", path
            assert path.stat().st_size <= 1_000_000, path
            assert path.name == "README.md" or path.name in described, path


@pytest.mark.parametrize(
    ("packages", "forbidden"),
    [
        (("app",), {"numba", "ortools"}),
        (("solver",), {"fastapi", "sqlalchemy", "osmnx", "geopandas", "shapely", "scipy", "time.sleep"}),
        (("geo",), {"fastapi", "sqlalchemy", "ortools"}),
        (("app/services", "app/db", "app/jobs", "app/reports"), {"fastapi", "starlette"}),
    ],
)
def test_libraries_stay_where_they_belong(packages: tuple[str, ...], forbidden: set[str]) -> None:
    """Engines stay in the solver, the web in the API, geography in geo."""
    for path in modules(*packages):
        roots = {name.split(".")[0] for name in imported_names(path)}
        assert roots & forbidden == set(), path


def test_the_web_process_loads_no_engine_and_no_geography() -> None:
    """The service starts fast and small: heavy libraries load in the child or the command that needs them."""
    probe = "import sys, app.main; print([m for m in ('osmnx', 'geopandas', 'numba', 'ortools') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_decisions_are_listed() -> None:
    """A decision that nobody can find was not written down."""
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs" / "decisions").glob("0*.md"):
        assert path.name in index, path.name


def test_every_test_says_what_it_proves() -> None:
    """A red test explains itself."""
    for path in modules("tests"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"

"""Runs inside a clean venv that holds only the wheel: the installed product must work on its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from numba.core import config
from numba.core.caching import UserProvidedCacheLocator

import solver.kernel.jit

ROTA = str(Path(sys.executable).with_name("rota"))


def rota(*words: str) -> str:
    """Run the installed command and give back what it prints."""
    done = subprocess.run([ROTA, *words], check=True, capture_output=True, text=True, timeout=300)
    return done.stdout


def lend(compiled: Path) -> None:
    """Give the installed packages the machine code of the same sources, if the tests left any."""
    mine = Path(config.CACHE_DIR)  # type: ignore[attr-defined]
    installed = Path(solver.__file__).parents[1]
    for package in ("solver/kernel", "solver", "geo"):
        place = UserProvidedCacheLocator.get_suitable_cache_subpath(installed / package / "any.py")  # type: ignore[no-untyped-call]
        for folder in (compiled / mine.name).glob(f"{Path(package).name}_*"):
            shutil.copytree(folder, mine / place, dirs_exist_ok=True)


def main() -> None:
    """Check ownership of the import names, the command line, the migrations and a small demo."""
    for package in ("app", "solver", "geo"):
        owners = packages_distributions()[package]
        assert owners == ["rural-care-rota"], f"{package} belongs to {owners}"
    lend(Path(sys.argv[1]))
    assert "demo" in rota("--help")
    rota("migrate")
    printed = json.loads(rota("demo", "--json", "--seed", "7", "--seeds", "1", "--iterations", "60"))
    plans = printed["plans"]
    assert sorted(plans) == ["A", "B", "C", "D"]
    assert all(plans[letter]["breaches"] == 0 for letter in "BCD")
    assert all(plans[letter]["choice_locked_moved"] == 0 for letter in "ABCD")
    print("wheel: the installed product works on its own")


if __name__ == "__main__":
    main()

"""The panel of `make bench`: every benchmark on a fixed list of cases, its lines kept in `docs/benchmarks.md`.

Ratios are measured side by side in one run; seconds depend on the machine and are printed for orientation.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from geo.build_osm import build_osm

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "benchmarks.md"


def run(module: str, *words: str) -> list[dict[str, object]]:
    """Run one benchmark and give back its JSON lines."""
    print(f"{module} {' '.join(words)}", file=sys.stderr, flush=True)
    done = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-m", f"benchmarks.{module}", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def table(title: str, rows: list[dict[str, object]]) -> str:
    """Write rows as a Markdown table."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [f"## {title}", "", "| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += ["| " + " | ".join(str(row.get(name, "")) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def main() -> None:
    """Run the panel and renew the table."""
    with tempfile.TemporaryDirectory() as scratch:
        network = Path(scratch) / "argyll_bute.osm.pbf"
        build_osm(ROOT / "data" / "argyll_bute", network)
        travel = [
            row for points in ("300", "1500") for row in run("travel", "--network", str(network), "--points", points)
        ]
    for row in travel:
        row["network"] = "argyll_bute"
    engines = run("engines", "--seconds", "20")
    stamp = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, one run on two cores"
    text = (
        "# Benchmarks\n\nMade by `make bench` and renewed whenever the solver or travel changes; "
        f"{stamp}. Read ratios, not seconds.\n\n"
        + table("Travel matrices against plain SciPy", travel)
        + "\n\n"
        + table("Engines on the bundled Oban and Lorn, the same seconds each", engines)
        + "\n"
    )
    TABLE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

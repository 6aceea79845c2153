"""The panel of `make bench`: every benchmark on a fixed list of cases, its lines kept in `docs/benchmarks.md`.

Ratios are measured side by side in one run; seconds depend on the machine and are printed for orientation. Public
instances are not part of the project: they are looked for in `$ROTA_SHARED`, or beside the checkout, and a case
whose files are not there is left out and named.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from geo.build_osm import build_osm

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "benchmarks.md"
SHARED = Path(os.environ.get("ROTA_SHARED", ROOT.parent / "shared"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table: its title, the benchmark's module, and the words of each call."""

    title: str
    module: str
    calls: tuple[tuple[str, ...], ...]


def sections(network: Path) -> tuple[Section, ...]:
    """List the fixed cases; about nine minutes on two idle cores."""
    sets, geodata = SHARED / "benchmarks", SHARED / "geodata"
    solomon, homberger = sets / "vrptw-solomon" / "instances", sets / "vrptw-gehring-homberger" / "instances"
    unified = sets / "uhhc" / "instances"
    return (
        Section(
            title="Travel matrices against SciPy, OSMnx and CCH",
            module="travel",
            calls=(
                ("--network", str(network), "--points", "1500"),
                ("--network", str(geodata / "isle_of_man_2021_roads.osm.pbf"), "--points", "1500"),
            ),
        ),
        Section(
            title="Care days against PyVRP, VROOM and OR-Tools, the same budget each; cpu_s is what they took",
            module="homecare",
            calls=(
                ("--visits", "300", "--carers", "50", "--budget", "12", "--rivals"),
                ("--visits", "300", "--carers", "50", "--budget", "12", "--pairs"),
                ("--visits", "1000", "--carers", "160", "--budget", "25", "--rivals"),
            ),
        ),
        Section(
            title="Vehicle routing with time windows, least distance",
            module="vrptw",
            calls=(
                ("--budget", "10", str(solomon / "R101.txt"), str(solomon / "RC201.txt")),
                ("--budget", "16", str(homberger / "R1_2_1.txt"), "--rivals"),
                ("--budget", "40", str(homberger / "RC1_10_1.txt")),
            ),
        ),
        Section(
            title="Home care with visits of two carers and lateness (HHCRSP)",
            module="hhcrsp",
            calls=(("--budget", "8", str(sets / "hhcrsp-mankowska" / "instances" / "InstanzCPLEX_HCSRP_25_1.json")),),
        ),
        Section(
            title="Home care with all the rules of the unified format (UHHC)",
            module="uhhc",
            calls=(
                (
                    "--budget",
                    "10",
                    *(
                        str(unified / name)
                        for name in ("bazirha/F1.json", "bazirha-caie/L3.json", "validation/i-219.json")
                    ),
                ),
            ),
        ),
        Section(
            title="Small days, proved or with a gap",
            module="bounds",
            calls=(("--seconds", "20", "--only", "oban"),),
        ),
        Section(
            title="Eight zones over small areas, against METIS, Skater, AZP and max-p",
            module="zones",
            calls=(("--short", "--only", "bundled"), ("--short", "--only", "postcodes", "--skip", "maxp")),
        ),
        Section(
            title="Engines on the bundled Oban and Lorn, the same seconds each",
            module="engines",
            calls=(("--seconds", "6"),),
        ),
    )


def run(module: str, *words: str) -> list[dict[str, object]]:
    """Run one benchmark and give back its JSON lines; none when its files are not there."""
    print(f"{module} {' '.join(words)}", file=sys.stderr, flush=True)
    missing = [word for word in words if word.startswith(str(SHARED)) and not Path(word).exists()]
    if missing or not (ROOT / "benchmarks" / f"{module}.py").exists():
        print(f"left out: {', '.join(Path(word).name for word in missing) or module} not there", file=sys.stderr)
        return []
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
        found = [
            (each.title, [row for words in each.calls for row in run(each.module, *words)])
            for each in sections(network)
        ]
    stamp = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, one run on two cores"
    text = (
        "# Benchmarks\n\nMade by `make bench` and renewed whenever the solver or travel changes; "
        f"{stamp}. Read ratios, not seconds; one seed each, so differences under about 2 % are noise.\n\n"
        + "\n\n".join(table(title, rows) for title, rows in found if rows)
        + "\n"
    )
    TABLE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

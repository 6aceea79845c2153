"""The command line, `rota`. Each command parses, calls one use case and prints; heavy libraries load inside it."""

from __future__ import annotations

import sys

from app.cli.access import audit, sign_in_link
from app.cli.actuals import actuals
from app.cli.area import import_area
from app.cli.calibration import calibrate, speeds
from app.cli.costs import costs
from app.cli.curve import curve
from app.cli.demo import demo
from app.cli.hand import rota
from app.cli.imports import export, template
from app.cli.keys import keys
from app.cli.mappings import mapping
from app.cli.networks import network
from app.cli.optimisations import optimisations, workers
from app.cli.people import person, retention
from app.cli.places import places
from app.cli.plans import check, compare, optimise, zones
from app.cli.program import FAILED, program, report_error
from app.cli.proposals import proposals
from app.cli.service import migrate, serve, worker
from app.cli.timetables import timetable
from app.cli.upkeep import backup, restore
from app.cli.what_if import what_if

__all__ = ["main"]

program.command("demo")(demo)
program.command("serve")(serve)
program.command("worker")(worker)
program.command("workers")(workers)
program.command("migrate")(migrate)
program.command("template")(template)
program.command("import")(import_area)
program.command("export")(export)
program.add_typer(mapping, name="mapping")
program.add_typer(actuals, name="actuals")
program.command("backup")(backup)
program.command("restore")(restore)
program.add_typer(person, name="person")
program.add_typer(retention, name="retention")
network.command("speeds")(speeds)
network.command("calibrate")(calibrate)
network.command("what-if")(what_if)
program.add_typer(network, name="network")
program.add_typer(timetable, name="timetable")
program.add_typer(places, name="places")
program.command("costs")(costs)
program.command("curve")(curve)
program.command("optimise")(optimise)
program.command("compare")(compare)
program.add_typer(zones, name="zones")
program.add_typer(optimisations, name="optimisations")
program.add_typer(proposals, name="proposals")
program.add_typer(rota, name="rota")
program.command("check")(check)
program.add_typer(keys, name="key")
program.add_typer(audit, name="audit")
program.command("sign-in-link")(sign_in_link)


def main() -> None:
    """Run the command line; expected errors are told in words, without a traceback."""
    try:
        program()
    except Exception as error:
        if not report_error(error):
            raise
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(130)

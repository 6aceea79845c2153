"""Every command of `rota`, in the order of its help; each loads its module, and what that needs, when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

if TYPE_CHECKING:
    from typer._click import Command, Context


class Entry(NamedTuple):
    """A command: its line in the help, which module and name it has, and modules that add commands to it."""

    line: str
    module: str
    name: str
    more: tuple[str, ...] = ()

    def load(self) -> Any:  # noqa: ANN401 - a function, or a Typer of several
        """Import the command."""
        found = getattr(import_module(f"app.cli.{self.module}"), self.name)
        for module in self.more:
            import_module(f"app.cli.{module}")
        return found


COMMANDS = {
    "demo": Entry(
        "Load an area, compute travel, compare the four plans, store the rotas and write a report.", "demo", "demo"
    ),
    "serve": Entry("Serve the HTTP interface, and carry out what it is asked, until stopped.", "service", "serve"),
    "worker": Entry(
        "Carry out what the service is asked, beside any number of other workers, until stopped.", "service", "worker"
    ),
    "workers": Entry("List the workers that are at work, and when each was last seen.", "optimisations", "workers"),
    "migrate": Entry("Bring the database to the newest revision.", "service", "migrate"),
    "template": Entry(
        "Write a workbook to fill in: a sheet per file, with notes, lists of words, checks and examples.",
        "imports",
        "template",
    ),
    "mapping": Entry("A provider's own columns and words: guess, save, show, list, drop.", "mappings", "mapping"),
    "import": Entry(
        "Import a data set; every fault is reported at once, and then nothing is stored.", "area", "import_area"
    ),
    "export": Entry(
        "Write the data set of an area as it was imported, for `rota import` to read again.", "imports", "export"
    ),
    "places": Entry("Places: load, look up, check; small areas and isolated places.", "places", "places"),
    "network": Entry(
        "Road networks: import, download, check, export.", "networks", "network", ("calibration", "what_if")
    ),
    "timetable": Entry("Ferries and buses: import, show.", "timetables", "timetable"),
    "optimise": Entry(
        "Plan an area's day, or several. Carers follow a plan once it is published: `rota rota publish`.",
        "plans",
        "optimise",
    ),
    "compare": Entry("Compare the four plans of an imported area.", "plans", "compare"),
    "curve": Entry(
        "Plan the day for 0 to 100 % of people moving, and for each degree of sharing staff; the knee is pointed out.",
        "curve",
        "curve",
    ),
    "costs": Entry(
        "Price a plan by provider and zone: cost per contact hour, headroom above the minimum wage, and who pays.",
        "costs",
        "costs",
    ),
    "optimisations": Entry("What is being computed, or was.", "optimisations", "optimisations"),
    "zones": Entry("Zones: small areas as one patch of work.", "zones", "zones", ("zones_hold",)),
    "proposals": Entry("Proposals to an alliance, and people's consents.", "proposals", "proposals", ("consents",)),
    "rota": Entry("Rotas: show, change by hand, publish, export, legs along the roads.", "rotas", "rota", ("hand",)),
    "check": Entry(
        "Check a plan made by anybody against every hard rule, under the area's legal choices.", "plans", "check"
    ),
    "actuals": Entry("Visits as they were made.", "actuals", "actuals"),
    "key": Entry("Keys to the HTTP interface: create, list, rotate, revoke.", "keys", "keys"),
    "sign-in-link": Entry(
        "Give a role to somebody new, and print the address that signs them in once, within a day.",
        "access",
        "sign_in_link",
    ),
    "audit": Entry("Who read or changed what, and why: verify, export.", "access", "audit"),
    "person": Entry("All data about one person: export it, erase it, prove that.", "people", "person"),
    "retention": Entry("The end of what is kept.", "people", "retention"),
    "backup": Entry("Back up the database and the data folder, while the service goes on.", "upkeep", "backup"),
    "restore": Entry(
        "Restore a backup into the configured database and data folder. Stop the service first.", "upkeep", "restore"
    ),
}


def loaded(name: str) -> Command:
    """Load a command."""
    found = COMMANDS[name].load()
    around = typer.Typer()
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        around.command(name)(found)
    return get_group(around).commands[name]


class _Commands(TyperGroup):
    """Knows the line of each command, and loads the one that is called."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - as in the base
        lines = {name: TyperCommand(name, help=entry.line) for name, entry in COMMANDS.items()}
        super().__init__(**{**settings, "commands": lines})

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Find the command that is called, and load it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and loaded(str(name)), rest


program = typer.Typer(
    name="rota", cls=_Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@program.callback()
def everything() -> None:
    """Allocate care-at-home visits by geography rather than by contract."""

"""The table of commands: it says what the commands say themselves, and loads no more than the one that is called."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.cli.commands import COMMANDS, loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    """The line in the help is the first of the command's own help."""
    command = loaded(name)
    assert command.name == name
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == COMMANDS[name].line


def test_asking_for_help_loads_no_command() -> None:
    """`rota --help` answers at once: neither the database's library nor that of the settings is loaded."""
    code = "import sys; sys.argv = ['rota', '--help']\nfrom app.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    heavy = "print(sorted({'sqlalchemy', 'pydantic', 'numpy', 'alembic', 'fastapi'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code + heavy], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
    assert " optimise " in done.stdout


def test_a_change_by_hand_loads_no_migrations() -> None:
    """What a coordinator does all day loads neither the library of migrations nor that of people who sign in."""
    code = "import sys\nfrom app.cli.commands import loaded\nloaded('rota')\n"
    heavy = "print(sorted({'alembic', 'networkx', 'fastapi', 'dbos', 'pandas', 'ortools'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code + heavy], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

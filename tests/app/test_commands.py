"""The table of commands: it says what the commands say themselves, and loads no more than the one that is called."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

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


FENCED = re.compile(r"^```(\w*)\n.*?^```$", re.DOTALL | re.MULTILINE)


def _only_shell(block: re.Match[str]) -> str:
    return block[0] if block[1] in {"", "sh"} else ""


def said_in_docs() -> list[tuple[str, str]]:
    """List the command lines of README and docs, in blocks and between backticks, each with its file."""
    root = Path(__file__).parents[2]
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    line = re.compile(r"(?:^|`|\(|/bin/)rota ([a-z][^`#|)\n]*)", re.MULTILINE)
    found = []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", FENCED.sub(_only_shell, text), re.DOTALL | re.MULTILINE)
        inline = re.findall(r"`(?:\.venv/bin/)?rota [^`\n]*`", FENCED.sub("", text))
        found += [(page.name, said) for part in (*blocks, *inline) for said in line.findall(part)]
    return found


def test_the_docs_name_commands_and_options_that_exist() -> None:
    """Every command line in README and docs can be typed: its commands and its options are there."""
    lines = said_in_docs()
    wrong = [f"{page}: rota {said}" for page, said in lines if not _can_be_typed(said.replace("[", " ").split())]
    assert wrong == []
    assert len(lines) > 60


def _can_be_typed(words: list[str]) -> bool:
    if words[0] not in COMMANDS:
        return False
    command = loaded(words[0])
    for word in words[1:]:
        inside: dict[str, Any] = getattr(command, "commands", {})
        if inside and re.fullmatch("[a-z-]+", word):
            if word not in inside:
                return False
            command = inside[word]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return {word.strip("[],.;:") for word in words if word.startswith("--")} <= options | {"--help"}

"""The command line, `rota`. Each command parses, calls one use case and prints; heavy libraries load inside it."""

from __future__ import annotations

import sys

from app.cli import commands
from app.cli.program import FAILED, report_error

__all__ = ["main"]


def main() -> None:
    """Run the command line; expected errors are told in words, without a traceback."""
    try:
        commands.program()
    except Exception as error:
        if not report_error(error):
            raise
        sys.exit(FAILED)
    except KeyboardInterrupt:
        sys.exit(130)

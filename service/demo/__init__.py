"""Ana and Ben's household to look at: real calendar server, database, mail and pages, all on this machine.

`story` tells one weekly round on the terminal and ends (`--once`); `live` lets a person play it. Both
open the same `house`. Their home is `templates/household.toml`, their calendars are `calendars`.
"""

from __future__ import annotations

import argparse

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """The `demo` command. Returns the exit code."""
    from service.demo.run import run_demo

    return run_demo(arguments)

"""The commands: one verb for each thing a person needs. Only reads the words and says who does it.

Importing this file needs the standard library alone, so that help and usage errors come at once on
a bare machine; each command's module is imported when it runs. A command returns its exit code:
0 done, 1 something needs a person, 2 wrong usage or configuration. Errors are one sentence and the
next step on stderr; stdout carries nothing but the answer.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

STATES = ("fine", "weeds", "blown", "away")

_RUNS_IT = {
    "demo": "service.demo",
    "test": "service.commands.tests",
    "serve": "service.commands.serve",
    "init": "service.commands.init",
    "connect": "service.commands.connect",
    "sync": "service.commands.week:sync",
    "plan": "service.commands.plan",
    "snapshot": "service.commands.week:snapshot",
    "check-in": "service.commands.check_in",
    "doctor": "service.commands.doctor",
    "backup": "service.commands.upkeep:backup",
    "restore": "service.commands.upkeep:restore",
    "migrate": "service.commands.upkeep:migrate",
    "rotate-key": "service.commands.upkeep:rotate_key",
    "leave": "service.commands.leave:leave",
    "erase": "service.commands.leave:erase",
}


class CommandError(Exception):
    """A command could not do its work; the text is for a person: what happened and what to do.

    `code` is 1 when a person has to act, 2 when the command or the configuration was wrong.
    """

    def __init__(self, text: str, *, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


def main(argv: Sequence[str] | None = None) -> int:
    """The `offplate` command. Returns the exit code; usage errors and `--help` raise SystemExit."""
    return run(parse(sys.argv[1:] if argv is None else argv))


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Raises SystemExit: 0 after help, 2 after a usage error that it explained on stderr."""
    parser = _parser()
    if not argv:
        parser.print_help()
        raise SystemExit(0)
    if argv[0] == "test" and argv[1:2] not in (["-h"], ["--help"]):
        return argparse.Namespace(command="test", pytest=list(argv[1:]))  # all the rest is pytest's
    return parser.parse_args(argv)


def run(arguments: argparse.Namespace) -> int:
    module_name, _, function_name = _RUNS_IT[arguments.command].partition(":")
    try:
        command = getattr(importlib.import_module(module_name), function_name or "run")
        code: int = command(arguments)
        sys.stdout.flush()
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, `head` for one, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m service" if Path(sys.argv[0]).name in ("__main__.py", "-m") else "offplate",
        description="Two parents answer one question a week; their own calendars then show who carries what.",
        epilog="Start with: demo. “COMMAND --help” says more about one command.",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    config = argparse.ArgumentParser(add_help=False)
    config.add_argument(
        "--config", type=Path, default=Path("config.toml"), metavar="FILE", help="default: config.toml"
    )
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print JSON on stdout")

    def command(name: str, sentence: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=sentence, description=sentence, parents=parents)

    demo = command("demo", "A household to look at: real CalDAV server, database and mailbox, all local.")
    demo.add_argument("--once", action="store_true", help="tell the whole story on the terminal and exit")
    demo.add_argument("--json", type=Path, metavar="FILE", help="also write what happened as JSON")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="another household week (default 1)")
    demo.add_argument("--port", type=int, default=8000, metavar="N", help="web port (default 8000; 0: any)")
    demo.add_argument("--fresh", action="store_true", help="forget the demo of last time")
    demo.add_argument("--google", action="store_true", help="put Ben at a Google of our own")
    demo.add_argument("--now", metavar="INSTANT", help="the story's clock, such as 2026-11-22T19:00")

    tests = command("test", "Set up all that the tests need and run them; the rest goes to pytest.")
    tests.add_argument("pytest", nargs="*", metavar="PYTEST ARGS")

    command("serve", "Web pages, calendars and mail in one process, until stopped.", config)
    init = command("init", "Ask a few questions, write a config.toml and check it.")
    init.add_argument("file", nargs="?", type=Path, default=Path("config.toml"), metavar="FILE")

    _add_connect(command("connect", "Connect a partner's calendar account by its address.", config))

    sync = command("sync", "One tick for every household that is due; says what it did.", config, as_json)
    sync.add_argument("--once", action="store_true", required=True, help="one tick, then exit")
    sync.add_argument(
        "--confirm", action="append", default=[], metavar="ID",
        help="go on where a guard stopped for that partner: you looked, and what is gone is gone rightly",
    )  # fmt: skip

    plan = command("plan", "The week's plan with its reasons and certificate.", config, as_json)
    _add_week(plan)
    plan.add_argument("--dry-run", action="store_true", help="plan without keeping the proposal")
    plan.add_argument("--snapshot", type=Path, metavar="FILE", help="plan from this file alone; - is stdin")

    snapshot = command("snapshot", "The planner's whole input as JSON: busy times only, no titles.", config)
    _add_week(snapshot)

    _add_check_in(command("check-in", "The weekly check-in without a browser."), config)

    command("doctor", "Look at every part and say what to do; exit 1 if one fails.", config, as_json)
    backup = command("backup", "Copy the database into FILE while the service runs (mode 0600).", config)
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = command("restore", "Put a backup in place of the database; stop the service first.", config)
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    command("migrate", "Bring the database to this version's form.", config)
    command("rotate-key", "Make a new key and encrypt every secret anew.", config)
    leave = command("leave", "Disconnect and erase one partner; their entries to come go too.", config)
    leave.add_argument("--partner", required=True, metavar="ID")
    leave.add_argument("--yes", action="store_true", help="do not ask")
    erase = command("erase", "Erase the household; all entries to come go too.", config)
    erase.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _add_connect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="ID", help="whose calendar; asked for if left out")
    parser.add_argument("--url", metavar="ADDRESS", help="mail address, server name or URL; else asked for")
    parser.add_argument("--username", metavar="NAME", help="else asked for")
    parser.add_argument(
        "--password-env", metavar="VARIABLE", help="where the (app) password is; then nothing is asked"
    )
    parser.add_argument(
        "--busy", action="append", metavar="CALENDAR", help="one that makes them busy, by name (default: all)"
    )
    parser.add_argument("--home", metavar="CALENDAR", help="write to this one, not to one of our own")


def _add_week(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--week", metavar="WEEK", help="such as 2026-W48 (default: the week to come)")


def _add_check_in(parser: argparse.ArgumentParser, config: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(name: str, sentence: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=sentence, description=sentence, parents=[config])

    verb("open", "Open it now.")
    verb("status", "Who has answered, and what is proposed.")
    answer = verb("answer", "Answer for a partner; opens a check-in when none is open.")
    answer.add_argument("--partner", required=True, metavar="ID")
    answer.add_argument("--state", required=True, choices=STATES)
    answer.add_argument(
        "--hand-over", action="append", default=[], metavar="CHORE", help="with weeds; up to three times"
    )
    agree = verb("agree", "Agree to the proposal for a partner.")
    agree.add_argument("--partner", required=True, metavar="ID")

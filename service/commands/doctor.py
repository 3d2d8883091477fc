"""`doctor`: the report of `service.doctor` on the terminal or as JSON; exit 1 when a part is broken."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.commands.house import House, open_house
from service.commands.plan import print_json
from service.doctor import Part, examine
from service.log import without_secrets
from service.wiring import build_sender

ROOT = Path(__file__).resolve().parents[2]
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def run(arguments: argparse.Namespace) -> int:
    with open_house(arguments.config) as house:
        parts = examine(house.config, house.store, house.world, build_sender(house.config), ROOT)
        if arguments.json:
            print_json({"parts": [asdict(part) for part in parts], "configuration": effective(house)})
        else:
            _print(parts)
    return 1 if any(part.health == "fail" for part in parts) else 0


def effective(house: House) -> dict[str, Any]:
    """What is in force, without a secret: what a bug report may carry."""
    config, household = house.config, house.household
    return {
        "file": str(config.path),
        "base_url": config.server.base_url,
        "listen": f"{config.server.host}:{config.server.port}",
        "data_dir": str(config.server.data_dir),
        "database": config.database.url.partition(":")[0],
        "mail": without_secrets(config.mail.url),
        "sync_every_seconds": int(config.sync.every.total_seconds()),
        "allow_private_hosts": list(config.sync.allow_private_hosts),
        "time_zone": str(household.zone),
        "check_in": {name: str(getattr(household.check_in, name)) for name in ("opens", "meets", "closes")},
        "partners": len(household.partners),
        "chores": len(house.store.households.chores(household.id)),
    }


def _print(parts: list[Part]) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for part in parts:
        said = Text(part.says)
        if part.next_step:
            said.append(f"\n→ {part.next_step}", style="italic")
        table.add_row(Text(part.health, style=_COLOURS[part.health]), Text(part.name), said)
    Console().print(table)

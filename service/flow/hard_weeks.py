"""Three weeks of *blown* in six: one sentence for both on the shared page, and help on that person's own.

Only what a partner said themselves counts; a missing answer does not. Reads: answers of six weeks, which is
as long as they are kept. Writes: nothing, and nobody else learns of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from service.dates import country_of
from service.domain.household import Household, PartnerId
from service.domain.week import Week
from service.flow.views import HelpLines
from service.ports import World

WEEKS = 6
HARD = 3
_LINES = Path(__file__).parents[1] / "help_lines.toml"


def help_lines(world: World, zone: ZoneInfo) -> HelpLines:
    """What the host names, else those of the country that the household's zone lies in, else none."""
    known = _by_country().get(country_of(zone) or "", HelpLines())
    return HelpLines(_unbroken(world.help_listens or known.listens), _unbroken(world.help_safe or known.safe))


def _unbroken(line: str) -> str:
    """So that no number is torn at the end of a line."""
    return re.sub(r"(?<=\d) (?=\d)", "\N{NO-BREAK SPACE}", line)


@cache
def _by_country() -> Mapping[str, HelpLines]:
    table = tomllib.loads(_LINES.read_text(encoding="utf-8"))
    return {country: HelpLines(lines["listens"], lines["safe"]) for country, lines in table.items()}


def is_hard_for(world: World, household: Household, partner: PartnerId, week: Week) -> bool:
    """Whether they answered *blown* at least three times in the six weeks that end with `week`."""
    states = world.store.check_ins.states_before(household.id, partner, week.next, count=WEEKS)
    return sum(state == "blown" for state in states) >= HARD

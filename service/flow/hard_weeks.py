"""Three weeks of *blown* in six: one sentence for both on the shared page, and help on that person's own.

Only what a partner said themselves counts; a missing answer does not. Reads: answers of six weeks, which is
as long as they are kept. Writes: nothing, and nobody else learns of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from service.dates import country_of
from service.domain.household import Household, PartnerId
from service.domain.week import Week
from service.flow.views import HelpLines
from service.ports import World

WEEKS = 6
HARD = 3


_BY_COUNTRY: Mapping[str, HelpLines] = {
    "AT": HelpLines("142", "0800 222 555"),
    "AU": HelpLines("1300 726 306", "1800 737 732"),
    "DE": HelpLines("0800 111 0 111", "116 016"),
    "FR": HelpLines("3114", "3919"),
    "GB": HelpLines("116 123", "0808 2000 247"),
    "IE": HelpLines("116 123", "1800 341 900"),
    "US": HelpLines("1-833-852-6262", "1-800-799-7233"),
}
"""TelefonSeelsorge and Hilfetelefon, Samaritans and Refuge, PANDA and 1800RESPECT, and their like."""


def help_lines(zone: ZoneInfo) -> HelpLines | None:
    """Those of the country that the household's zone lies in, where we know them for sure."""
    return _BY_COUNTRY.get(country_of(zone) or "")


def is_hard_for(world: World, household: Household, partner: PartnerId, week: Week) -> bool:
    """Whether they answered *blown* at least three times in the six weeks that end with `week`."""
    states = world.store.check_ins.states_before(household.id, partner, week.next, count=WEEKS)
    return sum(state == "blown" for state in states) >= HARD

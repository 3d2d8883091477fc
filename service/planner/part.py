"""What a block may go without, and how what is left out counts for more the longer it waits. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

WAITS_PATIENTLY = 4
WAITS_AT_MOST = 10
"""Weeks of being left out after which a chore weighs twice as much with each more, and after which no more:
by then five minutes outweigh ten hours."""

LONGER_FORM = ":longer"
"""The id of the part that makes a chore longer than its shorter form; no chore's id has a colon."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something done in a chore's block that a small week may leave out of it, each time: a member of a
    routine, or what makes a chore longer than its shorter form (`LONGER_FORM`). `minutes` and `mental_min`
    are what it adds to the chore's own, `priority` is 1 to 3; `left_out_weeks` is how many weeks in a row it
    was left out before this one."""

    id: str
    title: str
    priority: int
    minutes: int
    mental_min: int = 0
    left_out_weeks: int = 0

    def missed(self, minutes: int) -> int:
        """As `Responsibility.missed`."""
        return missed_after(self.left_out_weeks, minutes)


def missed_after(waited: int, minutes: int) -> int:
    """What so many minutes count after that many weeks of being left out: a quarter more for each of the
    first, then twice as much for each."""
    waited = min(waited, WAITS_AT_MOST)
    patient = min(waited, WAITS_PATIENTLY)
    quarters = (4 + patient) << (waited - patient)
    return -(-minutes * quarters // 4)

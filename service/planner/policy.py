"""The numbers of the planner that a household may want otherwise. Pure data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """How a week is judged and how long a proof may take.

    `band_minutes`: so far off the agreed share counts as fair. `change_price_minutes`: what a change
    of hands costs against disliked minutes. `first_starts`: candidate starts per block before more
    are asked for. `limit` is deterministic solver time (about two seconds each) for the whole plan,
    `reason_limit` for all its reasons. Without `solver` none is asked, and the first answer is the plan.
    """

    band_minutes: int = 30
    change_price_minutes: int = 30
    first_starts: int = 16
    seed: int = 7
    limit: float = 6.0
    reason_limit: float = 2.0
    joint: bool = True
    solver: bool = True


DEFAULT = Policy()

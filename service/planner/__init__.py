"""The planner: a snapshot of one household's week in, a plan with its proof out.

Read `week` first: it calls the steps in order. `snapshot`, `snapshot_file` and `parse` are what goes in;
`grid`, `presence`, `selfcare` and `candidates` say what could happen when; `greedy` (on a `board`),
`allocate` (rows of `ownership`) and `place` decide, `solve_lex` alone knows the solver; `levels`, `certify`,
`trades`, `explain` (with `facts`) and `explain_unplaced` (with `offers` and `envy`, in the words of `spoken`)
tell what came out, `lost_wishes` what keeps a time for oneself away, `hands` what passed to somebody else,
and `told` what is said of it where; `verify` (on a `checked_week`) and `recount` check it without trusting
any of that. `repair` (searching with `refit`) mends a published week after an event, `adjust` a proposed one
that its two have changed; `remainder` is what one week hands to the next, `deferral` what has waited.
`parts` settles what blocks go without in a small week, before anything has its time.
`children_at_home` makes a week small, `home_turns` says who stays with them.
`household_week` (with `routines` and `occurrences`), `capacity`, `free_time` and `joint_time` make the
snapshot, `changes` turns a plan into writes; both are called by the flow.
"""

from service.planner.adjust import adjust
from service.planner.certify import certify
from service.planner.parse import SnapshotError, parse_snapshot
from service.planner.policy import DEFAULT, Policy
from service.planner.remainder import remainder
from service.planner.repair import lost_places, repair
from service.planner.snapshot import (
    Adult,
    Children,
    Occurrence,
    Responsibility,
    SelfCare,
    Sitter,
    Snapshot,
    Window,
)
from service.planner.snapshot_file import snapshot_hash, to_json
from service.planner.verify import Violation, verify
from service.planner.week import OnLevel, PlanInvalidError, greedy_week, plan_week

__all__ = [
    "DEFAULT",
    "Adult",
    "Children",
    "Occurrence",
    "OnLevel",
    "PlanInvalidError",
    "Policy",
    "Responsibility",
    "SelfCare",
    "Sitter",
    "Snapshot",
    "SnapshotError",
    "Violation",
    "Window",
    "adjust",
    "certify",
    "greedy_week",
    "lost_places",
    "parse_snapshot",
    "plan_week",
    "remainder",
    "repair",
    "snapshot_hash",
    "to_json",
    "verify",
]

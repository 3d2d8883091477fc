"""The planner: a snapshot of one household's week in, a plan with its proof out."""

from service.planner.parse import SnapshotError, parse_snapshot
from service.planner.snapshot import (
    Adult,
    Children,
    Occurrence,
    Responsibility,
    SelfCare,
    Sitter,
    Snapshot,
    Window,
    snapshot_hash,
    to_json,
)

__all__ = [
    "Adult",
    "Children",
    "Occurrence",
    "Responsibility",
    "SelfCare",
    "Sitter",
    "Snapshot",
    "SnapshotError",
    "Window",
    "parse_snapshot",
    "snapshot_hash",
    "to_json",
]

"""Every measurement, one table after the other: `python -m bench`. Ends with 1 if a goal is missed."""

from __future__ import annotations

import subprocess
import sys

ROOMS = ("planner", "ics", "caldav", "google", "peer", "pages", "demo", "first_minutes")
TABLES = tuple(f"bench.{room}" for room in ROOMS)


def main() -> int:
    missed = 0
    for table in TABLES:
        print(f"\n{table}", flush=True)
        missed |= subprocess.run([sys.executable, "-m", table], check=False).returncode
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())

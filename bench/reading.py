"""Our side of `bench.peer`, in a process of its own: read an account once, or whenever told to.

    python -m bench.reading URL STATE once|served

`once` polls and ends; `served` polls for every line on its input and answers with the seconds. The
state goes through its JSON text each time, as it does between a service and its store.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.caldav import CalDavAccount, CalDavConnector
from connectors.model import AccountState, TimeRange, Watch

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
WATCH = Watch(TimeRange(NOW, NOW + timedelta(weeks=5)), "Europe/Berlin")


def main(url: str, state_file: Path, manner: str) -> None:
    connector = CalDavConnector(
        CalDavAccount(url, "ana", "pw"),
        clock=lambda: NOW,
        sleep=time.sleep,
        allow_private_hosts=frozenset({"127.0.0.1"}),
    )
    text = state_file.read_text() if state_file.exists() else "{}"
    if manner == "once":
        state_file.write_text(_polled(connector, text))
    else:
        for _ in sys.stdin:
            started = time.perf_counter()
            text = _polled(connector, text)
            print(time.perf_counter() - started, flush=True)
    connector.close()


def _polled(connector: CalDavConnector, text: str) -> str:
    delta = connector.poll_account(WATCH, AccountState(json.loads(text)))
    if delta.skipped or not all(reading.busy and reading.error is None for reading in delta.readings):
        raise SystemExit("The account was not read in full.")
    return json.dumps(delta.state.json)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])

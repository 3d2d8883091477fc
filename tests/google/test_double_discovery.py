"""What we use of Google's contract has not changed since it was last read.

When Google's client is updated, this shows what changed in the methods we call, line by line. Read it,
mend what it breaks, then: python -m tests.google.test_double_discovery
"""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

from service.demo.google_double import GoogleDouble
from service.demo.google_double.discovery import METHODS, REVISION, contract_of

USED = (
    "calendarList.get", "calendarList.list", "calendarList.patch", "calendars.delete", "calendars.get",
    "calendars.insert", "calendars.patch", "events.delete", "events.get", "events.insert", "events.list",
    "events.patch", "events.update", "freebusy.query",
)  # fmt: skip
CONTRACT = Path(__file__).parent / "contract_as_read.txt"


def as_installed() -> list[str]:
    return [f"revision {REVISION}", *contract_of(list(USED))]


def changes(read: list[str], installed: list[str]) -> str:
    diff = list(unified_diff(read, installed, "as last read", "as installed", lineterm="", n=0))
    return "\n".join(line for line in diff if not line.startswith("@@"))


def test_the_bundled_document_is_the_one_that_was_read() -> None:
    assert changes(CONTRACT.read_text().splitlines(), as_installed()) == "", (
        "Google's client came with another discovery document; the lines above are what changed in the "
        "methods we use. Read them, then run: python -m tests.google.test_double_discovery"
    )


def test_a_change_in_a_method_we_use_is_shown_by_its_line() -> None:
    installed = as_installed()
    older = [line.replace("maximum=1 ", "maximum=2 ") for line in installed]
    older = [line for line in older if "syncToken" not in line]
    shown = changes(older, installed)
    assert "+events.list ?syncToken type=string" in shown
    assert "-events.insert ?conferenceDataVersion" in shown
    assert "freebusy" not in shown


def test_what_the_double_plays_is_what_is_watched() -> None:
    double = GoogleDouble(lambda: None)  # type: ignore[arg-type,return-value]
    assert double.played_methods == set(USED)
    assert set(USED) <= set(METHODS)


if __name__ == "__main__":
    CONTRACT.write_text("".join(f"{line}\n" for line in as_installed()))

"""Any bytes at all: they are read, or refused by the one named error, and nothing else happens."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors import ics
from tests.connectors.events import DATA, WINDOW, an_event, reading

START = "DTSTART:20261020T080000Z"

PIECES = sorted(
    {
        piece
        for path in DATA.glob("*.ics")
        for piece in re.split(r"(?<=[:;,=\n])", path.read_bytes().decode().replace("\r\n", "\n"))
    }
)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300),
        st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
        st.lists(st.tuples(st.sampled_from(PIECES), st.text(max_size=8)), max_size=12).map(
            lambda lines: an_event(START, *(piece + noise for piece, noise in lines))
        ),
    )
)
@settings(max_examples=400, deadline=None)
@example("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=X:20261020T080000\nRRULE:\nEND:VEVENT\nEND:VCALENDAR")
def test_whatever_the_bytes_nothing_but_the_named_refusal_escapes(text: str | bytes) -> None:
    read_or_refuse(text)


@given(
    st.sampled_from(sorted(DATA.glob("*.ics"))),
    st.integers(0, 3000),
    st.integers(0, 40),
    st.text(max_size=10),
)
@settings(max_examples=400, deadline=None)
def test_a_damaged_event_is_read_or_refused(path: Path, at: int, length: int, noise: str) -> None:
    text = path.read_bytes().decode()
    read_or_refuse(text[:at] + noise + text[at + length :])


def read_or_refuse(text: str | bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        possible = ics.might_overlap(text, WINDOW)
        try:
            found = reading(text)
        except ics.UnreadableEventError:
            return
    assert possible or not found.times
    assert set(found.busy_times) <= set(found.times)

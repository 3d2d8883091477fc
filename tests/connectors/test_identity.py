"""The names that are ours: the same block has the same name, two blocks never share one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.identity import block_mark, caldav_href, entry_uid, find_mark, ownership_mark


def test_the_same_block_always_gets_the_same_uid() -> None:
    assert entry_uid("i", "h", "bins.0", 0) == "qq27t8qgk59v4ujoqtjdrqu3h2gh2p52@offplate"


@given(
    st.tuples(st.text(), st.text(), st.text(), st.integers(0, 9)),
    st.tuples(st.text(), st.text(), st.text(), st.integers(0, 9)),
)
def test_two_blocks_never_share_a_uid(
    one: tuple[str, str, str, int], other: tuple[str, str, str, int]
) -> None:
    assert (entry_uid(*one) == entry_uid(*other)) == (one == other)


@pytest.mark.parametrize(
    "other", [("ab", "c", "d", 0), ("a", "bc", "d", 0), ("a", "b", "cd", 0), ("a", "b", "c", 1)]
)
def test_shifting_letters_between_the_parts_makes_another_uid(other: tuple[str, str, str, int]) -> None:
    assert entry_uid(*other) != entry_uid("a", "b", "c", 0)


def test_a_uid_fits_googles_alphabet_and_needs_no_escaping() -> None:
    uid = entry_uid("install", "household", "block", 3)
    assert re.fullmatch(r"[0-9a-v]{32}@offplate", uid)
    assert caldav_href(uid) == uid.removesuffix("@offplate") + ".ics"


@given(st.text())
def test_any_uid_makes_a_file_name_that_no_server_respells(uid: str) -> None:
    assert re.fullmatch(r"[0-9a-z]{32}\.ics", caldav_href(uid))


def test_a_generation_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="counts from 0"):
        entry_uid("i", "h", "b", -1)


def test_the_mark_is_found_on_the_last_line_of_a_description() -> None:
    mark = ownership_mark("i1", "h1", "ana")
    assert mark == "offplate:i1:h1:ana"
    assert find_mark(f"What carries whom.\r\n\r\n{mark}\n") == mark


@pytest.mark.parametrize(
    "description",
    [
        "",
        "Offplate",
        "offplate:i1:h1:ana\nand my notes",
        "see offplate:i1:h1:ana",
        "offplate:i1:h1",
        "offplate:a b:c:d",
    ],
)
def test_a_mark_anywhere_else_is_none(description: str) -> None:
    assert find_mark(description) is None


@pytest.mark.parametrize("part", ["", "a:b", "ana maria", "a\n"])
def test_a_mark_refuses_what_would_make_it_ambiguous(part: str) -> None:
    with pytest.raises(ValueError, match="mark is made of"):
        ownership_mark("i1", part, "ana")
    with pytest.raises(ValueError, match="block is named with"):
        block_mark(part, 0)


def test_a_block_mark_names_block_and_generation() -> None:
    assert block_mark("close-down.2", 1) == "close-down.2.1"

"""Whatever a household or a chore is, it comes back as it was written."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.chores import Cadence, Chore
from service.domain.household import Household, Partner, RuleChange, SelfCareWish
from service.store import StoreError
from service.store.documents import (
    chore_from_json,
    chore_to_json,
    household_from_json,
    household_to_json,
)
from tests.store.builders import a_chore, a_household


def whole(kind: type[Any], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects with every field drawn, those with a default as well."""
    return st.builds(kind, **{field.name: ... for field in fields(kind)} | fixed)


def few(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=2).map(tuple)


seconds = st.integers(0, 10_000).map(lambda n: timedelta(seconds=n))
partners = whole(Partner, travel=seconds, self_care=few(whole(SelfCareWish)))
changes = whole(
    RuleChange,
    proposed_at=st.datetimes(timezones=st.just(UTC)),
    value=st.dictionaries(st.text(), st.integers()),
)
households = whole(Household, partners=few(partners), pending=few(changes))
chores = whole(Chore, cadence=whole(Cadence))


@settings(max_examples=30, deadline=None)
@given(households)
def test_a_household_comes_back_as_it_was(household: Household) -> None:
    written = json.loads(json.dumps(household_to_json(household)))
    assert household_from_json(household.id, written) == household


@settings(max_examples=30, deadline=None)
@given(chores)
def test_a_chore_comes_back_as_it_was(chore: Chore) -> None:
    written = json.loads(json.dumps(chore_to_json(chore)))
    assert chore_from_json(chore.id, written) == chore


@pytest.mark.parametrize(
    "text", ["daily", "weekdays", "3/week", "every 2 weeks", "monthly", "FREQ=WEEKLY;BYDAY=TU"]
)
def test_every_cadence_comes_back_as_it_was(text: str) -> None:
    chore = replace(a_chore("x"), cadence=Cadence.parse(text))
    assert chore_from_json("x", chore_to_json(chore)) == chore


def test_a_document_of_a_newer_version_is_refused() -> None:
    with pytest.raises(StoreError, match="newer Offplate"):
        household_from_json("home", household_to_json(a_household()) | {"version": 2})
    with pytest.raises(StoreError, match="newer Offplate"):
        chore_from_json("x", chore_to_json(a_chore("x")) | {"version": 2})

"""What only oneself changes: it counts from the next planned week on, and the one that is agreed holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.household import Partner, SelfCareWish
from service.domain.week import parse_windows
from service.flow import own_settings
from service.flow.likings import likings, mark, save_likings
from service.flow.own_settings import ChangedMeanwhileError, OwnRefusedError, WishWords, mark_of
from service.flow.plan_week import propose, stored_snapshot
from service.flow.tell import quiet_until
from service.flow.week import tick
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home, time_range

WALK = SelfCareWish("Walk", 45, 1, parse_windows("Tue 12:00-14:00"))
EARLY = parse_windows("18:00-08:00")


def me(home: Home) -> Partner:
    return home.store.households.get(HOME).partner(ANA)


def written(home: Home) -> list[tuple[str, object]]:
    entries = [entry for who in (ANA, BEN) for entry in home.server.account(who).entries()]
    return sorted((entry.title, entry.time) for entry in entries)


def put_quiet(home: Home, windows: object = EARLY) -> None:
    own_settings.put(
        home.world, HOME, ANA, "quiet_hours", windows, was=own_settings.mark(me(home), "quiet_hours")
    )


def test_a_planned_week_holds_when_quiet_hours_change_and_the_next_plan_keeps_to_them(home: Home) -> None:
    tick(home.world, HOME)
    before = written(home)
    put_quiet(home)
    assert tick(home.world, HOME).planned == []
    assert written(home) == before
    plan = propose(home.world, home.store.households.get(HOME), WEEK.next).plan
    hours = [block.interval.start_at.astimezone(BERLIN).hour for block in plan.blocks_of(ANA)]
    assert hours
    assert all(8 <= hour < 18 for hour in hours)


def test_a_real_event_moves_what_it_hits_and_nothing_else_of_an_agreed_week(home: Home) -> None:
    """New quiet hours would forbid most of it; only the block under the event goes elsewhere."""
    tick(home.world, HOME)
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    hit = next(block for block in stored.plan.blocks_of(ANA) if block.responsibility == "laundry")
    put_quiet(home)
    account = home.server.account(ANA)
    account.add_event(home.personal[ANA], time_range(hit.interval))
    tick(home.world, HOME)
    after = home.store.plans.get(HOME, WEEK, "published")
    assert after is not None
    stays = [block for block in stored.plan.blocks if block != hit]
    assert [block for block in stays if block not in after.plan.blocks] == []


def test_mail_keeps_to_new_quiet_hours_at_once(home: Home) -> None:
    now = home.clock.now()
    assert quiet_until(home.world, home.store.households.get(HOME), me(home), now) is None
    put_quiet(home)
    assert quiet_until(home.world, home.store.households.get(HOME), me(home), now) is not None


def test_a_planned_week_calls_a_time_for_oneself_as_it_was_called(home: Home) -> None:
    tick(home.world, HOME)
    before = written(home)
    own_settings.remove_wish(home.world, HOME, ANA, mark_of(me(home).self_care[0]))
    own_settings.add_wish(home.world, HOME, ANA, WALK)
    tick(home.world, HOME)
    assert written(home) == before
    plan = propose(home.world, home.store.households.get(HOME), WEEK.next)
    assert [wish.title for wish in stored_snapshot(plan).selfcare] == ["Walk", "Run"]


def test_an_old_page_overwrites_nothing_and_a_second_press_saves_once(home: Home) -> None:
    was = own_settings.mark(me(home), "minutes")
    own_settings.put(home.world, HOME, ANA, "minutes", 60, 120, was=was)
    own_settings.put(home.world, HOME, ANA, "minutes", 60, 120, was=was)
    with pytest.raises(ChangedMeanwhileError):
        own_settings.put(home.world, HOME, ANA, "minutes", 30, 90, was=was)
    assert (me(home).offered_minutes_a_day, me(home).most_minutes_a_day) == (60, 120)


def test_an_old_page_of_one_setting_saves_beside_a_new_one_of_another(home: Home) -> None:
    was = own_settings.mark(me(home), "where")
    put_quiet(home)
    own_settings.put(home.world, HOME, ANA, "where", "home", timedelta(0), was=was)
    assert (me(home).quiet_hours, me(home).busy_means) == (EARLY, "home")


def test_a_wish_is_added_once_changed_where_it_stood_and_never_confused_with_another(home: Home) -> None:
    swim = me(home).self_care[0]
    own_settings.add_wish(home.world, HOME, ANA, WALK)
    own_settings.add_wish(home.world, HOME, ANA, WALK)
    assert me(home).self_care == (swim, WALK)
    longer = replace(swim, minutes=120)
    own_settings.change_wish(home.world, HOME, ANA, mark_of(swim), longer)
    own_settings.change_wish(home.world, HOME, ANA, mark_of(swim), longer)
    with pytest.raises(ChangedMeanwhileError):
        own_settings.change_wish(home.world, HOME, ANA, mark_of(swim), replace(swim, minutes=15))
    with pytest.raises(ChangedMeanwhileError):
        own_settings.remove_wish(home.world, HOME, ANA, mark_of(swim))
    with pytest.raises(OwnRefusedError, match="one called “walk” already"):
        own_settings.change_wish(home.world, HOME, ANA, mark_of(longer), replace(longer, name="walk"))
    assert me(home).self_care == (longer, WALK)


def test_everything_that_is_wrong_with_a_wish_is_said_at_once() -> None:
    with pytest.raises(OwnRefusedError) as refused:
        own_settings.wish_of(WishWords("", "5", "9"), ())
    assert len(refused.value.problems) == 4
    short = parse_windows("Mon-Tue 12:00-13:00")
    with pytest.raises(OwnRefusedError, match="as long as 90 minutes"):
        own_settings.wish_of(WishWords("Swim", "90", "1"), short)
    with pytest.raises(OwnRefusedError, match="as many days as times a week"):
        own_settings.wish_of(WishWords("Swim", "60", "3"), short)
    with pytest.raises(OwnRefusedError, match="cannot hold more than the most"):
        own_settings.minutes_of("120", "60")


def test_five_can_be_disliked_and_nobody_sees_what_the_other_minds(home: Home) -> None:
    names = [line.chore for line in likings(home.world, HOME, ANA)]
    was = mark(likings(home.world, HOME, ANA))
    with pytest.raises(OwnRefusedError, match="Five can be disliked"):
        save_likings(home.world, HOME, ANA, dict.fromkeys(names[:6], "dislike"), was=was)
    save_likings(home.world, HOME, ANA, dict.fromkeys(names[:5], "dislike"), was=was)
    save_likings(home.world, HOME, BEN, {names[0]: "like"}, was=was)
    with pytest.raises(ChangedMeanwhileError):
        save_likings(home.world, HOME, ANA, {names[0]: "neutral"}, was=was)
    stands = {chore.id: dict(chore.liking) for chore in home.store.households.chores(HOME)}
    assert stands[names[0]] == {ANA: "dislike", BEN: "like"}
    assert {line.liking for line in likings(home.world, HOME, BEN)} == {"like", "neutral"}


def test_a_consent_is_given_and_taken_back_alone_and_holds_while_both_have_given_it(home: Home) -> None:
    for partner in (ANA, BEN):
        assert not home.store.households.get(HOME).agreed_to("pact")
        own_settings.consent(home.world, HOME, partner, "pact", given=True)
    assert home.store.households.get(HOME).agreed_to("pact")
    own_settings.consent(home.world, HOME, ANA, "pact", given=False)
    household = home.store.households.get(HOME)
    assert not household.agreed_to("pact")
    assert household.agreed_to("stretch")
    assert "pact" in household.partner(BEN).consents


def test_who_has_left_has_no_settings_any_more(home: Home) -> None:
    home.store.erase_partner(HOME, ANA)
    with pytest.raises(KeyError):
        own_settings.mail(home.world, HOME, ANA, mailed=False)

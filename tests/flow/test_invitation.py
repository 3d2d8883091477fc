"""The invitation: mailed once; where no mail gets through its link is shown once, to whoever set up, and to
nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.flow import invitation
from service.flow.invitation import NothingToHandOverError
from service.links import token_hash
from service.mail.post import OutboxPost
from service.ports import MailState, OutgoingMail
from tests.builders import ANA, BEN, HOME, SUNDAY_EVENING, Home, a_home, a_household


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Ana has just pressed *Start*; mails go into the real outbox."""
    household = a_household(set_up_on=SUNDAY_EVENING.date(), run_by="Ana")
    with a_home(tmp_path, household=household) as made:
        base = made.world.base_url
        post = OutboxPost(
            made.store.outbox, made.store.links, made.clock, sender="o@example.org", base_url=base
        )
        made = replace(made, world=replace(made.world, post=post))
        invite(made)
        yield made


def invite(home: Home) -> None:
    household = home.store.households.get(HOME)
    ana, ben = household.partners
    invitation.invite(home.world, household, ana, ben, home.clock.now())


def standing(home: Home, reader: str = "ana") -> str:
    return invitation.standing(home.world, home.store.households.get(HOME), ANA if reader == "ana" else BEN)


def mail(home: Home) -> OutgoingMail:
    found = home.store.outbox.latest(HOME, BEN, "invitation")
    assert found is not None
    return found


def test_it_is_queued_once_for_the_other_one(home: Home) -> None:
    invite(home)
    (only,) = home.store.outbox.due(now=home.clock.now())
    assert (only.partner, only.recipient, only.kind) == (BEN, "ben@example.org", "invitation")
    assert standing(home) == "on_its_way"


def test_while_the_mail_is_on_its_way_or_has_gone_there_is_no_link_to_show(home: Home) -> None:
    with pytest.raises(NothingToHandOverError):
        invitation.hand_over(home.world, HOME, ANA)
    home.store.outbox.settle(mail(home).id, "sent", at=home.clock.now())
    assert standing(home) == "sent"
    with pytest.raises(NothingToHandOverError):
        invitation.hand_over(home.world, HOME, ANA)


@pytest.mark.parametrize("state", ["queued", "refused", "held"])
def test_where_no_mail_gets_through_the_link_is_shown_once(home: Home, state: MailState) -> None:
    now = home.clock.now()
    home.store.outbox.settle(mail(home).id, state, at=now, problem="away", next_try_at=now)
    assert standing(home) == "not_sent"
    url = invitation.hand_over(home.world, HOME, ANA)
    link = home.store.links.get(token_hash(url.rpartition("/")[2]), now=now)
    assert link is not None
    assert (link.partner, link.purpose) == (BEN, "invitation")
    assert standing(home) == "handed_over"
    with pytest.raises(NothingToHandOverError):
        invitation.hand_over(home.world, HOME, ANA)


def test_a_link_that_was_handed_over_ends_after_a_month(home: Home) -> None:
    home.store.outbox.settle(mail(home).id, "refused", at=home.clock.now(), problem="no such address")
    url = invitation.hand_over(home.world, HOME, ANA)
    later = home.clock.now() + timedelta(days=31)
    assert home.store.links.get(token_hash(url.rpartition("/")[2]), now=later) is None


def test_whoever_was_invited_is_shown_nothing_of_it(home: Home) -> None:
    home.store.outbox.settle(mail(home).id, "refused", at=home.clock.now(), problem="no such address")
    assert standing(home, "ben") == "none"
    with pytest.raises(NothingToHandOverError):
        invitation.hand_over(home.world, HOME, BEN)


def test_a_home_that_began_in_a_file_invited_nobody(tmp_path: Path) -> None:
    with a_home(tmp_path) as home:
        assert standing(home) == "none"

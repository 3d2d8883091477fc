"""A partner connects their calendar at Google: what is refused, and what is saved.

The consent itself was given on Google's own page. Reads: both partners' accounts. Writes: the account, its
grant sealed; the next tick makes our calendar in it. Never: a request.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.model import ConsentGiven
from service.dates import long_day
from service.domain.household import HouseholdId, PartnerId
from service.flow.connect_calendar import (
    OUR_NAME,
    ChoiceRefusedError,
    NamedInFileError,
    let_go_of,
    may_connect,
)
from service.ports import Account, World
from service.words import _, said

ADDRESS = "https://calendar.google.com/"
"""What an account of Google's has in the place of a server's address."""


def why_not(world: World, household_id: HouseholdId, partner: PartnerId, given: ConsentGiven) -> str | None:
    """Why this account cannot be theirs, as a sentence for them; None when it can be saved."""
    before = another_than_before(world, household_id, partner, given)
    if not given.can_write and before is not None:
        return _(
            "This is %(email)s, and Offplate is connected with %(before)s. Start again and choose that one "
            "at Google."
        ) % {"email": given.email, "before": before}
    if not given.can_write:
        return " ".join(map(said, given.problems))
    household = world.store.households.get(household_id)
    for other in household.partners:
        account = world.store.accounts.get(household_id, other.id)
        taken = account is not None and account.is_same_as(_account(household_id, other.id, given))
        if other.id != partner and taken:
            return _(
                "%(email)s is connected as %(name)s's already. Each of you connects an account of your own."
            ) % {"email": given.email, "name": other.name}
    return None


def whose_address(
    world: World, household: HouseholdId, partner: PartnerId, given: ConsentGiven
) -> str | None:
    """The address that Offplate writes to, when the account goes by another one."""
    own = world.store.households.get(household).partner(partner).email
    return own if own.casefold() != given.email.casefold() else None


def when_it_ends(zone: ZoneInfo, ends_at: datetime | None) -> str | None:
    """What to do about a connection that ends by itself; `None` for one that does not."""
    if ends_at is None:
        return None
    day = long_day(ends_at.astimezone(zone).date())
    ends = _(
        "Google ends this connection on %(day)s, as it does after a week while Offplate's project there is "
        "in testing."
    )
    publish = _("Whoever runs Offplate can publish the project in the Google Cloud console.")
    again = _("Connect once more before that day.")
    return f"{ends % {'day': day}} {publish} {again}"


def another_than_before(
    world: World, household: HouseholdId, partner: PartnerId, given: ConsentGiven
) -> str | None:
    """The account they had until now, when it is another one."""
    before = world.store.accounts.get(household, partner)
    if before is None or before.is_same_as(_account(household, partner, given)):
        return None
    return before.username


def save_account(world: World, household: HouseholdId, partner: PartnerId, given: ConsentGiven) -> None:
    """Keep the account and make the household due. What is known of the same account stays.

    Raises:
        NamedInFileError, ChoiceRefusedError: nothing was saved.
    """
    if not may_connect(world, household, partner):
        raise NamedInFileError(_("This calendar is named in config.toml and can only be changed there."))
    if refusal := why_not(world, household, partner, given):
        raise ChoiceRefusedError(refusal)
    before = world.store.accounts.get(household, partner)
    account = _account(household, partner, given)
    if before is not None and before.is_same_as(account):
        account = replace(account, busy=before.busy)
    world.store.accounts.connect(account)
    let_go_of(world, before, account)
    world.store.due.wake(household, at=world.clock.now())


def _account(household: HouseholdId, partner: PartnerId, given: ConsentGiven) -> Account:
    return Account(
        household=household,
        partner=partner,
        kind="google",
        url=ADDRESS,
        username=given.email,
        secret=given.secret,
        home=OUR_NAME,
        subject=given.subject,
        ends_at=given.ends_at,
    )

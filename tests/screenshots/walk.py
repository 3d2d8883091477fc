"""The ways through the house along which the pictures are taken: a new home, a week, and what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

import requests
from playwright.sync_api import Page

from service.domain.checkin import Answer
from service.domain.household import HouseholdId, PartnerId
from service.flow import set_up
from service.flow.week import tick
from service.mail.outbox import deliver_due
from service.mail.smtp import ServerAwayError
from service.ports import Account
from tests.screenshots.gallery import WEEK, Gallery
from tests.web.test_set_up import nobody_yet

ANA, BEN = PartnerId("ana"), PartnerId("ben")
NEW_HOME = HouseholdId("new-home")
CHECK_IN = f"/check-in/{WEEK}"


def without_a_session(gallery: Gallery) -> None:
    gallery.take("front", "stranger", "/")
    gallery.take("nobody-known", "stranger", CHECK_IN)
    gallery.take("link-ended", "stranger", f"/c/{'t' * 43}")
    gallery.take("no-such-page", "stranger", "/nowhere")


def a_new_home(gallery: Gallery) -> None:
    """Cleo and Dana, from the link that `serve` prints to both having joined; the mail server is away."""
    world, house = gallery.house.world, gallery.house
    world.store.households.save(replace(nobody_yet(), id=NEW_HOME))
    page = gallery.page("cleo")
    page.goto(set_up.set_up_link(world, NEW_HOME))
    gallery.take("set-up-begin", "cleo")
    page.locator("form").evaluate("form => form.noValidate = true")
    gallery.press("cleo", "Next: what needs doing")
    gallery.take("set-up-missing", "cleo")
    for label, words in (
        ("Your name", "Cleo"),
        ("Your e-mail address", "cleo@example.org"),
        ("The other one's name", "Dana"),
        ("Their e-mail address", "dana@example.org"),
        ("Child 1", "2025-11-02"),
    ):
        page.get_by_label(label).fill(words)
    page.get_by_label("Its time zone").select_option("Europe/Berlin")
    gallery.press("cleo", "Next: what needs doing")
    gallery.take("set-up-list", "cleo")
    gallery.take("set-up-home", "cleo", "/set-up/home")
    gallery.open("cleo", "/set-up/list")
    gallery.press("cleo", "Next: you")
    gallery.take("set-up-you", "cleo")
    _connect(gallery)
    gallery.open("cleo", "/set-up/you")
    page.get_by_role("radio", name="Fine").check()
    gallery.press("cleo", "Start")
    tick(world, NEW_HOME)

    def away(recipient: str, message: bytes, *, claim: Callable[[], bool]) -> None:
        raise ServerAwayError("The mail server does not answer.")

    deliver_due(world.store.outbox, world.clock, away, quiet_until=lambda mail, now: None)
    gallery.take("welcome", "cleo", "/welcome")
    gallery.press("cleo", "Show the link, once")
    gallery.take("link-to-hand-over", "cleo")
    link = page.locator(".link").inner_text()
    gallery.page("dana").goto(link)
    other = gallery.take("welcome-other", "dana")
    other.get_by_role("radio", name="In the weeds").check()
    gallery.press("dana", "That's me")
    gallery.take("welcome-joined", "dana")
    gallery.clock.move(timedelta(minutes=2))
    gallery.deliver()
    assert any(mail.recipient == "dana@example.org" for mail in house.mailbox.mails())


def _connect(gallery: Gallery) -> None:
    """As far as the page that says it is done; the account is Ana's, and is let go again."""
    house, page = gallery.house, gallery.open("cleo", "/connect")
    gallery.take("connect", "cleo")
    page.get_by_label("Mail address, or address of the server").fill(house.caldav_url)
    gallery.press("cleo", "Find it")
    gallery.take("connect-account", "cleo")
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Password, better an app password").fill(house.passwords["ana"])
    gallery.press("cleo", "Look around")
    gallery.take("connect-found", "cleo")
    gallery.press("cleo", "Connect")
    gallery.take("connect-done", "cleo")
    house.store.accounts.disconnect(NEW_HOME, house.store.households.get(NEW_HOME).partners[0].id)


def ben_at_google(gallery: Gallery) -> None:
    gallery.come_in("ben", "/connect/google")
    page = gallery.take("google", "ben")
    _ask_google(gallery, page, "Connect Google Calendar", takes=True)
    gallery.take("google-connected", "ben")
    _ask_google(gallery, page, "Ask Google for the list")
    gallery.press("ben", "Choose calendars")
    gallery.take("google-choose", "ben")
    gallery.take("google-again", "ben", "/connect/google/back")


def _ask_google(gallery: Gallery, page: Page, button: str, *, takes: bool = False) -> None:
    """To Google's page and back, everything agreed to there."""
    gallery.press("ben", button)
    if takes:
        gallery.take("google-ask", "ben")
    with page.expect_navigation():
        page.locator("a.primary").click()
    gallery.press("ben", "Continue")
    if takes:
        gallery.take("google-found", "ben")
    gallery.press("ben", "Save")


def a_check_in(gallery: Gallery) -> None:
    gallery.house.ask(WEEK)
    gallery.deliver()
    page = gallery.come_in("ana")
    gallery.take("answer", "ana")
    page.get_by_role("radio", name="Away").check()
    gallery.take("answer-away", "ana")
    page.get_by_role("radio", name="In the weeds").check()
    page.locator("input[name=hand_over]").first.check(force=True)
    page.locator("textarea").first.fill("You let me sleep until nine.")
    page.get_by_text("Something to talk about together").click()
    page.get_by_label("What is it about?").select_option("bathroom")
    gallery.take("answer-filled-in", "ana")
    gallery.press("ana", "That's me")
    gallery.take("waiting", "ana")
    gallery.answer("ben", "Fine", thanks="The soup. And that you said no to the third visit.")
    gallery.take("together", "ben")
    gallery.take("talk", "ben", f"{CHECK_IN}?talk=1")
    page = gallery.take("proposal", "ben", f"{CHECK_IN}?next=1")
    page.get_by_text("Change something").click()
    page.get_by_label("What", exact=True).select_option("beds")
    gallery.press("ben", "Not this week")
    gallery.take("proposal-changed", "ben")
    gallery.press("ben", "Take it back")
    for person in ("ana", "ben"):
        gallery.open(person, f"{CHECK_IN}?next=1")
        gallery.press(person, "Agree")
    gallery.take("settled", "ben")
    gallery.tick()


def what_is_ones_own(gallery: Gallery) -> None:
    gallery.take("week-ahead", "ana", f"/week/{WEEK}")
    sheet = gallery.take("paper", "ana", f"/week/{WEEK}/paper")
    sheet.emulate_media(media="print")
    gallery.take("paper-printed", "ana")
    sheet.emulate_media(media="screen")
    gallery.take("out", "ana", "/out")
    gallery.take("out-next-week", "ana", f"/out/{WEEK}")
    gallery.take("connect-in-file", "ana", "/connect")
    gallery.take("me", "ana", "/me")
    for page in (
        "quiet-hours",
        "minutes",
        "where",
        "likings",
        "agreed",
        "mails",
        "titles",
        "calendars",
        "self-care",
    ):
        gallery.take(f"me-{page}", "ana", f"/me/{page}")
    gallery.take("me-self-care-new", "ana", "/me/self-care/new")
    wishes = gallery.open("ana", "/me/self-care")
    with wishes.expect_navigation():
        wishes.locator("a[href^='/me/self-care/']:not([href$=new])").first.click()
    gallery.take("me-self-care-wish", "ana")


def what_both_settle(gallery: Gallery) -> None:
    gallery.take("list", "ana", "/list")
    gallery.take("list-new", "ana", "/list/new")
    gallery.take("list-chore", "ana", "/list/laundry")
    page = gallery.take("card", "ana", "/list/laundry/card")
    page.get_by_label("What Ben has to know").fill("Wool at thirty degrees. The peg bag is behind the door.")
    page.get_by_label("Who else knows").fill("Granny knows the machine.")
    gallery.press("ana", "Offer it to Ben")
    gallery.take("card-received", "ben", "/list/laundry/card")
    gallery.take("rules", "ana", "/rules")
    for page_name in ("children", "sitters", "moments", "chore"):
        path = f"/rules/{page_name}" + ("/laundry" if page_name == "chore" else "")
        gallery.take(f"rules-{page_name}", "ana", path)
    page = gallery.take("rules-split", "ana", "/rules/split")
    page.get_by_label("Of a hundred").select_option("40")
    gallery.press("ana", "Propose it")
    gallery.take("rules-proposed", "ben", "/rules")


def a_wednesday(gallery: Gallery) -> None:
    """Something is asked, a child falls ill, an evening is taken over, a password changes."""
    gallery.clock.move(timedelta(days=2, hours=22, minutes=45))  # Wednesday 17:45
    gallery.tick()
    gallery.take("week", "ana", "/week")
    _retitle(gallery, "ana", "> ")
    gallery.tick()
    gallery.take("week-asked", "ben", "/week")
    gallery.take("off", "ana", "/off")
    gallery.press("ana", "Yes. I'm blown")
    gallery.take("week-dont-get-up", "ana")
    gallery.tick()
    gallery.take("week-on-duty", "ben", "/week")
    gallery.take("off-not-now", "ana", "/off")
    gallery.clock.move(timedelta(hours=14))  # Thursday 07:45
    gallery.tick()
    page = gallery.take("ill", "ana", "/ill")
    page.get_by_label("Until and with").select_option(str(WEEK.days[4]))
    gallery.press("ana", "Make these days small")
    gallery.take("ill-said", "ana", "/ill")
    gallery.tick()
    _locked_out(gallery)
    gallery.take_mails()


def _retitle(gallery: Gallery, person: str, mark: str) -> None:
    """A calendar app puts `mark` before the title of the first entry that is still to come."""
    house = gallery.house
    account, auth = house.accounts[person], (person, house.passwords[person])
    now = f"{gallery.clock.now():%Y%m%d}"
    for path in sorted(account.events(account.calendars()["Offplate"])):
        address = urljoin(house.caldav_url, path)
        text = requests.get(address, auth=auth, timeout=10).text
        begins = re.search(r"DTSTART[^:]*:(\d{8})", text)
        if begins and begins[1] > now and "SUMMARY:Laundry" in text:
            changed = text.replace("SUMMARY:", f"SUMMARY:{mark}").encode()
            headers = {"Content-Type": "text/calendar"}
            requests.put(address, changed, auth=auth, headers=headers, timeout=10).raise_for_status()
            return
    raise AssertionError("there is no laundry to ask about")


def _locked_out(gallery: Gallery) -> None:
    """Ana's password is another one now, and back."""
    store, home = gallery.house.store, gallery.house.household.id
    account = store.accounts.get(home, ANA)
    assert isinstance(account, Account)
    store.accounts.connect(replace(account, secret="changed"))
    gallery.clock.move(timedelta(minutes=30))
    gallery.tick()
    gallery.take("week-calendar-lost", "ana", "/week")
    store.accounts.connect(account)


def three_hard_weeks(gallery: Gallery) -> None:
    store, home, now = gallery.house.store, gallery.house.household.id, gallery.clock.now()
    week = WEEK.previous
    for _ in range(3):
        store.check_ins.open(home, week, opened_at=now, closes_at=now + timedelta(hours=2))
        store.check_ins.answer(home, week, Answer(BEN, "blown", answered_at=now))
        week = week.previous
    gallery.take("week-hard", "ben", "/week")


def leaving(gallery: Gallery) -> None:
    text = next(mail.text for mail in gallery.house.mailbox.mails() if mail.recipient.startswith("ben"))
    link = re.search(r"https?://\S+/u/[\w-]+", text)
    assert link
    gallery.page("ben").goto(link[0])
    gallery.take("unsubscribe", "ben")
    gallery.press("ben", "No more mails")
    gallery.take("unsubscribed", "ben")
    gallery.take("me-kept", "ana", "/me/kept")
    gallery.press("ana", "Erase it")
    gallery.take("me-kept-erased", "ana")
    gallery.take("me-leave", "ana", "/me/leave")
    gallery.press("ana", "Leave now")
    gallery.take("left", "ana")
    gallery.take("week-stopped", "ben", "/week")
    page = gallery.open("ben", "/connect/google")
    page.locator("summary", has_text="Disconnect").click()
    gallery.press("ben", "Disconnect this account")
    gallery.take("google-leaving", "ben", "/connect/google")


def a_smaller_week(gallery: Gallery) -> None:
    gallery.tick()
    gallery.house.ask(WEEK)
    for person in ("ana", "ben"):
        gallery.answer(person, "Blown")
    gallery.take("smaller-week", "ana", f"{CHECK_IN}?next=1")


def nobody_answered(gallery: Gallery) -> None:
    gallery.house.ask(WEEK)
    gallery.clock.move(timedelta(days=4))  # Thursday: too late for a late answer, too
    gallery.come_in("ana")
    gallery.take("closed", "ana")

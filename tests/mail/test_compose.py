"""What a mail says: alike in text and HTML, inert, small, and discreet on a lock screen."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from service.mail import compose
from service.mail.compose import Letter
from service.ports import WeekLines
from tests.web import views

LINK = "https://offplate.example.org/c/" + "t" * 43
LINES = WeekLines(
    heading="This week leans on Ben, as you agreed.",
    lead="Four things move, twenty-three stay.",
    days=(
        ("Thursday 3 December", ("18:00 Bedtime", "19:00–20:30 Yours: swim. Ben is on duty")),
        ("Friday", ()),
    ),
    moves=(("Laundry, from Ana to Ben", "It evens out."),),
    needs_somebody=(("Pick-up, Tuesday", "No free 30 minutes for Ben."),),
    left_out=(("Bathroom", "It can wait."),),
    own_time=frozenset({"19:00–20:30 Yours: swim. Ben is on duty"}),
)
HOSTILE = 'A</mj-text><mj-image src="http://evil.example/p.png"/><b>"\u202e\x00&{{7*7}}'


def letters(
    name: str = "Ana", lines: WeekLines = LINES, problem: str = "The password changed."
) -> list[Letter]:
    household = views.household(name)
    ana = household.partners[0]
    closes_at = views.check_in("answer").closes_at
    return [
        compose.check_in(household, ana, views.WEEK, link=LINK, closes_at=closes_at),
        compose.week(household, ana, views.WEEK, lines=lines, link=LINK),
        compose.needs_you(household, ana, views.WEEK, problem=problem, link=LINK),
        compose.question(
            household, ana, views.WEEK, sentence=problem, answers=(lines.heading, problem), link=LINK
        ),
        compose.invitation(replace(household, run_by=problem), ana, inviter=household.partners[1], link=LINK),
        compose.changed(
            household, ana, views.WEEK, heading=problem, lines=(lines.heading, problem), link=LINK
        ),
    ]


def words(html: str) -> str:
    """The text a reader of the HTML sees, spaces evened out."""
    body = re.sub(r"<(style|head)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u200b", "").split())


@pytest.mark.parametrize("answers", [(), ("Take it", "Not this time")])
def test_in_plain_text_each_part_of_a_question_stands_by_itself(answers: tuple[str, ...]) -> None:
    household = views.household("Ana")
    text = compose.question(
        household, household.partners[0], views.WEEK, sentence="Laundry?", answers=answers, link=LINK
    ).text
    parts = text.split("\n\n")
    assert parts[0] == "Laundry?"
    if answers:
        assert parts[1] == "- Take it\n- Not this time"
    assert f"{LINK}?to=week" in parts
    assert "\n\n\n" not in text


def test_the_question_has_three_answers_to_tap_and_the_plain_address() -> None:
    letter = letters()[0]
    for state in ("fine", "weeds", "blown"):
        assert f'href="{LINK}?state={state}"' in letter.html
        assert f"{LINK}?state={state}\n" in letter.text
    assert letter.html.count(LINK) == 5
    assert "until Sunday 21:30" in letter.text


def test_the_week_mail_says_the_same_in_both_parts() -> None:
    letter = letters()[1]
    said = words(letter.html)
    for sentence in (
        LINES.heading,
        LINES.lead,
        "Laundry, from Ana to Ben",
        "It evens out.",
        "Bathroom",
        "It can wait.",
        "Thursday 3 December",
        *LINES.days[0][1],
    ):
        assert sentence in said
        assert sentence in letter.text
    assert "Friday" not in letter.text
    assert letter.html.count(f'href="{LINK}?to=week"') == 2
    assert f"{LINK}?to=week\n" in letter.text


def test_the_invitation_says_who_could_read_what_and_says_it_in_both_parts() -> None:
    letter = letters(problem="Ana's sister")[4]
    for said in (words(letter.html), " ".join(letter.text.split())):
        assert "a machine that is looked after by: Ana's sister." in said
        assert "could technically read what is stored" in said
        assert "no titles, no places, no names" in said
        assert "You can leave at any time" in said
    assert letter.html.count(f'href="{LINK}"') == 2
    assert f"{LINK}\n" in letter.text


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5])
def test_nothing_is_fetched_and_the_mail_is_small(number: int) -> None:
    html = letters()[number].html
    reached = set(re.findall(r"https?://[^\s\"'<>)]+", html))
    assert {url.partition("?")[0] for url in reached} <= {LINK, "http://www.w3.org/1999/xhtml"}
    assert not re.search(r"<img|<link|@import|url\(|<script", html)
    assert len(html.encode()) < 100_000
    assert '<meta name="color-scheme" content="light dark" />' in html


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5])
def test_names_and_sentences_stay_words(number: int) -> None:
    lines = replace(
        LINES,
        heading=HOSTILE,
        days=((HOSTILE, (HOSTILE,)),),
        moves=((HOSTILE, HOSTILE),),
        needs_somebody=((HOSTILE, HOSTILE),),
        left_out=((HOSTILE, HOSTILE),),
    )
    letter = letters(HOSTILE, lines, HOSTILE)[number]
    assert not re.search(r"<img|<mj-|<b>\"", letter.html)
    assert 'src="' not in letter.html
    assert not {"\u202e", "\x00"} & (set(letter.html) | set(letter.text))
    assert "{{7*7}}" in words(letter.html)


def test_a_subject_tells_a_lock_screen_nothing() -> None:
    lines = replace(LINES, heading="Canary", lead="Canary")
    subjects = [letter.subject for letter in letters("Canary", lines, "Canary")]
    assert subjects == [
        "How are you? It takes a minute",
        "Your week is ready",
        "Offplate needs a minute of yours",
        "One press, when you have a moment",
        "A week for the two of you",
        "Something in your week has changed",
    ]

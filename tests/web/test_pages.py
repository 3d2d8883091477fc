"""What a page says, from views alone: the order of things, true words, nothing that disturbs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.domain.checkin import Agreement, Answer
from service.domain.interval import Interval
from service.flow.check_in_views import CheckInView
from service.flow.views import BlockLine, DayLines, MoveLine
from service.templating import environment
from service.web import check_in_page, front, my_week
from service.web.misses import Misses
from service.web.site import Site
from service.web.week_picture import MOST_ROWS, position_rules, week_picture
from tests.builders import a_home
from tests.web import views
from tests.web.views import ANA, BEN, SUNDAY

HOSTILE = 'A<b>"\u202e\x00\x85&{{7*7}}'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    templates = environment(Path(front.__file__).parent / "templates")
    templates.globals["version"] = front.version
    with a_home(tmp_path_factory.mktemp("home")) as home:
        return Site(home.world, "http://127.0.0.1:8000", templates, Misses(), tuple)


def page(site: Site, view: CheckInView, screen: str = "", preselected: str = "") -> str:
    made = check_in_page.check_in_page(site, view, key="home/ana", screen=screen, preselected=preselected)
    return bytes(made.body).decode()


def test_the_answer_page_says_who_answers_and_until_when(site: Site) -> None:
    html = page(site, views.check_in("answer"))
    assert "Week of 30 November · you answer as" in html
    assert "Ben sees this only after answering too. You can change it until Sunday 21:30." in html
    assert html.count('name="state"') == 4


def test_the_waiting_page_gives_the_persons_own_answer_back(site: Site) -> None:
    html = page(site, views.check_in("waiting"))
    assert "To hand over: Nursery runs, Close-down" in html
    assert "until nine." in html
    assert "Change my answer" in html


def test_the_reveal_shows_two_people_and_no_plan(site: Site) -> None:
    html = page(site, views.check_in("together"))
    assert html.index("In the weeds") < html.index("until nine.") < html.index("Fine")
    assert "Nursery runs" not in html
    assert "Agree</button>" not in html


def test_a_missing_answer_is_said_without_blame(site: Site) -> None:
    html = page(site, views.check_in("together", answers={ANA: views.WEEDS}))
    assert "No answer this time" in html


def test_the_proposal_says_what_moves_and_each_reason_once(site: Site) -> None:
    html = page(site, views.check_in("together"), "next")
    assert html.count("Ana asked to hand this over.") == 1
    assert html.index("This week leans on Ben") < html.index("What moves") < html.index("Agree</button>")
    assert '<details class="fold"><summary>4 things stay as they are</summary>' in html
    assert f'name="made_at" value="{SUNDAY.isoformat()}"' in html


def test_a_smaller_week_opens_with_what_can_wait(site: Site) -> None:
    html = page(site, views.check_in("together", proposal=views.smaller()), "next")
    assert html.index("This week is smaller.") < html.index("Let go, on purpose") < html.index("What stays")
    assert html.index("What stays") < html.index("Yours, and protected")
    assert "What moves" not in html


def test_what_was_entered_at_the_console_is_marked_so(site: Site) -> None:
    answers = {ANA: replace(views.WEEDS, source="console"), BEN: views.FINE}
    assert page(site, views.check_in("together", answers=answers)).count("entered at the console") == 1
    assert "agrees" in page(site, views.check_in("together"), "next")
    assert page(site, views.check_in("together"), "next").count("entered at the console") == 1


def test_who_has_agreed_is_not_asked_again(site: Site) -> None:
    view = views.check_in("together", agreements={ANA: Agreement(ANA, SUNDAY)})
    html = page(site, view, "next")
    assert "Agree</button>" not in html
    assert "when you both agree, or on Sunday 21:30" in html


@pytest.mark.parametrize("screen", ["change", "next", ""])
def test_a_settled_week_asks_nothing(site: Site, screen: str) -> None:
    html = page(site, views.check_in("agreed"), screen)
    assert "It is settled." in html
    assert "<form" not in html


def test_a_check_in_that_closed_goes_on_without_reproach(site: Site) -> None:
    assert "as it was proposed" in page(site, views.check_in("closed"))
    assert "nothing is asked of you" in page(site, views.check_in("closed", proposal=None))


def test_the_week_page_starts_today(site: Site) -> None:
    html = bytes(my_week.my_week_page(site, views.my_week()).body).decode()
    assert "today, Wednesday 2 December" in html
    assert html.index("Today</h2>") < html.index("Tomorrow, Thursday") < html.index("Friday 4 December")
    assert html.index("Friday 4 December") < html.index("Earlier this week") < html.index("Monday 30")
    assert "you moved this here; it stays" in html


def test_what_people_wrote_cannot_become_markup_or_turn_a_sentence_around(site: Site) -> None:
    household = views.household(HOSTILE, HOSTILE)
    answers = {ANA: Answer(ANA, "fine", SUNDAY, appreciation=HOSTILE)}
    line = BlockLine(ANA, "chore", HOSTILE, views.at(0, "08:00", "09:00"), HOSTILE)
    proposal = views.proposal(
        moves=(MoveLine(HOSTILE, ANA, BEN, HOSTILE),), days=(DayLines(views.WEEK.monday, (line,)),)
    )
    reader = household.partners[0]
    for stage, screen in (
        ("answer", ""),
        ("waiting", ""),
        ("together", ""),
        ("together", "next"),
        ("agreed", ""),
    ):
        view = views.check_in(
            stage, household=household, reader=reader, proposal=proposal, my_answer=answers[ANA]
        )
        if view.answers:
            view = replace(view, answers=answers)
        html = page(site, view, screen)
        assert "<b>" not in html
        assert not {"\u202e", "\x00", "\x85"} & set(html)
        assert "{{7*7}}" in html


def test_the_picture_places_blocks_by_local_quarter_hours() -> None:
    picture = week_picture(views.proposal(), views.household())
    assert picture.rows % 4 == 0
    assert picture.hours[0] == (8, 9)
    thursday = picture.days[3].cells
    swim = next(cell for cell in thursday if cell.kind == "self_care")
    assert (swim.lane, swim.row, swim.rows, swim.title) == (1, (19 - 7) * 4, 6, "Swim")
    assert next(cell for cell in thursday if cell.kind == "cover").lane == 2
    assert next(cell for cell in thursday if cell.kind is None).rows == 6 * 4


def test_a_short_block_is_high_enough_to_read_where_its_lane_is_free() -> None:
    lines = (
        BlockLine(ANA, "chore", "Bottles", views.at(0, "18:00", "18:15")),
        BlockLine(ANA, "chore", "Bag", views.at(0, "18:15", "18:30")),
    )
    days = (DayLines(views.WEEK.monday, lines),)
    first, second = week_picture(views.proposal(days=days, busy={}), views.household()).days[0].cells
    assert (first.rows, second.rows) == (1, 2)


def test_a_night_is_drawn_on_both_of_its_days_also_when_the_clock_changes() -> None:
    night = Interval(datetime(2026, 10, 24, 21, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, 0, tzinfo=UTC))
    week = views.WEEK.of(datetime(2026, 10, 24, tzinfo=UTC).date())
    days = (DayLines(week.days[5], (BlockLine(BEN, "chore", "Night", night),)),)
    picture = week_picture(views.proposal(week=week, days=days, busy={}), views.household())
    assert picture.rows == MOST_ROWS
    saturday, sunday = picture.days[5].cells[0], picture.days[6].cells[0]
    assert (saturday.row, saturday.rows) == (23 * 4, 4)
    assert (sunday.row, sunday.rows) == (0, 6 * 4)


def test_every_place_in_the_picture_has_its_rule() -> None:
    rules = position_rules()
    assert all(f".at-{row}{{" in rules and f".for-{row + 1}{{" in rules for row in range(MOST_ROWS))
    assert position_rules().encode() in front.static_file("offplate.css")

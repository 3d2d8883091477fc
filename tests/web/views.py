"""Views of one household in every stage, as the flow makes them: Ana is in the weeds, Ben is fine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.checkin import Agreement, Answer
from service.domain.chores import ChoreId
from service.domain.entries import Kind
from service.domain.household import CheckInTimes, Household, HouseholdId, Partner, PartnerId
from service.domain.interval import Interval
from service.domain.week import Week, WeeklyMoment, instant_of
from service.flow.check_in_views import CheckInView, Offers, RaisedLine, ValuesQuestion
from service.flow.views import (
    BlockLine,
    Choice,
    DayLines,
    MoveLine,
    MyWeekView,
    OwnTimeLine,
    QuestionLine,
    StayLine,
    WeekView,
)
from service.planner.told import LeftOutLine

ZONE = ZoneInfo("Europe/Berlin")
WEEK = Week.parse("2026-W49")
ANA, BEN = PartnerId("ana"), PartnerId("ben")
SUNDAY = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)


def household(ana: str = "Ana", ben: str = "Ben") -> Household:
    return Household(
        id=HouseholdId("home"),
        name="Home",
        zone=ZONE,
        partners=(Partner(ANA, ana, "ana@example.org"), Partner(BEN, ben, "ben@example.org")),
        check_in=CheckInTimes(
            *(WeeklyMoment.parse(moment) for moment in ("Sun 09:00", "Sun 20:30", "Sun 21:30"))
        ),
        base_split={ANA: 1, BEN: 1},
    )


def at(day: int, start: str, end: str) -> Interval:
    """`at(3, "19:00", "20:30")` is Thursday evening of `WEEK`, in the household's zone."""
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (start, end)]
    if minutes[1] < minutes[0]:
        minutes[1] += 24 * 60
    return Interval(*(instant_of(WEEK.days[day], minute, ZONE) for minute in minutes))


def block(partner: PartnerId, title: str, time: Interval, kind: Kind = "chore", soft: str = "") -> BlockLine:
    return BlockLine(partner, kind, title, time, soft)


CHOICES = tuple(
    (ChoreId(name.lower().replace(" ", "-")), name)
    for name in (
        "Nursery runs",
        "Dinner",
        "Close-down",
        "Laundry",
        "Bedtime",
        "Week's food",
        "Bathroom",
        "Nappies and wipes stock",
        "Clothes and shoes check",
        "Plants",
    )
)
WEEDS = Answer(
    ANA,
    "weeds",
    SUNDAY,
    hand_overs=(ChoreId("nursery-runs"), ChoreId("close-down")),
    appreciation="You took the whole of Saturday morning, and I slept until nine.",
)
FINE = Answer(BEN, "fine", SUNDAY, appreciation="The soup. And that you said no to the third visit.")
OWN = (
    OwnTimeLine(ANA, "Swim", at(3, "19:00", "20:30"), "Ben"),
    OwnTimeLine(BEN, "Run", at(5, "09:00", "10:30"), "Granny"),
)


RAISED = (
    RaisedLine(ANA, ChoreId("close-down"), "hand_over", "Ana would like to hand over Close-down.", True),
    RaisedLine(BEN, ChoreId("bathroom"), "shrink", "Ben would like to make Bathroom smaller.", False),
)
VALUES = ValuesQuestion(
    ChoreId("dinner"), "Dinner", "Which part of Dinner does nobody see?", may_change_hands=True, may_wait=True
)


def days() -> tuple[DayLines, ...]:
    lines = []
    for number, day in enumerate(WEEK.days):
        blocks = [block(ANA if number < 6 else BEN, "Bedtime", at(number, "18:00", "18:45"))]
        if number < 5:
            blocks.append(
                block(ANA if number in (0, 2) else BEN, "Nursery run", at(number, "07:40", "08:10"))
            )
        blocks.append(block(BEN if number < 6 else ANA, "Dinner", at(number, "17:00", "17:45")))
        blocks.append(block(BEN, "Close-down: kitchen, bottles, bag", at(number, "20:30", "21:00")))
        if number == 3:
            blocks.append(block(ANA, "Yours: swim", OWN[0].interval, "self_care", "Ben is on duty"))
            blocks.append(block(BEN, "On duty", OWN[0].interval, "cover", "Ana is off"))
        if number == 5:
            blocks.append(block(BEN, "Yours: run", OWN[1].interval, "self_care", "Granny is on duty"))
        if number == 6:
            blocks.append(block(ANA, "Sit together", at(6, "20:30", "21:00"), "sit_down"))
            blocks.append(block(BEN, "Sit together", at(6, "20:30", "21:00"), "sit_down"))
        lines.append(DayLines(day, tuple(sorted(blocks, key=lambda line: line.interval))))
    return tuple(lines)


def proposal(**changes: object) -> WeekView:
    asked = "Ana asked to hand this over."
    agreed = "Brings Ben's week to what you agreed for hard weeks. It goes home on Sunday."
    view = WeekView(
        week=WEEK,
        heading="This week leans on Ben, as you agreed.",
        lead="Four things move, twenty-three stay. Two can wait.",
        smaller=False,
        moves=(
            MoveLine("Nursery runs, Tue Thu Fri", ANA, BEN, asked),
            MoveLine("Close-down", ANA, BEN, asked),
            MoveLine("Week's food", ANA, BEN, agreed),
            MoveLine("Vaccine date", None, BEN, "Nobody held this yet."),
        ),
        left_out=(
            LeftOutLine(
                "Bathroom",
                "Left out on purpose: it can wait this week.",
                ("30 minutes of something else",),
            ),
            LeftOutLine(
                "Clothes and shoes check", "It can wait this week: only quiet hours have room for it."
            ),
        ),
        stays=(
            StayLine("Nursery runs", ((ANA, 2), (BEN, 3))),
            StayLine("Dinner, simple", ((BEN, 6), (ANA, 1))),
            StayLine("Bedtime", ((ANA, 6), (BEN, 1))),
            StayLine("Bins", ((BEN, 1),)),
        ),
        own_time=OWN,
        days=days(),
        certificate=(
            "Shared as you agreed, 12 minutes off.",
            "No plan with fewer changes of hands keeps to that.",
        ),
        status="proven",
        made_at=SUNDAY,
        busy={ANA: tuple(at(day, "08:30", "14:30") for day in range(5))},
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def smaller() -> WeekView:
    names = ("Beds", "Ironing", "Bathroom", "Clothes and shoes check", "Photos for Grandma")
    return proposal(
        heading="This week is smaller.",
        lead="You are both spent. Five things can wait; they leave both calendars when you agree.",
        smaller=True,
        moves=(),
        left_out=tuple(LeftOutLine(name, "Left out on purpose: it can wait this week.") for name in names),
    )


def check_in(stage: str, **changes: object) -> CheckInView:
    """Ana's view in that stage."""
    revealed = stage not in ("answer", "waiting")
    answers: Mapping[PartnerId, Answer] = {ANA: WEEDS, BEN: FINE} if revealed else {}
    view = CheckInView(
        household=household(),
        reader=household().partners[0],
        week=WEEK,
        stage=stage,  # type: ignore[arg-type]
        closes_at=SUNDAY + timedelta(hours=2, minutes=30),
        may_answer=stage in ("answer", "waiting", "together"),
        answering=stage == "answer",
        my_answer=None if stage == "answer" else WEEDS,
        offers=Offers(hand_overs=CHOICES, raised=CHOICES[:4], missed=CHOICES[:2]),
        answers=answers,
        agreements={BEN: Agreement(BEN, SUNDAY, source="console")} if stage == "together" else {},
        proposal=proposal() if revealed else None,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def my_week(**changes: object) -> MyWeekView:
    mine = tuple(
        DayLines(day.day, tuple(line for line in day.blocks if line.partner == ANA)) for day in days()
    )
    moved = block(ANA, "Food order", at(4, "12:30", "12:45"), soft="you moved this here; it stays")
    moved = replace(moved, key="food-order.0", presses=("done", "hand_over"))
    mine = tuple(DayLines(day.day, (moved, *day.blocks)) if day.day == WEEK.days[4] else day for day in mine)
    view = MyWeekView(
        household=household(),
        reader=household().partners[0],
        week=WEEK,
        today=date(2026, 12, 2),
        heading="Today begins with Nursery run.",
        lead="07:40 to 08:10.",
        days=mine,
        partner_own_time=(OWN[1],),
    )
    return replace(view, **changes)  # type: ignore[arg-type]


QUESTIONS = (
    QuestionLine(
        id="mend.self-care.ana.0",
        sentence="Something else came up on your swim, Thu 18:30–20:00. When instead?",
        soft="Until you choose, it stays where it is for both of you.",
        choices=(
            Choice("2026-12-04T17:30:00+00:00", "Fri 18:30–20:00"),
            Choice("2026-12-05T08:00:00+00:00", "Sat 09:00–10:30"),
            Choice("2026-12-06T08:00:00+00:00", "Sun 09:00–10:30"),
            Choice("keep", "Keep it where it is", quiet=True),
            Choice("let-go", "Let it go this week", quiet=True),
        ),
    ),
    QuestionLine(
        id="take_over.laundry.1",
        sentence="Ben asks you to take Laundry, Thursday 18:00.",
        soft="Nothing moves until you say yes.",
        choices=(Choice("take", "I take it"), Choice("not-this-time", "Not this time")),
    ),
)
"""Two open questions as they are put to Ana."""

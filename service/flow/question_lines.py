"""What open questions say to one reader: on the week page, in a mail, and beside the blocks they are about.

Pure words, for one reader; nobody's whereabouts, no blame, no deadline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.dates import day_span, moment, weekday
from service.domain.household import Household, PartnerId
from service.domain.interval import Interval
from service.domain.questions import Question
from service.flow.questions import KEEP, LET_GO, NOT_THIS_TIME, TAKE
from service.flow.views import Choice, QuestionLine
from service.planner.snapshot import Snapshot
from service.planner.told import wish_name
from service.words import _


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that sentences about one household's week are made from."""

    household: Household
    snapshot: Snapshot

    def line(self, question: Question, reader: PartnerId) -> QuestionLine:
        """The question as it is put to `reader`, one of those it asks."""
        return QuestionLine(
            id=question.id,
            sentence=self.sentence(question, reader),
            soft=self._soft(question),
            choices=self._choices(question, reader),
        )

    def sentence(self, question: Question, reader: PartnerId) -> str:
        asker, when = self.household.name_of(question.asker), self._day_span(question.about)
        match question.kind:
            case "take_over":
                at = moment(question.about.start_at, self.household.zone)
                return _("%(name)s asks you to take %(chore)s, %(at)s.") % {
                    "name": asker, "chore": self._chore(question), "at": at,
                }  # fmt: skip
            case "who_takes":
                return _("Who takes %(chore)s on %(day)s?") % self._chore_and_day(question)
            case "cover":
                return _("%(name)s's own time is on %(when)s now, and nobody is on duty yet.") % {
                    "name": asker, "when": when,
                }  # fmt: skip
            case "mend" if question.cause == "given_up":
                return _("Your %(time)s is out of the week. Would another time suit you?") % {
                    "time": self._time(question),
                }  # fmt: skip
            case "mend" if reader == question.asker:
                return _("Something else came up on your %(time)s, %(when)s. When instead?") % {
                    "time": self._time(question), "when": when,
                }  # fmt: skip
            case _:
                return _("%(name)s's own time, %(when)s, counts on you. When would be better?") % {
                    "name": asker, "when": when,
                }  # fmt: skip

    def soft_lines(self, questions: Sequence[Question], reader: PartnerId) -> Mapping[str, str]:
        """The quiet line beside a block of the reader's that a question of theirs is about, by its key."""
        found: dict[str, str] = {}
        for question in questions:
            if question.asker == reader and question.kind in ("take_over", "cover"):
                line = self._soft_line(question, reader)
                if line:
                    found[question.key] = line
        return found

    def news(self, questions: Sequence[Question], reader: PartnerId) -> tuple[str, ...]:
        """What the other one's answers changed in the reader's week."""
        found = []
        for question in questions:
            settled_by = question.settled_by
            if settled_by is None or settled_by == reader:
                continue
            if question.outcome == "moved" and question.chosen:
                found.append(self._moved(question, question.chosen, reader))
            elif question.outcome == "taken" and question.kind in ("take_over", "who_takes"):
                taken = {"name": self.household.name_of(settled_by), **self._chore_and_day(question)}
                found.append(_("%(name)s takes %(chore)s on %(day)s.") % taken)
        return tuple(found)

    def _soft_line(self, question: Question, reader: PartnerId) -> str:
        other = {"name": self.household.other(reader).name}
        match (question.kind, question.outcome):
            case ("take_over", "open"):
                return _("asked; it stays with you until %(name)s says yes") % other
            case ("take_over", "declined"):
                return _("not this time for %(name)s; it stays with you") % other
            case ("cover", "open"):
                return _("not covered yet; %(name)s is asked") % other
            case ("cover", "declined"):
                return _("not covered yet")
            case _:
                return ""

    def _moved(self, question: Question, chosen: Interval, reader: PartnerId) -> str:
        if reader == question.asker:
            return _("Your %(time)s moved to %(when)s.") % {
                "time": self._time(question), "when": self._day_span(chosen),
            }  # fmt: skip
        return _("%(name)s's own time moved to %(when)s.") % {
            "name": self.household.name_of(question.asker), "when": self._day_span(chosen),
        }  # fmt: skip

    def _soft(self, question: Question) -> str:
        match (question.kind, question.cause):
            case ("take_over", _cause):
                return _("Nothing moves until you say yes.")
            case ("who_takes", _cause):
                return _("It cannot wait for another week, so it came back.")
            case ("mend", _cause) if not question.options:
                return _("There is no other time for it this week with somebody on duty.")
            case ("mend", "given_up"):
                return ""
            case ("mend", _cause):
                return _("Until you choose, it stays where it is for both of you.")
            case _:
                return ""

    def _choices(self, question: Question, reader: PartnerId) -> tuple[Choice, ...]:
        match question.kind:
            case "take_over":
                return (Choice(TAKE, _("I take it")), Choice(NOT_THIS_TIME, _("Not this time")))
            case "who_takes":
                return (Choice(TAKE, _("I take it")),)
            case "cover":
                return (Choice(TAKE, _("I'm there")), Choice(NOT_THIS_TIME, _("Not this time")))
            case "mend":
                choices = [
                    Choice(slot.start_at.isoformat(), self._day_span(slot)) for slot in question.options
                ]
                if question.cause != "given_up":
                    choices.append(Choice(KEEP, _("Keep it where it is"), quiet=True))
                if reader == question.asker:
                    choices.append(Choice(LET_GO, _("Let it go this week"), quiet=True))
                return tuple(choices)

    def _chore(self, question: Question) -> str:
        chore = question.key.rpartition(".")[0]
        return next((one.title for one in self.snapshot.responsibilities if one.id == chore), chore)

    def _chore_and_day(self, question: Question) -> dict[str, str]:
        day = question.about.start_at.astimezone(self.household.zone).date()
        return {"chore": self._chore(question), "day": weekday(day)}

    def _time(self, question: Question) -> str:
        index = int(question.key.rpartition(".")[2])
        name = wish_name(self.snapshot, index)
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def _day_span(self, interval: Interval) -> str:
        return day_span(interval, self.household.zone)

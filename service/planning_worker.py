"""Weeks planned in a process of their own, so that the one that serves stays small and alive.

The worker starts at the first week, takes one at a time, and ends when it has been idle for a while.
It has limits of memory and time. When one strikes, or the worker dies, the week gets the best plan that the
worker had told of, else the first answer, made here without a solver; its `status` says which. Nothing but
snapshots and plans crosses the pipe.
"""

from __future__ import annotations

import logging
import multiprocessing
import resource
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Literal

from service.catalogue import named
from service.domain.plan import Plan
from service.planner import DEFAULT, Snapshot, SnapshotError, adjust, parse_snapshot, plan_week, repair
from service.words import language, speaking

Verb = Literal["plan", "repair", "adjust"]
Answers = Mapping[Verb, Callable[..., Plan]]
"""What answers each verb; *plan* is given `on_plan` and `before` as well."""

_ANSWERS: Answers = {"plan": plan_week, "repair": repair, "adjust": adjust}
_NO_SOLVER = replace(DEFAULT, solver=False)
_CLOSED = (EOFError, OSError)
_DIED = "died"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one week may take: address space, wall time, and how long an idle worker stays."""

    memory_bytes: int = 2 * 2**30
    seconds: float = 60.0
    idle_seconds: float = 300.0


class PlanningWorker:
    """A `Planner` for the process that serves. Safe to call from any thread; close it at the end."""

    def __init__(self, limits: Limits | None = None, answers: Answers = _ANSWERS) -> None:
        self._limits = limits or Limits()
        self._answers = answers
        self._turn = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def plan(self, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Plan:
        return self._answer("plan", parse_snapshot(snapshot), snapshot, before)

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        return self._answer("repair", parse_snapshot(snapshot), snapshot)

    def adjust(self, snapshot: Mapping[str, Any]) -> Plan:
        return self._answer("adjust", parse_snapshot(snapshot), snapshot)

    @property
    def process_id(self) -> int | None:
        """The worker's, while there is one."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    def close(self) -> None:
        """End the worker at once; what it was at gets the best that was found of it."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()

    def _answer(
        self,
        verb: Verb,
        week: Snapshot,
        snapshot: Mapping[str, Any],
        before: Mapping[str, Any] | None = None,
    ) -> Plan:
        with self._turn:
            rested = self.process_id is not None
            plan, problem = self._ask(verb, snapshot, before)
            if plan is None and problem == _DIED and rested:  # gone for idleness in this very moment?
                plan, problem = self._ask(verb, snapshot, before)
        if problem:
            which = "first answer" if plan is None else "best that it had found"
            _log.warning("the planning process %s; the week has the %s", problem, which)
        return plan or self._answers[verb](week, policy=_NO_SOLVER)

    def _ask(
        self, verb: Verb, snapshot: Mapping[str, Any], before: Mapping[str, Any] | None
    ) -> tuple[Plan | None, str]:
        """The last plan that the worker told of, and what became of it if that is not its answer."""
        found: Plan | None = None
        ends_at = time.monotonic() + self._limits.seconds
        try:
            pipe = self._open()
            pipe.send((verb, snapshot, before))
            while pipe.poll(max(0.0, ends_at - time.monotonic())):
                plan, problem = pipe.recv()
                found = Plan.from_json(plan) if plan is not None else found
                if problem is not None:
                    return found, problem
        except _CLOSED:
            self.close()
            return found, _DIED
        self.close()
        return found, "took too long"

    def _open(self) -> Connection:
        if self._pipe is None or self.process_id is None:
            self.close()
            spawn = multiprocessing.get_context("spawn")
            self._pipe, theirs = spawn.Pipe()
            self._process = spawn.Process(
                target=_work,
                args=(theirs, self._limits, self._answers, language().name),
                name="planning",
                daemon=True,
            )
            self._process.start()
            theirs.close()
        return self._pipe


def _work(pipe: Connection, limits: Limits, answers: Answers, spoken: str) -> None:
    """The worker's whole life: one week after the other, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever serves ends us
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    with suppress(*_CLOSED), speaking(named(spoken)):
        while pipe.poll(limits.idle_seconds):
            verb, snapshot, before = pipe.recv()
            _limit(resource.RLIMIT_CPU, _spent_seconds() + int(limits.seconds) + 1)
            pipe.send(_planned(pipe, answers, verb, snapshot, before))


def _planned(
    pipe: Connection,
    answers: Answers,
    verb: Verb,
    snapshot: Mapping[str, Any],
    before: Mapping[str, Any] | None,
) -> tuple[dict[str, Any] | None, str]:
    """The answer and no problem, or a problem; on the way each plan found so far, which has None for it."""

    def so_far(plan: Plan) -> None:
        pipe.send((plan.to_json(), None))

    more: dict[str, Any] = {}
    try:
        if verb == "plan":
            more = {"on_plan": so_far, **({"before": parse_snapshot(before)} if before else {})}
        return answers[verb](parse_snapshot(snapshot), **more).to_json(), ""
    except SnapshotError:
        return None, "could not answer (it cannot be read)"
    except Exception as error:  # told to whoever asked; the next week may be another matter
        return None, f"could not answer ({type(error).__name__})"


def _limit(kind: int, most: int) -> None:
    """Where the system knows no such limit, or refuses it, the time limit alone holds."""
    _, hard = resource.getrlimit(kind)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))


def _spent_seconds() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime)

"""Weeks planned in a process of their own, so that the one that serves stays small and alive.

The worker starts at the first week, takes one at a time, and ends when it has been idle for a while.
It has limits of memory and time. When one strikes, or the worker dies, the week gets the first answer, made
here without a solver; its `status` says so. Nothing but snapshots and plans crosses the pipe.
"""

from __future__ import annotations

import logging
import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Literal

from service.catalogue import named
from service.domain.plan import Plan
from service.planner import DEFAULT, Snapshot, SnapshotError, parse_snapshot, plan_week, repair
from service.words import language, speaking

Verb = Literal["plan", "repair"]

_VERBS: Mapping[Verb, Callable[..., Plan]] = {"plan": plan_week, "repair": repair}
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

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def plan(self, snapshot: Mapping[str, Any]) -> Plan:
        return self._answer("plan", parse_snapshot(snapshot), snapshot)

    def repair(self, snapshot: Mapping[str, Any]) -> Plan:
        return self._answer("repair", parse_snapshot(snapshot), snapshot)

    @property
    def process_id(self) -> int | None:
        """The worker's, while there is one."""
        return self._process.pid if self._process is not None and self._process.is_alive() else None

    def close(self) -> None:
        """End the worker at once; what it was at gets the first answer."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join()

    def _answer(self, verb: Verb, week: Snapshot, snapshot: Mapping[str, Any]) -> Plan:
        with self._turn:
            rested = self.process_id is not None
            answer = self._ask(verb, snapshot)
            if answer == _DIED and rested:  # it may have gone for idleness in this very moment
                answer = self._ask(verb, snapshot)
        if isinstance(answer, Plan):
            return answer
        _log.warning("the planning process %s; the week has the first answer", answer)
        return _VERBS[verb](week, policy=_NO_SOLVER)

    def _ask(self, verb: Verb, snapshot: Mapping[str, Any]) -> Plan | str:
        """The plan, or what became of the worker instead."""
        try:
            pipe = self._open()
            pipe.send((verb, snapshot))
            if not pipe.poll(self._limits.seconds):
                self.close()
                return "took too long"
            plan, problem = pipe.recv()
        except _CLOSED:
            self.close()
            return _DIED
        return Plan.from_json(plan) if plan is not None else f"could not answer ({problem})"

    def _open(self) -> Connection:
        if self._pipe is None or self.process_id is None:
            self.close()
            spawn = multiprocessing.get_context("spawn")
            self._pipe, theirs = spawn.Pipe()
            self._process = spawn.Process(
                target=_work, args=(theirs, self._limits, language().name), name="planning", daemon=True
            )
            self._process.start()
            theirs.close()
        return self._pipe


def _work(pipe: Connection, limits: Limits, spoken: str) -> None:
    """The worker's whole life: one week after the other, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever serves ends us
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    with suppress(*_CLOSED), speaking(named(spoken)):
        while pipe.poll(limits.idle_seconds):
            verb, snapshot = pipe.recv()
            _limit(resource.RLIMIT_CPU, _spent_seconds() + int(limits.seconds) + 1)
            pipe.send(_planned(verb, snapshot))


def _planned(verb: Verb, snapshot: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    try:
        return _VERBS[verb](parse_snapshot(snapshot)).to_json(), ""
    except SnapshotError:
        return None, "it cannot be read"
    except Exception as error:  # told to whoever asked; the next week may be another matter
        return None, type(error).__name__


def _limit(kind: int, most: int) -> None:
    """Where the system knows no such limit, or refuses it, the time limit alone holds."""
    _, hard = resource.getrlimit(kind)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))


def _spent_seconds() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime)

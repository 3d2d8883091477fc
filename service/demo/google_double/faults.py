"""What goes wrong on order: refusals, lost answers, answers that are cut or no JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from service.demo.google_double.wire import JSON, Answer, OAuthRefusalError, RefusalError

_BAD_GATEWAY = (
    b"<!DOCTYPE html>\n<html lang=en>\n<title>Error 502 (Server Error)!!1</title>\n"
    b"<p>The server encountered a temporary error and could not complete your request."
)
_MESSAGES = {
    "rateLimitExceeded": "Rate Limit Exceeded",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
    "quotaExceeded": "Calendar usage limits exceeded.",
    "dailyLimitExceeded": "Daily Limit Exceeded",
    "backendError": "Backend Error",
}

Change = Callable[[Answer], Answer | None]
"""What arrives instead of the answer; `None`: the connection ends without one."""


@dataclass
class _Fault:
    method: str
    change: Change
    carried_out: bool
    skip: int
    times: int


@dataclass
class Faults:
    """`method` is `events.insert`, or a pattern such as `events.*` or `*`; `token`, `revoke` and
    `userinfo` are those endpoints. Each lever holds for `times` such requests (-1: until `clear`)
    after the next `after` ones."""

    _orders: list[_Fault] = field(default_factory=list)

    def refuse(
        self,
        method: str,
        status: int,
        reason: str,
        *,
        retry_after_seconds: int | None = None,
        times: int = 1,
        after: int = 0,
    ) -> None:
        """Not carried out: `refuse("events.*", 403, "rateLimitExceeded")`; at `token`, the reason is the
        OAuth error: `refuse("token", 401, "deleted_client")`."""
        headers = {} if retry_after_seconds is None else {"retry-after": str(retry_after_seconds)}
        if method in ("token", "revoke"):
            answer = OAuthRefusalError(reason, status=status).answer()
        else:
            answer = RefusalError(status, reason, _MESSAGES.get(reason, "")).answer(**headers)
        self._order(method, lambda _: answer, carried_out=False, times=times, after=after)

    def drop(self, method: str, *, carried_out: bool, times: int = 1, after: int = 0) -> None:
        """No answer. `carried_out`: what was asked for was done all the same."""
        self._order(method, lambda _: None, carried_out=carried_out, times=times, after=after)

    def cut(self, method: str, *, times: int = 1, after: int = 0) -> None:
        """Carried out, but only half of the answer's JSON arrives, as if it were all."""
        self._order(
            method,
            lambda answer: Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2]),
            carried_out=True,
            times=times,
            after=after,
        )

    def bad_gateway(self, method: str, *, carried_out: bool = False, times: int = 1, after: int = 0) -> None:
        """502 with a web page."""
        page = Answer(502, {**JSON, "content-type": "text/html; charset=UTF-8"}, _BAD_GATEWAY)
        self._order(method, lambda _: page, carried_out=carried_out, times=times, after=after)

    def clear(self) -> None:
        self._orders.clear()

    def _order(self, method: str, change: Change, *, carried_out: bool, times: int, after: int) -> None:
        self._orders.append(_Fault(method, change, carried_out, after, times))

    def meet(self, method: str) -> tuple[Change, bool] | None:
        """The fault this request meets, and whether it is carried out first."""
        for fault in self._orders:
            if fnmatchcase(method, fault.method):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times == 0:
                    self._orders.remove(fault)
                return fault.change, fault.carried_out
        return None

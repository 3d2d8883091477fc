"""Forms as browsers send them, and nothing else: urlencoded, small, UTF-8, known fields only.

Written by hand on `parse_qsl`: it knows no files, no nesting and no JSON, and what it does not accept
is refused with a page in words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from service.words import shown

MOST_BYTES = 64 * 1024
MOST_FIELDS = 400


class UnreadableFormError(Exception):
    """Not what one of our pages sends. Nothing was saved."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields in the order they came."""

    fields: tuple[tuple[str, str], ...]

    def only(self, *, once: Collection[str], many: Collection[str] = ()) -> None:
        """Refuse a field that is unknown, or that came twice and may not.

        Raises:
            UnreadableFormError: when there is one.
        """
        names = [name for name, _value in self.fields]
        if any(name not in once and name not in many for name in names):
            raise UnreadableFormError
        if any(names.count(name) > 1 for name in once):
            raise UnreadableFormError

    def one(self, name: str) -> str:
        """Its value, empty when it did not come."""
        return next((value for field, value in self.fields if field == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for field, value in self.fields if field == name)

    def text(self, name: str) -> str:
        """What a person wrote: line ends as line feeds, no control characters, no space around it."""
        return shown(self.one(name).replace("\r\n", "\n").replace("\r", "\n")).strip()


async def read_form(request: Request) -> Form:
    """The form of a request.

    Raises:
        HTTPException: 413 past 64 KB, whether announced or not; 415 for another content type.
        UnreadableFormError: bad escapes or UTF-8 (lone surrogates among them), too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return parse_form(body)


AForm = Annotated[Form, Depends(read_form)]


def parse_form(body: bytes) -> Form:
    """Raises UnreadableFormError, as `read_form` says."""
    if not body:
        return Form(())
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise UnreadableFormError from error
    return Form(tuple(pairs))

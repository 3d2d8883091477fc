"""What every page can reach: the world, the templates, and how this site is addressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import Environment
from starlette.responses import HTMLResponse

from service.ports import World
from service.web.attempts import Attempts
from service.web.consents import Consents
from service.web.misses import Misses

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Site:
    """`origin` comes from the configuration, never from a request. `not_ready` names what keeps this
    process from working properly."""

    world: World
    origin: str
    templates: Environment
    misses: Misses
    not_ready: Callable[[], Sequence[str]]
    attempts: Attempts = field(default_factory=Attempts)
    consents: Consents = field(default_factory=Consents)

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        """The name without a port; an IPv6 address in brackets, as in a Host header."""
        return re.sub(r":\d+$", "", self.origin.partition("://")[2])

    def page(
        self,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        html = self.templates.get_template(template).render(values)
        return HTMLResponse(html, status_code=status, headers=headers)


def origin_of(base_url: str) -> str:
    """The address as browsers write it in `Origin` (RFC 6454): lower case, no default port, no path.

    Raises:
        ValueError: with a sentence, when it is not http or https, or has a path: pages live at the root.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"base_url {base_url} must be like https://offplate.example.org, without a path")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site

"""What every page can reach: the world, the templates, and how this site is addressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from jinja2 import Environment
from starlette.responses import HTMLResponse

from service.ports import World
from service.web.misses import Misses


@dataclass(frozen=True, slots=True)
class Site:
    """`base_url` comes from the configuration, never from a request, and has no slash at its end.
    `not_ready` names what keeps this process from working properly."""

    world: World
    base_url: str
    templates: Environment
    misses: Misses
    not_ready: Callable[[], Sequence[str]]

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    def page(
        self,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        html = self.templates.get_template(template).render(values)
        return HTMLResponse(html, status_code=status, headers=headers)


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site

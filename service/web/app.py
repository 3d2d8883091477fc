"""All pages as one ASGI application. It is told its address; it never believes a request's Host."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from service.ports import World
from service.templating import environment
from service.web import (
    blown_now,
    check_in,
    child_is_ill,
    childrens_hours,
    chore_list,
    connect,
    connect_google,
    errors,
    front,
    google_account,
    hand_overs,
    house_rules,
    link,
    my_week,
    out_times,
    own_calendars,
    own_kept,
    own_leave,
    own_page,
    own_self_care,
    set_up,
    sitters,
    unsubscribe,
    weekly_moments,
    welcome,
)
from service.web.misses import Misses
from service.web.one_reading import OneReading
from service.web.shield import SameOriginOnly, Shield
from service.web.site import Site, origin_of

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    world: World,
    *,
    base_url: str,
    extra_routers: Sequence[APIRouter] = (),
    not_ready: Callable[[], Sequence[str]] = tuple,
) -> FastAPI:
    """The application at `base_url`, such as `https://offplate.example.org`.

    `not_ready` names what keeps this process from its work (a schema too old, a last tick too long
    ago); `/readyz` asks it. Serve it with the server's access log off: paths carry tokens.

    Raises:
        ValueError: with a sentence, when `base_url` is no such address.
    """
    templates = environment(Path(__file__).parent / "templates")
    templates.globals["version"] = front.version
    origin = origin_of(base_url)
    site = Site(world, origin, templates, Misses(), not_ready)
    app = FastAPI(title="Offplate", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.site = site
    pages = (
        front.router,
        link.router,
        check_in.router,
        my_week.router,
        out_times.router,
        blown_now.router,
        child_is_ill.router,
        chore_list.router,
        hand_overs.router,
        childrens_hours.router,
        sitters.router,
        weekly_moments.router,
        house_rules.router,
        connect.router,
        connect_google.router,
        google_account.router,
        own_page.router,
        own_calendars.router,
        own_kept.router,
        own_leave.router,
        own_self_care.router,
        unsubscribe.router,
        set_up.router,
        welcome.router,
    )
    for router in (*pages, *extra_routers):
        app.include_router(router)
    errors.install(app)
    app.add_middleware(OneReading, store=world.store)
    app.add_middleware(SameOriginOnly, site=site)
    app.add_middleware(Shield, site=site)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[site.host, *_LOOPBACK], www_redirect=False)
    return app

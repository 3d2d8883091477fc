"""The live demo: the house of the last start or a new one, pages and ticks on it, until Ctrl-C.

A check-in is open from the first moment, whatever day it is, and its mails are in the mailbox. All
state lies in one folder; `fresh` forgets it. Listens on this machine only.
"""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

import uvicorn
from starlette.types import ASGIApp

from service.cli import CommandError
from service.clock import SystemClock
from service.demo.addresses import HOST
from service.demo.house import DemoHouse, running_house
from service.demo.household import ZONE
from service.demo.mailbox_page import with_mailbox
from service.demo.state import alone_in, forget, places_of_last_time, remember, state_folder
from service.demo.welcome import Invitation, Welcome
from service.domain.week import Week
from service.flow.invite import link_for
from service.flow.week import tick
from service.jobs import Jobs
from service.log import configure_logging
from service.web.app import create_app
from service.wiring import mail_delivery

FEWEST_DAYS_LEFT = 3
TICK_SECONDS = 1.0
STOP_SECONDS = 5.0
READY_WITHIN_SECONDS = 30.0


def play_live(*, port: int, seed: int, fresh: bool, google: bool, welcome: Welcome) -> None:
    """Ends with KeyboardInterrupt, which it lets pass once everything has stopped. `google` puts Ben at a
    Google of our own.

    Raises:
        CommandError: a part did not start, or another demo uses the folder.
    """
    folder = state_folder(google=google)
    with alone_in(folder), _listening(port) as web:
        if fresh:
            forget(folder)
        wanted = places_of_last_time(folder, web=web.getsockname()[1])
        clock = SystemClock()
        week = week_to_show(clock.now())
        welcome.starting(folder)
        with (
            (folder / "offplate.log").open("a", encoding="utf-8") as log,
            running_house(
                folder, wanted, clock=clock, week=week, seed_number=seed, with_google=google
            ) as house,
        ):
            configure_logging(log, as_json=False)
            remember(folder, house.places)
            welcome.moved(port, house.places.web, what="pages")
            welcome.moved(wanted.caldav, house.places.caldav, what="calendars")
            welcome.planning()
            _open_the_week(house, week)
            with _working(house) as jobs, _serving(_application(house, jobs), web):
                welcome.ready(house, week, _invitations(house, week))
                Event().wait()


def week_to_show(now: datetime) -> Week:
    """The week in question, or the one after it when hardly anything of that is left."""
    running = Week.at(now, ZONE)
    days_left = 7 - now.astimezone(ZONE).weekday()
    return running if days_left > FEWEST_DAYS_LEFT else running.next


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """The socket of the pages, on `port` or, where that is taken, on any."""
    try:
        web = socket.create_server((HOST, port))
    except OSError:
        web = socket.create_server((HOST, 0))
    with web:
        yield web


def _open_the_week(house: DemoHouse, week: Week) -> None:
    """A first round, then the question: asked now, although its weekly moment may be days away."""
    world, home = house.world, house.household
    report = tick(world, home.id)
    for partner in report.partners.values():
        if partner.problem:
            raise CommandError(partner.problem)
    house.ask(week)
    mail_delivery(house.config, world, at_any_hour=True)()


@contextmanager
def _working(house: DemoHouse) -> Iterator[Jobs]:
    jobs = Jobs(
        house.world,
        lambda household: tick(house.world, household).next_due_at,
        deliver_mail=mail_delivery(house.config, house.world, at_any_hour=True),
        upkeep=lambda: house.store.forget_old(now=house.world.clock.now()),
        workers=1,
        seconds=TICK_SECONDS,
        mail_seconds=TICK_SECONDS,
    )
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop(within_seconds=STOP_SECONDS)


def _application(house: DemoHouse, jobs: Jobs) -> ASGIApp:
    pages = create_app(house.world, base_url=house.config.server.base_url, not_ready=jobs.not_ready)
    shown = with_mailbox(pages, house.mailbox)
    if house.google is None:
        return shown
    from service.demo.google import with_google

    return with_google(shown, house.google)


@contextmanager
def _serving(application: ASGIApp, web: socket.socket) -> Iterator[None]:
    """The pages in a thread of their own; the block begins once they answer."""
    options = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(options)
    thread = Thread(target=server.run, kwargs={"sockets": [web]}, name="pages", daemon=True)
    thread.start()
    try:
        _wait_until_answered(web.getsockname()[1], thread)
        yield
    finally:
        server.should_exit = True
        thread.join(STOP_SECONDS)


def _wait_until_answered(port: int, thread: Thread) -> None:
    """The socket listens already, so the request waits in its queue until the server takes it."""
    connection = http.client.HTTPConnection(HOST, port, timeout=READY_WITHIN_SECONDS)
    try:
        connection.request("GET", "/livez")
        if connection.getresponse().status == 200 and thread.is_alive():
            return
    except (OSError, http.client.HTTPException) as error:
        raise CommandError(f"The demo's pages do not answer on port {port}.") from error
    finally:
        connection.close()
    raise CommandError(f"The demo's pages did not start on port {port}.")


def _invitations(house: DemoHouse, week: Week) -> list[Invitation]:
    """Fresh links at every start: those of the mails may name another port."""
    home, world = house.household, house.world
    end = week.interval(home.zone).end_at
    return [
        Invitation(
            name=person.name,
            check_in=link_for(world, home.id, person.id, week=week, expires_at=end),
            week_page=link_for(world, home.id, person.id, week=None, expires_at=end),
            user=person.id,
            password=house.passwords[person.id],
        )
        for person in home.partners
    ]

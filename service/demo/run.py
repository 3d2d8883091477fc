"""The `demo` command: reads its options and plays the story or the live demo."""

from __future__ import annotations

import argparse
import signal
from types import FrameType

from service.cli import CommandError
from service.demo.dav import DavError
from service.demo.live import play_live
from service.demo.story import story_time, tell_story
from service.demo.telling import Telling
from service.demo.welcome import Welcome

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_demo(arguments: argparse.Namespace) -> int:
    """Returns 0, also when a signal ended the live demo.

    Raises:
        CommandError: a part failed; everything that had started has stopped.
    """
    for number in _STOP_SIGNALS:
        signal.signal(number, _stop_once)
    try:
        if arguments.once:
            now = story_time(arguments.now)
            tell_story(seed=arguments.seed, now=now, json_file=arguments.json, telling=Telling())
            return 0
        return _live(arguments)
    except DavError as error:
        raise CommandError(f"The demo cannot go on: {error}.") from error


def _live(arguments: argparse.Namespace) -> int:
    welcome = Welcome()
    try:
        play_live(
            port=arguments.port,
            seed=arguments.seed,
            fresh=arguments.fresh,
            google=arguments.google,
            welcome=welcome,
        )
    except KeyboardInterrupt:
        welcome.stopped()
    return 0


def _stop_once(_number: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, and let nothing interrupt the tidying up."""
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import Home, a_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as made:
        made.put_busy("ana", "Mon-Fri 09:00-15:00")
        made.put_busy("ben", "Mon-Fri 08:45-16:30")
        yield made

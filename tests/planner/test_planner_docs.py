"""Every worked example in docs/planner.md is true."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path
from typing import Any

from service.planner import parse_snapshot, plan_week

PAGE = Path(__file__).parents[2] / "docs" / "planner.md"


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)


def test_the_worked_examples_run_as_printed() -> None:
    names: dict[str, Any] = {}
    runner = doctest.DocTestRunner()
    for number, block in enumerate(fenced("python")):
        example = doctest.DocTestParser().get_doctest(block, names, f"example {number}", str(PAGE), 0)
        runner.run(example, clear_globs=False)
        names.update(example.globs)
    results = runner.summarize()
    assert results.attempted > 30
    assert results.failed == 0


def test_the_printed_file_is_a_week_that_can_be_planned() -> None:
    (file,) = fenced("json")
    plan = plan_week(parse_snapshot(json.loads(file)))
    assert plan.status == "proven"
    assert [block.id for block in plan.blocks] == ["bins.0"]

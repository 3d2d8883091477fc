"""`make screenshots`: every page and every mail, as pictures for a person to look at.

    .venv/bin/python -m tests.screenshots FOLDER

A home is set up, and Ana and Ben's week is lived from Sunday evening on, with a clock that stands still, on
a real calendar server and a Google of our own. Ends with 1 when a picture is missing, shows another page
than it should, or is wider than the smallest phone.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.screenshots import walk
from tests.screenshots.gallery import Pictures, a_browser, open_gallery


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    pictures = Pictures(folder)
    with a_browser() as browser:
        with open_gallery(browser, pictures, with_google=True) as gallery:
            walk.without_a_session(gallery)
            walk.a_new_home(gallery)
            walk.ben_at_google(gallery)
            gallery.tick()
            walk.a_check_in(gallery)
            walk.what_is_ones_own(gallery)
            walk.what_both_settle(gallery)
            walk.a_wednesday(gallery)
            walk.three_hard_weeks(gallery)
            walk.leaving(gallery)
        with open_gallery(browser, pictures) as gallery:
            walk.nobody_answered(gallery)
        with open_gallery(browser, pictures) as gallery:
            walk.a_smaller_week(gallery)
    for problem in (*pictures.problems, *(f"{name} was not taken" for name in pictures.missing())):
        sys.stderr.write(f"{problem}\n")
    return 1 if pictures.problems or pictures.missing() else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "artefacts/screenshots")))

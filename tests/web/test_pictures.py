"""Nothing that people see is without a picture: `make screenshots` knows every page, template and mail."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from service import mail, web
from tests.screenshots.pictures import LEADS_ON, MAILS, PICTURES
from tests.web.routes import filled_in, routes_of

NO_PAGE = ("/static/{name}", "/livez", "/readyz")


def templates_of(package: Path, kind: str) -> set[str]:
    """Those that are shown as they are, not built upon by others."""
    texts = {file.name: file.read_text() for file in (package / "templates").glob(f"*.{kind}")}
    built_upon = {name for name in texts if any(f'extends "{name}"' in text for text in texts.values())}
    return {name for name in texts if not name.startswith("_")} - built_upon


def test_every_page_has_a_picture(app: FastAPI) -> None:
    pages = {path for method, path in routes_of(app) if method == "GET" and path not in NO_PAGE}
    shown = {route.partition(" ")[2] for route, _template in PICTURES.values() if route.startswith("GET")}
    assert pages - shown == set(LEADS_ON)


def test_what_leads_on_shows_nothing(ana: TestClient) -> None:
    assert [ana.get(filled_in(path)).status_code for path in LEADS_ON] == [303] * len(LEADS_ON)


def test_every_template_of_a_page_has_a_picture() -> None:
    shown = {template for _route, template in PICTURES.values()}
    assert shown == templates_of(Path(web.__file__).parent, "html")


def test_every_mail_has_a_picture() -> None:
    shown = {f"{template}.mjml" for _subject, template in MAILS.values()}
    assert shown == templates_of(Path(mail.__file__).parent, "mjml")

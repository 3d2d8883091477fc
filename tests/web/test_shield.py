"""What surrounds every page: the same-origin rule, the headers, and errors in words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from service.flow.check_in import open_check_in
from service.web.app import create_app
from service.web.forms import MOST_BYTES, MOST_FIELDS, Form, UnreadableFormError, parse_form
from tests.builders import HOME, WEEK, Home, a_home
from tests.web.conftest import BASE_URL, OWN_PAGE, path_for

ANSWER = f"/check-in/{WEEK}/answer"
FORM = {"reader": "home/ana", "state": "fine", "appreciation": ""}
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """One home for all of these: none of them looks at what was saved."""
    with a_home(tmp_path_factory.mktemp("home")) as made:
        open_check_in(made.world, HOME, WEEK)
        yield made


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL}, 403),
        ({"Origin": BASE_URL}, 303),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": BASE_URL + ".evil.example"}, 403),
        ({}, 403),
    ],
)
def test_a_form_must_come_from_our_own_page(ana: TestClient, headers: dict[str, str], status: int) -> None:
    answer = ana.post(ANSWER, data=FORM, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert "Nothing was changed" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/week", f"/check-in/{WEEK}", "/livez", "/readyz", "/static/offplate.css"]
)
def test_every_page_answers_head_like_get(ana: TestClient, path: str) -> None:
    get, head = ana.get(path), ana.head(path)
    assert (get.status_code, head.status_code) == (200, 200)
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/week", "/nowhere", "/c/x", "/readyz"])
def test_every_answer_is_private_framed_by_nobody_and_runs_no_script(ana: TestClient, path: str) -> None:
    headers = ana.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_pages_hold_no_inline_style_script_or_remote_address(ana: TestClient) -> None:
    for path in ("/", "/week", f"/week/{WEEK}", f"/check-in/{WEEK}"):
        page = ana.get(path).text
        assert "<script" not in page
        assert " style=" not in page
        assert "http" not in page.replace("http-equiv", "")
    assert "url(" not in ana.get("/static/offplate.css").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/static/..%2fapp.py", 404),
        ("DELETE", "/week", 405),
        ("PUT", "/", 405),
    ],
)
def test_errors_are_pages_in_words(ana: TestClient, method: str, path: str, status: int) -> None:
    answer = ana.request(method, path, headers=OWN_PAGE)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text


def _chunks(total: int) -> Iterator[bytes]:
    yield from (b"a=" if sent == 0 else b"x" * 1024 for sent in range(0, total, 1024))


def test_a_body_past_64_kb_is_refused_in_words_however_it_comes(ana: TestClient) -> None:
    announced = ana.post(ANSWER, content=b"a=" + b"x" * MOST_BYTES, headers=OWN_PAGE | URLENCODED)
    chunked = ana.post(ANSWER, content=_chunks(2 * MOST_BYTES), headers=OWN_PAGE | URLENCODED)
    assert [announced.status_code, chunked.status_code] == [413, 413]
    assert "keep the text short" in chunked.text


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_only_urlencoded_forms_are_read(ana: TestClient, kind: str) -> None:
    answer = ana.post(ANSWER, content=b"{}", headers=OWN_PAGE | {"Content-Type": kind})
    assert answer.status_code == 415
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"reader=home%2Fana&state=fine&state=blown&appreciation=",
        b"reader=home%2Fana&state=fine&appreciation=&admin=1",
        b"reader=home%2Fana&state%5B%5D=fine&appreciation=",
        b"state",
        b"state=%ff",
        b"state=%ED%A0%80",
        "state=\u00e9".encode("latin-1"),
        b"&".join(b"hand_over=x" for _field in range(MOST_FIELDS + 1)),
        b"&".join(b"f%d=x" % field for field in range(6_000)),
    ],
)
def test_a_form_that_no_page_of_ours_sends_is_refused_in_words(ana: TestClient, body: bytes) -> None:
    answer = ana.post(ANSWER, content=body, headers=OWN_PAGE | URLENCODED)
    assert answer.status_code == 400
    assert "could not be read" in answer.text
    assert "admin" not in answer.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_a_named_refusal(body: bytes) -> None:
    try:
        form = parse_form(body)
    except UnreadableFormError:
        return
    assert isinstance(form, Form)
    form.text("appreciation").encode()


@pytest.mark.parametrize(
    ("base_url", "origin", "host"),
    [
        ("https://offplate.example.org/", "https://offplate.example.org", "offplate.example.org"),
        ("https://Offplate.example.org:443", "https://offplate.example.org", "offplate.example.org"),
        ("http://nas:8000", "http://nas:8000", "nas"),
        ("http://[::1]:8000", "http://[::1]:8000", "[::1]"),
    ],
)
def test_the_address_is_compared_as_browsers_write_it(
    home: Home, base_url: str, origin: str, host: str
) -> None:
    app = create_app(home.world, base_url=base_url)
    assert (app.state.site.origin, app.state.site.host) == (origin, host)
    with TestClient(app, base_url=origin) as client:
        assert client.get("/livez").status_code == 200


@pytest.mark.parametrize(
    "base_url", ["offplate.example.org", "ftp://x", "https://x/family", "https://x?y", ""]
)
def test_an_address_that_is_none_is_refused_in_words(home: Home, base_url: str) -> None:
    with pytest.raises(ValueError, match="without a path"):
        create_app(home.world, base_url=base_url)


def said_by_us(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Not by the test's own client, which writes every address down."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("service")]


@pytest.fixture
def broken(home: Home) -> FastAPI:
    router = APIRouter()

    @router.get("/broken/{token}")
    def fail(token: str) -> None:
        raise RuntimeError("the kettle")

    return create_app(home.world, base_url=BASE_URL, extra_routers=[router])


def test_what_nobody_expected_is_a_page_without_a_trace_and_a_log_without_a_token(
    broken: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(broken, base_url=BASE_URL) as client, caplog.at_level(logging.INFO):
        answer = client.get("/broken/canary-token")
    assert answer.status_code == 500
    assert "nothing you saved is lost" in answer.text
    assert "kettle" not in answer.text
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "/broken/{token}" in caplog.text
    assert "canary-token" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("service")
    )


def test_no_token_reaches_a_log(
    home: Home, phone: Callable[[], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    path = path_for(home, "ana")
    client = phone()
    with caplog.at_level(logging.DEBUG, logger="service"):
        client.get(path, follow_redirects=True)
        client.get(path + "x")
    ours = [
        record.getMessage() for record in caplog.records if record.name.startswith(("service", "uvicorn"))
    ]
    assert not [line for line in ours if path[3:20] in line]


def test_readiness_says_no_more_than_yes_or_no(home: Home) -> None:
    reasons: list[str] = []
    app = create_app(home.world, base_url=BASE_URL, not_ready=lambda: reasons)
    with TestClient(app, base_url=BASE_URL) as client:
        assert (client.get("/readyz").status_code, client.get("/livez").text) == (200, "alive\n")
        reasons.append("no tick for three minutes")
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "not ready\n")


def test_no_description_of_the_interface_is_served(ana: TestClient) -> None:
    assert {ana.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}

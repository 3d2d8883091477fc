"""config.toml: what it becomes, and that every mistake is named with its line."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.config import Config, ConfigError, load_config
from service.config.keys import SECTIONS
from service.config.reading import default_of
from service.config.reference import reference
from service.doctor import google_parts
from service.domain.household import OtherWeek
from service.domain.week import WeeklyMoment, parse_windows
from service.wiring import build_store, build_world

ROOT = Path(__file__).resolve().parents[2]
ENV = {"ANA_CALDAV_PASSWORD": "correct horse"}

TWO = """\
[[partner]]
id = "ana"
name = "Ana"
email = "ana@example.org"

[[partner]]
id = "ben"
name = "Ben"
email = "ben@example.org"
"""


def loaded(folder: Path, text: str, **env: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text)
    return load_config(path, env)


def problems_of(folder: Path, text: str, **env: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **env)
    return caught.value.problems


def test_two_partners_are_enough(tmp_path: Path) -> None:
    config = loaded(tmp_path, TWO)
    home = config.household()
    assert [partner.id for partner in home.partners] == ["ana", "ben"]
    assert home.id == "home"
    assert home.base_split == {"ana": 1, "ben": 1}
    assert home.partners[0].quiet_hours == parse_windows("22:00-06:30")
    assert home.check_in.closes == WeeklyMoment.parse("Sun 21:30")
    assert config.chores() == []
    assert config.accounts() == []
    assert config.sync.every == timedelta(minutes=5)
    assert config.database.url == f"sqlite:///{tmp_path / 'data' / 'offplate.db'}"
    assert config.database.key_file == tmp_path / "data" / "offplate.key"
    assert (config.mail.url, config.mail.password) == ("smtp://127.0.0.1:1025", None)


def test_the_example_is_a_whole_household() -> None:
    config = load_config(ROOT / "config.example.toml", ENV)
    home, (bins,), (account,) = config.household(), config.chores(), config.accounts()
    assert home.zone == ZoneInfo("Europe/Berlin")
    assert home.children_born == (date(2025, 11, 2),)
    assert home.sitters[0].name == "Granny"
    assert home.asleep == parse_windows("Mon-Sun 19:30-06:30, Mon-Sun 12:30-14:00")
    assert home.partners[0].self_care[0].minutes == 60
    assert (bins.owner, bins.shed, bins.liking["ben"]) == ("ben", "never", "like")
    assert bins.usual == WeeklyMoment.parse("Wed 20:00")
    assert (account.partner, account.secret, account.busy) == ("ana", "correct horse", ("Personal", "Work"))


def test_the_lines_to_call_that_the_host_names_reach_the_pages(tmp_path: Path) -> None:
    assert loaded(tmp_path, TWO).help.listens == ""
    config = loaded(tmp_path, f'[help]\nlistens = "Our midwife 555 0100"\n{TWO}')
    store = build_store(config)
    world = build_world(config, store)
    store.close()
    assert (world.help_listens, world.help_safe) == ("Our midwife 555 0100", "")


def test_a_one_person_home_is_allowed(tmp_path: Path) -> None:
    assert len(loaded(tmp_path, TWO[: TWO.index("\n\n")]).household().partners) == 1


def test_the_example_shows_every_key_and_the_defaults_can_be_read() -> None:
    shown = (ROOT / "config.example.toml").read_text()
    for section in SECTIONS:
        header = f"\n{'# ' if f'# {section.header}' in shown else ''}{section.header}"
        assert header in shown
        part = shown.split(header)[1].split("\n[")[0]
        for key in section.keys:
            default_of(key)
            assert any(
                line.removeprefix("# ").split("=")[0].strip() == key.name for line in part.splitlines()
            ), f"{section.header} {key.name}"


def test_the_reference_is_the_table_of_keys() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text() == reference(), "run: make docs"


def test_an_unknown_key_is_named_with_its_line_and_the_likely_one(tmp_path: Path) -> None:
    text = TWO.replace('name = "Ana"', 'name = "Ana"\nquiet_hors = "22:00-06:00"')
    assert problems_of(tmp_path, text) == (
        "config.toml line 4: partner[0].quiet_hors is not a key; did you mean quiet_hours?",
    )


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = """\
[sync]
every = 300
[household]
time_zone = "Europe/Bonn"
base_split = { ana = 50, bne = 50 }
[household.check_in]
opens = "Sun 22:00"
""" + TWO.replace('email = "ben@example.org"', 'email = "nobody"').replace('id = "ben"', 'id = "ana"')
    found = problems_of(tmp_path, text)
    lines = [int(each.split(" line ")[1].split(":")[0]) for each in found]
    assert lines == sorted(lines)
    for part in (
        "line 2: sync.every must be text in quotes, not 300",
        "line 4: household.time_zone “Europe/Bonn” is not a time zone",
        "line 5: household.base_split names bne, and no partner has that id",
        "household.check_in.meets (Sun 20:30) must come after opens (Sun 22:00)",
        "partner[1].email “nobody” is not one e-mail address",
        "partner[1].id “ana” is the id of partner[0] as well",
    ):
        assert any(part in each for each in found), (part, found)


@pytest.mark.parametrize(
    ("chore", "says"),
    [
        ('owner = "bem"', "owner names bem, and no partner has that id; did you mean ben?"),
        ('only = ["cleo"]', "only names cleo"),
        ('owner = "ana"\nonly = ["ben"]', "owner is ana, who by its own “only” cannot do it"),
        ('liking = { ana = "love" }', "for ana: must be like, neutral or dislike, not “love”"),
        ('cadence = "now and then"', "is not a cadence; write daily"),
        ('cadence = "FREQ=HOURLY"', "comes more than once a day"),
        ('cadence = "FREQ=WEEKLY;BYDAY=XX"', "is not an RRULE"),
        ('cadence = "FREQ=DAILY;INTERVAL=0"', "INTERVAL of at least 1"),
        ('mode = "duty"', "leaves its days open, and a duty (mode) is held on set days"),
        ('window = "Mon 17:00-17:00"', "ends when it starts"),
        ('window = "Mon 17:00-17:30"\neffort_minutes = 45', "is 45, and its longest window has 30 minutes"),
        ("thinking_weight = 4", "must lie between 0 and 3, and is 4"),
        ("effort_minutes = true", "must be a whole number, not true"),
        ('blocked = "no"', "must be true or false, not “no”"),
    ],
)
def test_a_chore_that_cannot_be_is_explained(tmp_path: Path, chore: str, says: str) -> None:
    text = f'{TWO}\n[[chore]]\nid = "bins"\nname = "Bins"\n{chore}\n'
    (problem,) = problems_of(tmp_path, text)
    assert says in problem
    assert "chore[0]" in problem


def test_two_chores_of_one_id_and_a_torn_routine(tmp_path: Path) -> None:
    row = '\n[[chore]]\nid = "bins"\nname = "Bins"\nroutine = "evening"\nowner = "ana"\n'
    found = problems_of(tmp_path, TWO + row + row.replace('"ana"', '"ben"'))
    assert "chore[1].id “bins” is the id of chore[0] as well" in found[0]
    assert "these differ in owner" in found[1]


def test_three_partners_are_one_too_many(tmp_path: Path) -> None:
    third = '\n[[partner]]\nid = "cy"\nname = "Cy"\nemail = "cy@example.org"\n'
    (problem,) = problems_of(tmp_path, TWO + third)
    assert "one or two partners" in problem
    assert "[[household.sitter]]" in problem


def test_nobody_at_all_is_a_household_still_to_be_set_up(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    config = load_config(path, {})
    assert config.household().partners == ()
    assert config.chores() == []


def test_two_partners_of_one_id_are_told_what_to_do(tmp_path: Path) -> None:
    found = problems_of(tmp_path, TWO.replace('id = "ben"', 'id = "ana"'))
    assert any(each.endswith("give each an id of its own") for each in found), found


def test_one_alone_has_one_of_four_reasons_and_feeds_are_about_breastfeeding(tmp_path: Path) -> None:
    feeds = TWO + '[[chore]]\nid = "feeds"\nname = "Feeds"\nblocked = false\n'
    alone = feeds + 'only = ["ana"]\nonly_reason = "breastfeeding"\n'
    (chore,) = loaded(tmp_path, alone + 'feed_gap = "2h"\nbottle_is_fine = true\n').chores()
    assert (chore.only_reason, chore.feed_gap_minutes, chore.bottle_is_fine) == ("breastfeeding", 120, True)
    (said,) = problems_of(tmp_path, feeds + 'only_reason = "licence"\n')
    assert "chore[0].only_reason is why one alone can do it; name that one in “only”" in said
    (said,) = problems_of(tmp_path, feeds + 'feed_gap = "2h"\n')
    assert "chore[0].feed_gap is about breastfeeding" in said
    (said,) = problems_of(tmp_path, feeds + 'feed_gap = "20m"\n')
    assert "must lie between 30m and 12h" in said


def test_each_may_dislike_five_things_and_no_more(tmp_path: Path) -> None:
    def disliked(count: int) -> str:
        rows = (
            f'[[chore]]\nid = "c{n}"\nname = "C{n}"\neffort_minutes = 10\nliking = {{ ana = "dislike" }}\n'
            for n in range(count)
        )
        return TWO + "".join(rows)

    assert len(loaded(tmp_path, disliked(5)).chores()) == 5
    (problem,) = problems_of(tmp_path, disliked(6))
    assert "chore[5].liking" in problem
    assert "5 that ana may dislike" in problem


def test_a_shorter_form_is_shorter_and_of_what_may_change_in_a_small_week(tmp_path: Path) -> None:
    bathroom = TWO + '[[chore]]\nid = "bathroom"\nname = "Bathroom"\neffort_minutes = 40\n'
    (chore,) = loaded(tmp_path, bathroom + 'shorter = "15m"\n').chores()
    assert chore.shorter_minutes == 15
    assert loaded(tmp_path, bathroom).chores()[0].shorter_minutes is None
    for wrong, said in (
        ('shorter = "40m"\n', "is no shorter than its 40 minutes"),
        ('shorter = "15m"\nshed = "never"\n', "“never” (shed) changes nothing then"),
        ('shorter = "15m"\nroutine = "weekend"\n', "is for a block of its own"),
        ('shorter = "15m"\nblocked = false\n', "is for what becomes a block"),
    ):
        (problem,) = problems_of(tmp_path, bathroom + wrong)
        assert "chore[0].shorter" in problem
        assert said in problem


def test_children_with_two_homes_have_another_week(tmp_path: Path) -> None:
    born = '[household]\nchildren_born = ["2025-11-02"]\n'
    usual = '[household.children]\naway = "Mon-Fri 08:30-16:00"\nasleep = "19:30-06:30"\n'
    other = "[household.children.other_week]\nfrom_on = 2026-12-02\n"
    assert loaded(tmp_path, born + usual + TWO).household().other_week is None
    home = loaded(tmp_path, born + usual + other + 'away = "Sun 18:00-24:00"\n' + TWO).household()
    assert home.other_week == OtherWeek(
        date(2026, 12, 2), away=parse_windows("Sun 18:00-24:00"), asleep=parse_windows("19:30-06:30")
    )
    elsewhere = born + usual + other + "here = false\n"
    gone = loaded(tmp_path, elsewhere + TWO).household().other_week
    assert gone is not None
    assert not gone.here
    (said,) = problems_of(tmp_path, elsewhere + 'away = "Sun 18:00-24:00"\n' + TWO)
    assert "household.children.other_week.away counts for nothing in a week that they spend elsewhere" in said
    (said,) = problems_of(tmp_path, born + "[household.children.other_week]\n" + TWO)
    assert "needs a from_on" in said


def test_childrens_hours_without_a_child_are_a_warning(tmp_path: Path) -> None:
    hours = '[household.children]\naway = "Mon-Fri 08:30-16:00"\n'
    path = tmp_path / "config.toml"
    path.write_text(hours + TWO)
    (warning,) = load_config(path, {}).warnings
    assert "counts for nothing without children_born" in warning
    path.write_text('[household]\nchildren_born = ["2025-11-02"]\n' + hours + TWO)
    assert load_config(path, {}).warnings == ()


def test_one_address_for_both_would_break_the_seal(tmp_path: Path) -> None:
    found = problems_of(tmp_path, TWO.replace("ben@", "Ana@"))
    assert all("needs an address that only they read" in each for each in found)


CALENDAR = """\
[partner.calendar]
url = "https://cloud.example.org/dav/"
username = "ben"
"""


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('password_env = "BEN"', "names BEN, which is not set"),
        ('password_file = "ben"', "cannot be read: No such file"),
        ("", "partner[1].calendar needs password_env or password_file"),
        ('password = "hunter2"', "is a secret, and secrets never stand in this file"),
        ('password_env = "X"\npassword_file = "y"', "are both given; keep one"),
    ],
)
def test_a_missing_or_misplaced_secret_is_explained_and_never_repeated(
    tmp_path: Path, lines: str, says: str
) -> None:
    found = problems_of(tmp_path, f"{TWO}{CALENDAR}{lines}\n")
    assert any(says in each for each in found), found
    assert "hunter2" not in " ".join(found)


def test_a_secret_file_is_read_and_one_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "ben"
    file.write_text("battery staple\n")
    file.chmod(0o600)
    text = f'{TWO}{CALENDAR}password_file = "ben"\n'
    config = loaded(tmp_path, text)
    assert config.accounts()[0].secret == "battery staple"
    assert config.warnings == ()
    assert "battery" not in repr(config)

    file.chmod(0o640)
    (warning,) = loaded(tmp_path, text).warnings
    assert f"chmod 600 {file}" in warning
    assert "line 13" in warning


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://cloud.example.org/", "anybody on the way could read the password; use https"),
        ("https://192.168.1.4/dav/", 'allow_private_hosts = ["192.168.1.4"]'),
        ("https://nas.local/dav/", 'allow_private_hosts = ["nas.local"]'),
        ("https://ben:secret@cloud.example.org/", "must not hold a user"),
        ("webcal://cloud.example.org/", "is not an address"),
    ],
)
def test_a_calendar_address_that_is_not_safe_is_refused(tmp_path: Path, url: str, says: str) -> None:
    text = TWO + CALENDAR.replace("https://cloud.example.org/dav/", url) + 'password_env = "BEN"\n'
    (problem,) = problems_of(tmp_path, text, BEN="x")
    assert says in problem


@pytest.mark.parametrize(
    ("base_url", "warned", "refused"),
    [
        ("http://127.0.0.1:8000", False, False),
        ("http://nas.local:8000", True, False),
        ("https://plate.example.org", False, False),
        ("http://plate.example.org", False, True),
    ],
)
def test_links_on_a_public_host_need_https(
    tmp_path: Path, base_url: str, warned: bool, refused: bool
) -> None:
    text = f'[server]\nbase_url = "{base_url}/"\n{TWO}'
    if refused:
        assert "use https" in problems_of(tmp_path, text)[0]
    else:
        config = loaded(tmp_path, text)
        assert config.server.base_url == base_url
        assert bool(config.warnings) == warned


def test_the_mail_server_and_its_user(tmp_path: Path) -> None:
    head = '[mail]\nurl = "smtp+starttls://me@mail.example.org"\n'
    assert "needs password_env" in problems_of(tmp_path, head + TWO)[0]
    mail = loaded(tmp_path, f'{head}password_env = "MAIL"\n{TWO}', MAIL="x").mail
    assert (mail.url, mail.password) == ("smtp+starttls://me@mail.example.org", "x")
    inline = '[mail]\nurl = "smtps://me:hunter2@mail.example.org"\n'
    assert "hunter2" not in " ".join(problems_of(tmp_path, inline + TWO))


def test_a_postgresql_password_is_put_in_from_outside(tmp_path: Path) -> None:
    head = '[database]\nurl = "postgresql+psycopg://plate@db/plate"\npassword_env = "DB"\n'
    assert loaded(tmp_path, head + TWO, DB="a/b@c").database.url == (
        "postgresql+psycopg://plate:a%2Fb%40c@db/plate"
    )


def test_google_needs_the_secret_of_its_client(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, f'[google]\nclient_id = "x"\n{TWO}')
    assert "google needs client_secret_env or client_secret_file" in problem


def test_a_google_account_is_not_for_the_file(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, f'{TWO}[partner.calendar]\nkind = "google"\n')
    (said,) = (each for each in problems if "calendar.kind" in each)
    assert "on their page /connect/google" in said
    assert "must be" not in said


def test_a_file_that_is_no_toml_or_not_there(tmp_path: Path) -> None:
    assert problems_of(tmp_path, '[server]\nlisten = "127\n')[0].startswith(
        "config.toml line 2: this is not TOML"
    )
    with pytest.raises(ConfigError, match="write one with “init”"):
        load_config(tmp_path / "none.toml", {})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[partner]\nid = "ana"\n', "is written with two brackets, [[partner]]"),
        (f"server = 3\n{TWO}", "is a section; write [server]"),
        (f"[servr]\n{TWO}", "servr is not a section; did you mean server?"),
        (TWO.replace('name = "Ana"\n', ""), "line 1: partner[0] needs a name"),
    ],
)
def test_sections_in_the_wrong_form(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in each for each in problems_of(tmp_path, text))


FEED = """
[[partner.feed]]
name = "Roster"
"""
ADDRESS = "webcal://roster.example.org/canary-7/ward.ics?key=canary"


def test_a_feeds_address_comes_from_the_environment_a_file_or_the_text(tmp_path: Path) -> None:
    (tmp_path / "address").write_text(f"{ADDRESS}\n")
    (tmp_path / "address").chmod(0o600)
    for given in ('url_env = "ROSTER"', 'url_file = "address"', f'url = "{ADDRESS}"'):
        config = loaded(tmp_path, TWO + FEED + given, ROSTER=ADDRESS)
        assert config.feeds == {"ana": {}, "ben": {"Roster": ADDRESS}}
        assert config.warnings == ()
        assert "canary" not in repr(config)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "partner[1].feed[0] needs its address; give one of url_env, url_file and url"),
        ('url = "https://a.org/x"\nurl_env = "ROSTER"', "gives more than one address; keep one of"),
        ('url_env = "NOBODY"', "url_env names NOBODY, which is not set"),
        ('url_file = "nowhere"', "which cannot be read"),
        ('url = "ftp://canary.example.org/x"', "feed[0].url is not the address of a published calendar"),
        ('url = "https://ana:canary@example.org/x"', "holds no user or password"),
        ('url_env = "ROSTER"', "feed[0].url_env holds what is not the address of a published calendar"),
        ('url = "http://roster.example.org/canary"', "anybody on the way could read its address"),
        ('url = "https://nas.local/canary"', 'allow_private_hosts = ["nas.local"]'),
        (f'url = "{ADDRESS}"{FEED}url = "{ADDRESS}"', "“Roster” is the name of another feed as well"),
    ],
)
def test_what_is_wrong_with_a_feed_is_said_without_its_address(
    tmp_path: Path, given: str, sentence: str
) -> None:
    said = " ".join(problems_of(tmp_path, TWO + FEED + given, ROSTER="canary canary"))
    assert sentence in said
    assert "canary" not in said


def test_a_language_without_a_translation_is_refused_with_those_there_are(tmp_path: Path) -> None:
    assert loaded(tmp_path, TWO).server.language == "en"
    (problem,) = problems_of(tmp_path, f'[server]\nlanguage = "xx"\n{TWO}')
    assert "there is no translation “xx”; there are: en" in problem


@pytest.mark.parametrize(
    ("base_url", "health", "says"),
    [
        ("https://offplate.example.org", "ok", "https://offplate.example.org/connect/google/back"),
        ("http://127.0.0.1:8000", "ok", "http://127.0.0.1:8000/connect/google/back"),
        ("http://nas.local:8000", "fail", "does not send people back"),
        ("https://offplate.example.org", "ok", "“redirect_uri_mismatch”"),
        ("https://192.0.2.7", "fail", "a bare number"),
        ("https://nas.lan", "fail", "a name of a home network like nas.lan"),
        ("https://nas", "fail", "a name of a home network like nas"),
    ],
)
def test_doctor_knows_where_google_sends_people_back_to(
    tmp_path: Path, base_url: str, health: str, says: str
) -> None:
    project = '[google]\nclient_id = "x"\nclient_secret_env = "SECRET"\n'
    config = loaded(tmp_path, f'[server]\nbase_url = "{base_url}"\n{project}{TWO}', SECRET="hidden")
    (part,) = google_parts(config)
    assert part.health == health
    assert says in part.says
    assert "hidden" not in repr(config)

"""Every key of config.toml: its name, kind, default and one sentence. The only list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from service.config import kinds
from service.config.kinds import Kind, one_of, per_partner, whole


@dataclass(frozen=True, slots=True)
class Key:
    """`default` as it is written in TOML; `None` when the key must be given, "" when it may be left out."""

    name: str
    kind: Kind
    says: str
    default: str | None = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table (`many`: an array of tables). `optional`: left out, there is none rather than defaults."""

    path: tuple[str, ...]
    says: str
    keys: tuple[Key, ...]
    many: bool = False
    optional: bool = False

    @property
    def header(self) -> str:
        name = ".".join(self.path)
        return f"[[{name}]]" if self.many else f"[{name}]"


_MINUTES_A_DAY = 24 * 60

SECTIONS: tuple[Section, ...] = (
    Section(
        ("server",),
        "Where Offplate is found.",
        (
            Key(
                "base_url",
                kinds.BASE_URL,
                "Its address in a browser; the only source of links in mails.",
                '"http://127.0.0.1:8000"',
            ),
            Key("listen", kinds.LISTEN, "Where it waits for requests; port 0 takes any.", '"127.0.0.1:8000"'),
            Key(
                "data_dir",
                kinds.FILE,
                "Folder of the database and the key; relative to this file.",
                '"data"',
            ),
            Key(
                "language",
                kinds.LANGUAGE,
                "What pages, mails and entries are written in: en, or a translation in service/locales.",
                '"en"',
            ),
        ),
    ),
    Section(
        ("database",),
        "Where the household is remembered.",
        (
            Key(
                "url",
                kinds.DATABASE_URL,
                "`sqlite` is offplate.db in data_dir; else postgresql+psycopg://user@host/name.",
                '"sqlite"',
            ),
            Key("password_env", kinds.VARIABLE, "Environment variable with the PostgreSQL password."),
            Key("password_file", kinds.FILE, "Or a file that holds it."),
            Key(
                "key_file",
                kinds.FILE,
                "Key for stored passwords and texts; offplate.key in data_dir if left out. Keep it apart "
                "from the backups.",
            ),
        ),
    ),
    Section(
        ("mail",),
        "How mail is sent.",
        (
            Key(
                "url",
                kinds.MAIL_URL,
                "smtp://, smtps:// or smtp+starttls://; the user stands in it.",
                '"smtp://127.0.0.1:1025"',
            ),
            Key("password_env", kinds.VARIABLE, "Environment variable with that user's password."),
            Key("password_file", kinds.FILE, "Or a file that holds it."),
            Key("from", kinds.SENDER, "Who the mails come from.", '"Offplate <offplate@localhost>"'),
        ),
    ),
    Section(
        ("google",),
        "The Google project that calendars connect through; left out, Google is not offered.",
        (
            Key("client_id", kinds.TEXT, "The client's id, as the Google Cloud console shows it.", None),
            Key("client_secret_env", kinds.VARIABLE, "Environment variable with the client's secret."),
            Key("client_secret_file", kinds.FILE, "Or a file that holds it."),
        ),
        optional=True,
    ),
    Section(
        ("sync",),
        "How calendars are read.",
        (
            Key(
                "every",
                kinds.duration(timedelta(minutes=1), timedelta(days=1), "1m and 1d"),
                "How often each calendar is read.",
                '"5m"',
            ),
            Key(
                "allow_private_hosts",
                kinds.HOSTS,
                "Host names that may lie at private addresses, such as a NAS at home.",
                "[]",
            ),
        ),
    ),
    Section(
        ("help",),
        "Who to call after hard weeks, named on one's own page alone. Left out, what is known of the country "
        "of the household's time zone. Name lines that you have called: free, and answered by day and night.",
        (
            Key("listens", kinds.TEXT, "Somebody who listens: the name of a line and its number."),
            Key("safe", kinds.TEXT, "Help where home is not a safe place, likewise."),
        ),
    ),
    Section(
        ("household",),
        "The home.",
        (
            Key("id", kinds.IDENTIFIER, "Its name in the database; leave it once chosen.", '"home"'),
            Key("name", kinds.TEXT, "What you call it.", '"Home"'),
            Key("time_zone", kinds.ZONE, "All windows and moments are in this zone.", '"UTC"'),
            Key("children_born", kinds.DATES, "Birthdays of the children, `2025-11-02`.", "[]"),
            Key(
                "base_split",
                per_partner(whole(0, 1000)),
                "Each one's part of an ordinary week, in any unit; equal if left out.",
            ),
            Key(
                "stretch_percent",
                whole(100, 200),
                "How much of their offer one carries while the other is in the weeds or blown.",
                "125",
            ),
        ),
    ),
    Section(
        ("household", "check_in"),
        "The weekly question.",
        (
            Key("opens", kinds.MOMENT, "The question is mailed.", '"Sun 09:00"'),
            Key("meets", kinds.MOMENT, "You sit together; moved when you are busy.", '"Sun 20:30"'),
            Key(
                "closes",
                kinds.MOMENT,
                "The plan is written, agreed or not.",
                '"Sun 21:30"',
            ),
        ),
    ),
    Section(
        ("household", "children"),
        "When the children are where.",
        (
            Key("away", kinds.WINDOWS, "Out of the house: nursery, school."),
            Key("asleep", kinds.WINDOWS, "Asleep: nothing noisy is planned then."),
        ),
    ),
    Section(
        ("household", "children", "other_week"),
        "Every other week, where it is not like the first: children with two homes.",
        (
            Key("from_on", kinds.DATE, "A day of one such week; every second week from it on is one.", None),
            Key("here", kinds.YES_OR_NO, "false: they spend it elsewhere, all of it.", "true"),
            Key("away", kinds.WINDOWS, "Out of the house in it; never if left out."),
            Key("asleep", kinds.WINDOWS, "Asleep in it; as in the first if left out."),
        ),
        optional=True,
    ),
    Section(
        ("household", "sitter"),
        "Somebody with regular hours: no account, no share.",
        (
            Key("id", kinds.IDENTIFIER, "Short name; made from the name if left out."),
            Key("name", kinds.TEXT, "What the children call them.", None),
            Key("hours", kinds.WINDOWS, "When they are there.", None),
        ),
        many=True,
    ),
    Section(
        ("partner",),
        "One or two, each with a table of their own.",
        (
            Key("id", kinds.IDENTIFIER, "Short name used in this file and in commands.", None),
            Key("name", kinds.TEXT, "What they are called.", None),
            Key("email", kinds.EMAIL, "Where their mails and links go; one's own, not shared.", None),
            Key(
                "quiet_hours",
                kinds.WINDOWS,
                "No block, no mail, no alarm; after a night at work, eight hours from its end.",
                '"22:00-06:30"',
            ),
            Key("most_minutes_a_day", whole(0, _MINUTES_A_DAY), "Minutes of chores a day, at most.", "360"),
            Key(
                "offered_minutes_a_day",
                whole(0, _MINUTES_A_DAY),
                "Minutes of chores on an ordinary day; as many as at most if left out.",
            ),
            Key("busy_means", one_of("out", "home"), "Where they are while their calendar is busy.", '"out"'),
            Key(
                "travel",
                kinds.duration(timedelta(0), timedelta(hours=6), "0m and 6h"),
                "Before and after busy time that means out.",
                '"20m"',
            ),
            Key(
                "discreet",
                kinds.YES_OR_NO,
                "Whatever Offplate writes into their calendar is called Appointment.",
                "false",
            ),
            Key(
                "pact",
                kinds.YES_OR_NO,
                "Takes what fits when the other is blown, once both do.",
                "false",
            ),
        ),
        many=True,
    ),
    Section(
        ("partner", "calendar"),
        "Their calendar account. Left out, they connect it themselves.",
        (
            Key("kind", kinds.CALENDAR_KIND, "How it is spoken to.", '"caldav"'),
            Key("url", kinds.WEB_ADDRESS, "The server's address.", None),
            Key("username", kinds.TEXT, "The account's user name.", None),
            Key("password_env", kinds.VARIABLE, "Environment variable with its (app) password."),
            Key("password_file", kinds.FILE, "Or a file that holds it."),
            Key(
                "busy",
                kinds.TEXTS,
                "Calendars that make them busy, by name or address; all if left out.",
            ),
            Key(
                "home",
                kinds.TEXT,
                "The calendar Offplate writes to, made if absent; an address chooses an existing one.",
                '"Offplate"',
            ),
        ),
        optional=True,
    ),
    Section(
        ("partner", "feed"),
        "A published calendar (ICS, webcal) that makes them busy; read only. One of the three addresses.",
        (
            Key("name", kinds.TEXT, "What it is called on pages and in doctor.", None),
            Key("url_env", kinds.VARIABLE, "Environment variable with its address, which is a secret."),
            Key("url_file", kinds.FILE, "Or a file that holds it."),
            Key("url", kinds.FEED_ADDRESS, "Or the address itself, if everybody may know it."),
        ),
        many=True,
    ),
    Section(
        ("partner", "self_care"),
        "Protected time for oneself.",
        (
            Key("name", kinds.TEXT, "What it is.", None),
            Key("minutes", whole(15, _MINUTES_A_DAY), "How long.", "60"),
            Key("per_week", whole(1, 7), "How often a week.", "1"),
            Key("window", kinds.WINDOWS, "When it may be.", '"Mon-Sun 07:00-22:00"'),
            Key("needs_cover", kinds.YES_OR_NO, "Whether somebody must be on duty meanwhile.", "true"),
        ),
        many=True,
    ),
    Section(
        ("chore",),
        "The first list of chores. Once the database has one, it lives there and this is not read again.",
        (
            Key("id", kinds.IDENTIFIER, "Short name used in commands.", None),
            Key("name", kinds.TEXT, "What stands in the calendar.", None),
            Key("owner", kinds.IDENTIFIER, "The partner who holds it; nobody yet if left out."),
            Key("effort_minutes", whole(1, _MINUTES_A_DAY), "Minutes for one time.", "15"),
            Key(
                "cadence",
                kinds.CADENCE,
                "daily, weekdays, weekly, 3/week, every 2 weeks, monthly, or an RRULE.",
                '"weekly"',
            ),
            Key("window", kinds.WINDOWS, "When it may be done.", '"Mon-Sun 07:00-22:00"'),
            Key("usual", kinds.MOMENT, "When it is usually done, if there is room."),
            Key(
                "mode",
                one_of("whole", "alternating", "duty", "each", "both"),
                "One doer a week, one a time, night halves, each their own, or both at once.",
                '"whole"',
            ),
            Key("at_home", one_of("home", "out", "either"), "Where it is done.", '"home"'),
            Key("with_children", kinds.YES_OR_NO, "Whether it can be done while minding them.", "true"),
            Key("noisy", kinds.YES_OR_NO, "Not while the children sleep.", "false"),
            Key("thinking_weight", whole(0, 3), "How much noticing and planning it takes.", "0"),
            Key(
                "shed",
                one_of("never", "shrink", "drop_last", "drop"),
                "What may happen in a small week.",
                '"drop"',
            ),
            Key(
                "shorter",
                kinds.duration(timedelta(minutes=1), timedelta(hours=24), "1m and 24h"),
                "How long its shorter form takes, which a small week has before it has none.",
            ),
            Key("only", kinds.IDENTIFIERS, "Partners who alone can do it; everybody if left out.", "[]"),
            Key(
                "only_reason",
                one_of("breastfeeding", "licence", "medical", "legal"),
                "Why one alone can; what can be learnt is no reason.",
            ),
            Key(
                "feed_gap",
                kinds.duration(timedelta(minutes=30), timedelta(hours=12), "30m and 12h"),
                "Breastfeeding: between two feeds. No time for oneself of theirs is longer.",
            ),
            Key("bottle_is_fine", kinds.YES_OR_NO, "true: it may be, all the same.", "false"),
            Key(
                "liking",
                per_partner(one_of("like", "neutral", "dislike")),
                "How each one finds it; neutral if left out.",
            ),
            Key("routine", kinds.IDENTIFIER, "Chores of one routine share block, owner, cadence, window."),
            Key("standard", kinds.TEXT, "What “done” means, in one line."),
            Key("min_gap_days", whole(0, 6), "Days between two times of it, at least.", "0"),
            Key("blocked", kinds.YES_OR_NO, "false: it counts, but never becomes an entry.", "true"),
            Key("needs", kinds.IDENTIFIERS, "Things there is one of, such as the car.", "[]"),
            Key("for_children", kinds.YES_OR_NO, "true: not while they are in their other home.", "false"),
            Key("alarm", kinds.YES_OR_NO, "true: its entry rings ten minutes ahead.", "false"),
        ),
        many=True,
    ),
)

BY_PATH = {section.path: section for section in SECTIONS}

SECRET_NAMES = ("password", "secret", "token", "client_secret", "key", "app_password")
"""Names people try for a secret; each is refused with the way to do it."""


def inside(path: tuple[str, ...]) -> list[Section]:
    """The tables directly inside the table at `path`; `()` for the whole file."""
    return [section for section in SECTIONS if section.path[:-1] == path]

"""Which pictures `make screenshots` takes: one row a picture, with the address and the template it shows.

A test without a browser holds it against the application: a page that nobody can look at fails there. The
command holds it against what it saw: a picture that shows another page than its row says, or was not taken,
fails it.
"""

from __future__ import annotations

from collections.abc import Mapping

Shown = tuple[str, str]
"""The route, as `service/web/access.py` writes it, and the template."""

_CHECK_IN = "GET /check-in/{week}"
_WEEK = "GET /week/{week}"

PICTURES: Mapping[str, Shown] = {
    # Who has no session
    "front": ("GET /", "front.html"),
    "nobody-known": (_CHECK_IN, "message.html"),
    "link-ended": ("GET /c/{token}", "message.html"),
    "no-such-page": ("GET /nowhere", "message.html"),
    "unsubscribe": ("GET /u/{token}", "unsubscribe.html"),
    "unsubscribed": ("POST /u/{token}", "unsubscribe.html"),
    # From nobody to a first week
    "set-up-begin": ("GET /set-up/begin", "set_up_home.html"),
    "set-up-missing": ("POST /set-up/begin", "set_up_home.html"),
    "set-up-list": ("GET /set-up/list", "set_up_list.html"),
    "set-up-home": ("GET /set-up/home", "set_up_home.html"),
    "set-up-you": ("GET /set-up/you", "set_up_you.html"),
    "welcome": ("GET /welcome", "welcome.html"),
    "link-to-hand-over": ("POST /welcome/link", "hand_over.html"),
    "welcome-other": ("GET /welcome", "welcome.html"),
    "welcome-joined": ("GET /welcome", "welcome.html"),
    # Calendars
    "connect": ("GET /connect", "connect.html"),
    "connect-account": ("POST /connect", "connect.html"),
    "connect-found": ("POST /connect/account", "connect.html"),
    "connect-done": ("GET /connect/done", "message.html"),
    "connect-in-file": ("GET /connect", "message.html"),
    "google": ("GET /connect/google", "google_account.html"),
    "google-ask": ("POST /connect/google", "connect_google.html"),
    "google-found": ("GET /connect/google/found", "connect_google.html"),
    "google-connected": ("GET /connect/google", "google_account.html"),
    "google-choose": ("POST /connect/google/calendars", "google_account.html"),
    "google-leaving": ("GET /connect/google", "google_account.html"),
    "google-again": ("GET /connect/google/back", "connect_google.html"),
    "out": ("GET /out", "out.html"),
    "out-next-week": ("GET /out/{week}", "out.html"),
    # The check-in
    "answer": (_CHECK_IN, "answer.html"),
    "answer-filled-in": (_CHECK_IN, "answer.html"),
    "answer-away": (_CHECK_IN, "answer.html"),
    "waiting": (_CHECK_IN, "waiting.html"),
    "together": (_CHECK_IN, "together.html"),
    "talk": (_CHECK_IN, "talk.html"),
    "proposal": (_CHECK_IN, "proposal.html"),
    "proposal-changed": (_CHECK_IN, "proposal.html"),
    "settled": (_CHECK_IN, "settled.html"),
    "smaller-week": (_CHECK_IN, "proposal.html"),
    "closed": (_CHECK_IN, "closed.html"),
    # The week
    "week-ahead": (_WEEK, "my_week.html"),
    "week": ("GET /week", "my_week.html"),
    "week-asked": ("GET /week", "my_week.html"),
    "week-calendar-lost": ("GET /week", "my_week.html"),
    "week-dont-get-up": ("GET /week", "my_week.html"),
    "week-on-duty": ("GET /week", "my_week.html"),
    "week-hard": ("GET /week", "my_week.html"),
    "week-stopped": ("GET /week", "my_week.html"),
    "paper": ("GET /week/{week}/paper", "paper.html"),
    "paper-printed": ("GET /week/{week}/paper", "paper.html"),
    "off": ("GET /off", "off.html"),
    "off-not-now": ("GET /off", "off.html"),
    "ill": ("GET /ill", "ill.html"),
    "ill-said": ("GET /ill", "ill.html"),
    # What the home needs, and what both settle
    "list": ("GET /list", "list.html"),
    "list-new": ("GET /list/new", "chore.html"),
    "list-chore": ("GET /list/{chore}", "chore.html"),
    "card": ("GET /list/{chore}/card", "chore_card.html"),
    "card-received": ("GET /list/{chore}/card", "chore_card.html"),
    "rules": ("GET /rules", "rules.html"),
    "rules-proposed": ("GET /rules", "rules.html"),
    "rules-split": ("GET /rules/split", "rule_split.html"),
    "rules-children": ("GET /rules/children", "rule_children.html"),
    "rules-sitters": ("GET /rules/sitters", "rule_sitters.html"),
    "rules-moments": ("GET /rules/moments", "rule_moments.html"),
    "rules-chore": ("GET /rules/chore/{chore}", "rule_chore.html"),
    # What is one's own
    "me": ("GET /me", "own.html"),
    "me-quiet-hours": ("GET /me/quiet-hours", "own_quiet_hours.html"),
    "me-minutes": ("GET /me/minutes", "own_minutes.html"),
    "me-where": ("GET /me/where", "own_where.html"),
    "me-likings": ("GET /me/likings", "own_likings.html"),
    "me-agreed": ("GET /me/agreed", "own_agreed.html"),
    "me-mails": ("GET /me/mails", "own_mails.html"),
    "me-titles": ("GET /me/titles", "own_titles.html"),
    "me-calendars": ("GET /me/calendars", "own_calendars.html"),
    "me-self-care": ("GET /me/self-care", "own_self_care.html"),
    "me-self-care-new": ("GET /me/self-care/new", "own_wish.html"),
    "me-self-care-wish": ("GET /me/self-care/{wish}", "own_wish.html"),
    "me-kept": ("GET /me/kept", "own_kept.html"),
    "me-kept-erased": ("GET /me/kept", "own_kept.html"),
    "me-leave": ("GET /me/leave", "own_leave.html"),
    "left": ("POST /me/leave", "left.html"),
}

LEADS_ON = ("/set-up",)
"""Addresses that show nothing of their own: each sends its reader to the page where they were."""

MAILS: Mapping[str, Shown] = {
    "mail-invitation": ("A week for the two of you", "invitation"),
    "mail-check-in": ("How are you? It takes a minute", "check_in"),
    "mail-week": ("Your week is ready", "week"),
    "mail-question": ("One press, when you have a moment", "question"),
    "mail-on-duty": ("You are on duty until the morning", "question"),
    "mail-changed": ("Something in your week has changed", "changed"),
    "mail-needs-you": ("Offplate needs a minute of yours", "needs_you"),
}
"""The subject by which the command knows it in the mailbox, and the template."""

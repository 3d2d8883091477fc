"""Who may ask for what: one row for every address, and the rules that no row can loosen.

- *anyone*: says nothing of anybody.
- *link*: whoever holds that very token, and for nothing else than it was made for.
- *newcomer*: who came by the link that `serve` prints, while nobody is named in that home.
- *own*: a partner, from a session of their own (`sessions.reader_of`); the address never says who reads. What
  changes something says besides who filled it in (`sessions.own_form`), so that two people on one phone are
  never mixed up, and comes from our own pages (`shield`).

An own page shows its reader what is theirs: of the partner only protected time, who is on duty, and what
both have given to a check-in. Which part that is, the flow decides, once: `flow.check_in.view`,
`flow.my_week.view`. Another household is never reached: a session carries its household, and every question
to the store names it. The console is the host's: an answer or agreement given there is marked so on the
shared page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Audience = Literal["anyone", "link", "newcomer", "own"]

ACCESS: Mapping[str, Audience] = {
    "GET /": "anyone",
    "GET /static/{name}": "anyone",
    "GET /livez": "anyone",
    "GET /readyz": "anyone",
    "GET /c/{token}": "link",
    "GET /u/{token}": "link",
    "POST /u/{token}": "link",
    "GET /check-in/{week}": "own",
    "POST /check-in/{week}/answer": "own",
    "POST /check-in/{week}/agree": "own",
    "POST /check-in/{week}/change": "own",
    "POST /check-in/{week}/undo": "own",
    "POST /check-in/{week}/job/{job}": "own",
    "GET /week": "own",
    "GET /week/{week}": "own",
    "POST /week/{week}/question/{question}": "own",
    "POST /week/{week}/block/{block}": "own",
    "GET /week/{week}/paper": "own",
    "GET /out": "own",
    "GET /out/{week}": "own",
    "POST /out/{week}": "own",
    "GET /off": "own",
    "POST /off": "own",
    "POST /off/undo": "own",
    "GET /ill": "own",
    "POST /ill": "own",
    "POST /ill/undo": "own",
    "POST /ill/well": "own",
    "POST /ill/yes": "own",
    "POST /ill/take": "own",
    "GET /list": "own",
    "GET /list/new": "own",
    "POST /list/new": "own",
    "GET /list/{chore}": "own",
    "POST /list/{chore}": "own",
    "POST /list/{chore}/retire": "own",
    "POST /list/{chore}/back": "own",
    "POST /list/{chore}/take": "own",
    "POST /list/{chore}/let-go": "own",
    "GET /list/{chore}/card": "own",
    "POST /list/{chore}/card": "own",
    "GET /rules": "own",
    "GET /rules/split": "own",
    "POST /rules/split": "own",
    "GET /rules/children": "own",
    "POST /rules/children": "own",
    "GET /rules/sitters": "own",
    "POST /rules/sitters": "own",
    "GET /rules/chore/{chore}": "own",
    "POST /rules/chore/{chore}/shed": "own",
    "POST /rules/chore/{chore}/only": "own",
    "POST /rules/chore/{chore}/standard": "own",
    "POST /rules/{change}/yes": "own",
    "POST /rules/{change}/no": "own",
    "GET /connect": "own",
    "GET /connect/done": "own",
    "POST /connect": "own",
    "POST /connect/account": "own",
    "POST /connect/save": "own",
    "GET /connect/google": "own",
    "POST /connect/google": "own",
    "POST /connect/google/calendars": "own",
    "POST /connect/google/calendars/save": "own",
    "POST /connect/google/disconnect": "own",
    "GET /connect/google/back": "own",
    "GET /connect/google/found": "own",
    "POST /connect/google/save": "own",
    "GET /set-up/begin": "newcomer",
    "POST /set-up/begin": "newcomer",
    "GET /set-up": "own",
    "GET /set-up/home": "own",
    "POST /set-up/home": "own",
    "GET /set-up/list": "own",
    "POST /set-up/list": "own",
    "GET /set-up/you": "own",
    "POST /set-up/you": "own",
    "GET /welcome": "own",
    "POST /welcome": "own",
    "POST /welcome/link": "own",
    "GET /me": "own",
    "GET /me/quiet-hours": "own",
    "POST /me/quiet-hours": "own",
    "GET /me/minutes": "own",
    "POST /me/minutes": "own",
    "GET /me/where": "own",
    "POST /me/where": "own",
    "GET /me/likings": "own",
    "POST /me/likings": "own",
    "GET /me/agreed": "own",
    "POST /me/agreed/{consent}": "own",
    "GET /me/mails": "own",
    "POST /me/mails": "own",
    "GET /me/calendars": "own",
    "GET /me/self-care": "own",
    "GET /me/self-care/new": "own",
    "POST /me/self-care/new": "own",
    "GET /me/self-care/{wish}": "own",
    "POST /me/self-care/{wish}": "own",
    "POST /me/self-care/{wish}/remove": "own",
}

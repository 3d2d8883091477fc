"""Offplate: two parents answer one question a week, and their calendars show who carries what.

The way through a week, five steps, in `service.flow.week`:

    calendars ──read──▶ busy intervals ─┐
    last plan, entries as people left them ─┤
    check-in answers ────────────────────┼─▶ plan (pure) ─▶ changes (pure) ─apply─▶ entries in calendars
    chores, household rules ─────────────┘                        └─▶ mail, pages (what moved and why)

Two ideas carry everything: *snapshot in, plan out* (the planner is a pure function) and *diff, then
apply* (a write is computed as data before anything is sent; applying can stop after any call and be
run again).

The rooms: `domain` the words as types · `planner` the week as a pure function · `flow` the five steps ·
`ports` what they ask of the world · `store`, `mail`, `web`, `jobs` the edges · `wiring` the only place
that builds real things · `cli` one command for each verb a person needs · `demo` a household to look at.
docs/architecture.md says who may import whom and where to change what.
"""

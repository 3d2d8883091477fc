"""Calendars in, entries out: a small library that knows accounts and events, and no household.

The map, from the ground up:

    model        the nouns: calendars, time ranges, entries, what a poll remembers
    errors       everything that can go wrong, sorted by what the caller must do
    times        arithmetic of time ranges
    content_lines, rules, zones, event_times, recurrence
                 an event's text to its occurrences in a window, bounded and suspicious
    prefilter    which texts need not be read at all
    ics          iCalendar text to the model and back
    identity     our UIDs, file names and marks, all computed
    retry        patience for reads, and rests that do not end all at once
    lanes        two requests at once to one server
    sentences    what is said to a person: English, with its facts beside it, for whoever translates
    guard        around every HTTP request: which addresses, how many bytes, how long
    protocol     `CalendarConnector` and `BusySource`: the verbs, and what each promises
    memory       the reference connector, with `memory_server` as its world
    feed/        published calendar files (ICS, webcal), read only
    google/      Google Calendar (API v3), with the least rights that work
    caldav/      CalDAV (RFC 4791): discovery, the guarded HTTP client, reading, writing

Words: a *calendar* holds *resources*, one event each; *home* is the calendar of ours in an account;
an *entry* is a resource of home; *busy time* is all we keep of other people's events.
A new provider is one folder with one class that fits the protocol, made green by the contract suite
(tests/connectors/contract.py), and a row in docs/connectors.md.
"""

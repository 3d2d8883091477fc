"""CalDAV (RFC 4791, RFC 6578) with python-caldav as the transport and nothing more.

client        one request to one reply; every foreign exception becomes one of ours
multistatus   the XML of replies to values
bodies        the XML of requests
quirks        where servers differ, one named fact each
providers     who people have accounts with, and what to know of them
dns_records   what a domain says of its calendars
locating      from what a person typed to where the account seems to live, without a password
discovery     from there to the homes of their calendars
listing       the calendars of an account, and the one of ours
state         what a poll remembers, as JSON
reading       one calendar's present view, with as few requests as its server allows
writing       create, replace, delete: conditional, sent once, settled by reading
onboarding    `CalDavOnboarding`: locating, and a live test that changes nothing
connector     `CalDavConnector`, the verbs of the protocol
"""

from connectors.caldav.client import CalDavAccount
from connectors.caldav.connector import CalDavConnector
from connectors.caldav.onboarding import CalDavOnboarding

__all__ = ["CalDavAccount", "CalDavConnector", "CalDavOnboarding"]

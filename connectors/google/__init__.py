"""Google Calendar (API v3), with the least rights that work, and Google's own client for the requests.

rights        the scopes we ask for, and what goes without each
credentials   what a grant consists of, where it is used, and how it is kept
"""

from connectors.google.credentials import (
    GOOGLE,
    GoogleClient,
    GoogleCredentials,
    GoogleEndpoints,
    GoogleGrant,
    KeepGrant,
)

__all__ = ["GOOGLE", "GoogleClient", "GoogleCredentials", "GoogleEndpoints", "GoogleGrant", "KeepGrant"]

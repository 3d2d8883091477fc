"""The mails: composed once, kept in the outbox, sent from there, and never a word of theirs in a header.

`compose` turns values into words, `post` into the bytes that will be sent, `outbox` decides what is
sent when, and `smtp` speaks to the server. Every mail holds only what its reader may see.
"""

"""Addresses as the mail headers want them: exactly one, ASCII on the wire, no room for a second header."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr


def mail_address(text: str) -> Address:
    """One address, without a display name; an international domain becomes its ASCII form.

    Raises:
        ValueError: with a sentence, when it is none, more than one, or needs SMTPUTF8 (RFC 6531).
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or not domain or any(character.isspace() for character in text.strip()):
        raise ValueError(f"“{text}” is not a mail address; write it like ana@example.org")
    if not local.isascii():
        raise ValueError(f"“{text}” has letters before the @ that most mail servers do not take")
    try:
        ascii_domain = domain.rstrip(".").encode("idna").decode("ascii")
        return Address(addr_spec=f"{local}@{ascii_domain}")
    except (ValueError, HeaderParseError, IndexError) as error:
        raise ValueError(f"“{text}” is not a mail address; write it like ana@example.org") from error


def sender_address(text: str) -> Address:
    """The sender as the configuration has it, `Offplate <offplate@example.org>`.

    Raises:
        ValueError: with a sentence, as `mail_address`.
    """
    name, address = parseaddr(text)
    plain = mail_address(address or text)
    return Address(display_name=name, username=plain.username, domain=plain.domain)

"""How e-mail addresses, user names and time zones are judged and compared."""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

LONGEST_KEY = 320
USERNAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,48}[A-Za-z0-9])?", re.ASCII)
# Files of the zone database that name no zone.
NO_ZONES = {"Factory", "localtime"}
# An instance at home or in a company may well live under these; the library's list is ours to set.
SPECIAL_USE_DOMAIN_NAMES[:] = sorted(set(SPECIAL_USE_DOMAIN_NAMES) - {"local", "localhost", "test"})


def key(name: str) -> str:
    """The form in which names are equal: whatever the case, the width or the composition."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def email(value: str) -> str:
    """The address in its usual spelling. Raises ValueError with the reason."""
    try:
        found = validate_email(value, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    if "." not in found.domain and found.domain != "localhost":
        raise ValueError("The part after the @-sign needs a dot in it.")
    if len(key(found.normalized)) > LONGEST_KEY:
        raise ValueError("The address is too long.")
    return found.normalized


def username(value: str) -> str:
    """Raises ValueError. Never holds an @, so it cannot be taken for an e-mail address."""
    if not USERNAME.fullmatch(value):
        raise ValueError(
            "A user name has 1 to 50 letters a-z, digits, dots, dashes and underscores, and begins "
            "and ends with a letter or digit."
        )
    return value


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones() - NO_ZONES)


def zone(value: str) -> str:
    """Raises ValueError for anything but the name of a time zone."""
    if value not in zones():
        raise ValueError("This is no IANA time zone. Write it like Europe/Berlin, or UTC.")
    return value

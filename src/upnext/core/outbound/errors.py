"""Why a request was not made, or got no answer.

The texts are shown to whoever gave the URL. They tell nothing about what is at an address that
must not be called: not whether a name exists inside, nor whether a port is open.
"""

from typing import Literal

RefusalCode = Literal["invalid_url", "forbidden_address"]
FailureCode = Literal["connect", "tls", "timeout", "too_large", "protocol"]


class OutboundError(Exception):
    """`code` is for programs, the text for people."""

    def __init__(self, code: RefusalCode | FailureCode, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(detail)


class OutboundRefused(OutboundError):
    """It was not even tried, and will not be as long as the URL and the names stay as they are."""


class OutboundFailed(OutboundError):
    """It was tried; another time it may work."""


def forbidden() -> OutboundRefused:
    """The same for names that do not exist and for addresses that are not public."""
    return OutboundRefused(
        "forbidden_address",
        "The host of this URL has no public address. Private and special addresses can be called "
        "only if the server's UPNEXT_OUTBOUND_ALLOW names them.",
    )

"""The only way out: every HTTP request that the server itself makes to somewhere else.

Addresses come from users, and a server stands where they do not: beside databases, metadata
services and other people's machines. So a name is resolved once, every address of it is compared
with our own list, and the connection goes to an address that passed, with the Host header and the
name of the certificate kept. Redirects are not followed, proxies of the environment not used, and
time and size are bounded. Knows no domain.
"""

from upnext.core.outbound.addresses import Allowed, allowed_of
from upnext.core.outbound.client import Answer, Outbound, outbound_of
from upnext.core.outbound.errors import OutboundError, OutboundFailed, OutboundRefused
from upnext.core.outbound.resolving import Resolver

__all__ = [
    "Allowed",
    "Answer",
    "Outbound",
    "OutboundError",
    "OutboundFailed",
    "OutboundRefused",
    "Resolver",
    "allowed_of",
    "outbound_of",
]

"""Mail: one port, three ways out, and the job that sends.

A letter is made of a template's text and HTML parts, sealed with the key ring, and enqueued in
the transaction of the change that causes it; so no queue shows what people write, or a link that
opens an account. Which way it leaves is decided by the settings: SMTP, SendGrid's API, or files
in the data directory. Knows no domain.
"""

from upnext.core.mail.letters import Letter, Sealed, opened, seal
from upnext.core.mail.links import base_url, link
from upnext.core.mail.ports import Postponed, Refused, Transport
from upnext.core.mail.rendering import Parts, render
from upnext.core.mail.sending import send_later
from upnext.core.mail.transports import mail_of, transport_of

__all__ = [
    "Letter",
    "Parts",
    "Postponed",
    "Refused",
    "Sealed",
    "Transport",
    "base_url",
    "link",
    "mail_of",
    "opened",
    "render",
    "seal",
    "send_later",
    "transport_of",
]

"""The settings of mail: a branch of the tree."""

# No postponed annotations here either: `declare.specs` reads the marks in them.
from dataclasses import dataclass
from typing import Annotated, Literal

from upnext.core.config import addresses, values
from upnext.core.config.declare import Setting
from upnext.core.config.secret import Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """How mail leaves. Without a host or a key it stays here, as files that the admin can read."""

    host: Annotated[
        str | None,
        Setting(
            "EMAIL_HOST",
            addresses.bind_host,
            "The SMTP server that takes our mail. Without it, and without SENDGRID_API_KEY, mails "
            "are kept as files in the data directory, where administrators read them.",
            example="smtp.example.org",
        ),
    ] = None
    port: Annotated[
        int, Setting("EMAIL_PORT", values.whole_number(1, 65535), "Its port.", example="587")
    ] = 587
    user: Annotated[
        str | None,
        Setting("EMAIL_HOST_USER", values.line, "The name to log in with there.", example="upnext"),
    ] = None
    password: Annotated[
        Secret | None,
        Setting("EMAIL_HOST_PASSWORD", values.secret_line, "The password to log in with there."),
    ] = None
    tls: Annotated[
        Literal["starttls", "tls", "none"],
        Setting(
            "EMAIL_TLS",
            values.choice("starttls", "tls", "none"),
            "How the connection is protected: after a STARTTLS, from the first byte (port 465), or "
            "not at all, which is for a server on the same machine.",
        ),
    ] = "starttls"
    sender: Annotated[
        str,
        Setting("EMAIL_FROM", values.email, "The address that mails come from."),
    ] = "upnext@localhost.localdomain"
    sender_name: Annotated[
        str, Setting("EMAIL_FROM_NAME", values.line, "The name that mails come from.")
    ] = "Upnext"
    sendgrid_key: Annotated[
        Secret | None,
        Setting("SENDGRID_API_KEY", values.secret_line, "Send by SendGrid's API instead of SMTP."),
    ] = None
    per_hour: Annotated[
        int,
        Setting(
            "UPNEXT_EMAIL_PER_HOUR",
            values.whole_number(1, 10_000),
            "Mails that one address gets in an hour; what is more waits for the next one.",
        ),
    ] = 30

"""Which way out the settings name. Each brings its library when it sends for the first time."""

from typing import cast

from upnext.core.config import Settings
from upnext.core.mail.outbox import Outbox
from upnext.core.mail.ports import Transport
from upnext.core.mail.sendgrid import SendGrid
from upnext.core.mail.smtp import Smtp
from upnext.core.outbound import Outbound
from upnext.core.runtime import Runtime

PART = "mail"
"""Where a runtime keeps its transport."""


def transport_of(settings: Settings, outbound: Outbound) -> Transport:
    mail = settings.mail
    if mail.sendgrid_key is not None:
        return SendGrid(mail.sendgrid_key, outbound)
    if mail.host is not None:
        return Smtp(mail)
    return outbox_of(settings)


def outbox_of(settings: Settings) -> Outbox:
    return Outbox(settings.data_dir / "outbox")


def mail_of(runtime: Runtime) -> Transport:
    if PART not in runtime.parts:
        runtime.parts[PART] = transport_of(runtime.settings, runtime.outbound)
    return cast(Transport, runtime.parts[PART])

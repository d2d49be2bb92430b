"""Every statement on what was sent."""

from datetime import datetime

from sqlalchemy import Delete, Insert, Select, Update, delete, select, update

from upnext.core.inserts.queries import insert_ignore
from upnext.core.mail.models import MailCount


def sent(recipient: bytes, hour: datetime) -> Select[int]:
    return select(MailCount.sent).where(MailCount.recipient == recipient, MailCount.hour == hour)


def count(recipient: bytes, hour: datetime) -> Update:
    return (
        update(MailCount)
        .where(MailCount.recipient == recipient, MailCount.hour == hour)
        .values(sent=MailCount.sent + 1)
        .execution_options(synchronize_session=False)
    )


def first(dialect: str, recipient: bytes, hour: datetime) -> Insert:
    row = {"recipient": recipient, "hour": hour, "sent": 0}
    return insert_ignore(dialect, MailCount.__table__, [row])


def counted_before(hour: datetime) -> Delete:
    return delete(MailCount).where(MailCount.hour < hour)

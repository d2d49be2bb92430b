"""Mail by SendGrid's API, version 3."""

from email.message import EmailMessage
from typing import Any, Final

import orjson

from upnext.core.config import Secret
from upnext.core.mail.ports import Postponed, Refused
from upnext.core.outbound import Outbound, OutboundError

URL: Final = "https://api.sendgrid.com/v3/mail/send"
# What the API has fields for, or makes itself.
OWN: Final = frozenset({
    "from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
})  # fmt: skip
ACCEPTED: Final = range(200, 300)
# Our key is wrong, or they want less of us: another time, or after a repair, it works.
PASSING: Final = frozenset({401, 403, 408, 429})
FIRST_SERVER_ERROR: Final = 500
MOST_SAID: Final = 300


class SendGrid:
    """`url` is for tests."""

    def __init__(self, key: Secret, outbound: Outbound, *, url: str = URL) -> None:
        self._key, self._outbound, self._url = key, outbound, url

    async def send(self, mail: EmailMessage) -> None:
        headers = {
            "Authorization": f"Bearer {self._key.reveal()}",
            "Content-Type": "application/json",
        }
        body = orjson.dumps(told(mail))
        try:
            answer = await self._outbound.request(
                "POST", self._url, headers=headers, content=body, cut=True
            )
        except OutboundError as error:
            raise Postponed(f"SendGrid was not reached: {error.detail}") from error
        if answer.status in ACCEPTED:
            return
        said = answer.body[:MOST_SAID].decode("utf-8", "replace")
        why = f"SendGrid answered {answer.status}: {said}"
        if answer.status in PASSING or answer.status >= FIRST_SERVER_ERROR:
            raise Postponed(why)
        raise Refused(why)


def told(mail: EmailMessage) -> dict[str, Any]:
    """The mail in the API's own form."""
    sender, recipient = mail["From"].addresses[0], mail["To"].addresses[0]
    parts = {part.get_content_type(): part.get_content() for part in mail.iter_parts()}
    quiet = {"enable": False}
    return {
        "personalizations": [{"to": [{"email": recipient.addr_spec}]}],
        "from": {"email": sender.addr_spec, "name": sender.display_name},
        "subject": str(mail["Subject"]),
        "content": [{"type": kind, "value": parts[kind]} for kind in ("text/plain", "text/html")],
        "headers": {name: str(value) for name, value in mail.items() if name.lower() not in OWN},
        # Nobody's reading is watched, and links stay what they are.
        "tracking_settings": {
            "click_tracking": {**quiet, "enable_text": False},
            "open_tracking": quiet,
        },
    }

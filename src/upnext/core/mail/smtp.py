"""Mail by SMTP, to the one server that the settings name."""

from email.message import EmailMessage
from typing import TYPE_CHECKING, Final

from upnext.core.config.mail import MailSettings
from upnext.core.mail.ports import Postponed, Refused

if TYPE_CHECKING:
    import aiosmtplib

# For each answer; the job has a limit of its own for all of them.
SECONDS: Final = 15.0
PERMANENT: Final = 500


class Smtp:
    """One connection per mail. `seconds` is how long each answer may take."""

    def __init__(self, settings: MailSettings, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._seconds = seconds

    async def send(self, mail: EmailMessage) -> None:
        import aiosmtplib  # noqa: PLC0415 - only who sends by SMTP needs it

        try:
            async with self._client() as client:
                await client.send_message(mail)
        except aiosmtplib.SMTPAuthenticationError as error:
            # Whoever runs the instance can mend it, and then nothing shall be lost.
            raise Postponed(f"The SMTP server refused our login: {error.message}") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0].code, error.recipients[0].message) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error.code, error.message) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise Refused(f"The SMTP server cannot take it: {error}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Postponed(f"The SMTP server was not reached: {error!r}") from error

    def _client(self) -> "aiosmtplib.SMTP":
        import aiosmtplib  # noqa: PLC0415 - as above

        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password.reveal() if settings.password else None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            timeout=self._seconds,
        )


def _judged(code: int, message: str) -> Exception:
    said = f"The SMTP server said {code} {message}"
    return Refused(said) if code >= PERMANENT else Postponed(said)

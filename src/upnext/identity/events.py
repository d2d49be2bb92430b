"""What happens to accounts. None of it belongs to a workspace, so it is in the instance's chain."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from upnext.core.auth import INSTANCE
from upnext.core.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange(Change):
    workspace_id: UUID = INSTANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(AccountChange):
    """`resource_id` is the user's. `name` is what to call the person."""

    type: ClassVar[str] = "user.registered"
    email: str
    name: str


class UserUpdated(AccountChange):
    type: ClassVar[str] = "user.updated"


class UserPromoted(AccountChange):
    type: ClassVar[str] = "user.promoted"


class UserDemoted(AccountChange):
    type: ClassVar[str] = "user.demoted"


class UserDisabled(AccountChange):
    type: ClassVar[str] = "user.disabled"


class LoginRefused(AccountChange):
    """A wrong password. `resource_id` is that of the account, or zeros if there is none: what was
    typed is not kept, since people type passwords into the wrong field. Of many in a row only some
    are recorded, with how many `failures` there were: see throttle.py."""

    type: ClassVar[str] = "user.login_refused"


class UserEnabled(AccountChange):
    type: ClassVar[str] = "user.enabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeleted(AccountChange):
    """Told while the account is still there: whoever names it hands over, or lets go."""

    type: ClassVar[str] = "user.deleted"
    heir_id: UUID | None


class PasswordChanged(AccountChange):
    type: ClassVar[str] = "user.password_changed"


class EmailVerified(AccountChange):
    """The person reads what is sent to the account's address."""

    type: ClassVar[str] = "user.email_verified"


class SessionStarted(AccountChange):
    type: ClassVar[str] = "session.started"


class SessionRevoked(AccountChange):
    type: ClassVar[str] = "session.revoked"


class SessionReuseDetected(AccountChange):
    """A retired refresh token came back: two parties hold the session, so nobody keeps it."""

    type: ClassVar[str] = "session.reuse_detected"


class TokenCreated(AccountChange):
    type: ClassVar[str] = "token.created"


class TokenRevoked(AccountChange):
    type: ClassVar[str] = "token.revoked"

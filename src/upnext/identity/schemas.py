"""Accounts, sessions and tokens on the wire."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from upnext.core.schemas import WHOLE, one_of
from upnext.core.text import ShortName, Text
from upnext.identity import names, passwords
from upnext.identity.models import ApiToken, LoginSession, SessionKind, User

MINUTES_OF_A_DAY = 1_440
DAYS = 7


def _left_out() -> Any:
    """Stands where a body says nothing; `model_fields_set` tells it from a value. Since it is not
    a default of the described type, null is refused as the wrong type that it is."""
    return None


def _judged(judge: Callable[[str], str]) -> AfterValidator:
    def validate(value: str) -> str:
        try:
            return judge(value)
        except ValueError as error:
            raise PydanticCustomError("unusable", "{reason}", {"reason": str(error)}) from None

    return AfterValidator(validate)


Email = Annotated[
    str, Text(most=254), Field(json_schema_extra={"format": "email"}), _judged(names.email)
]
Username = Annotated[
    str,
    Text(least=1, most=50, pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,48}[A-Za-z0-9])?$"),
    _judged(names.username),
]
Zone = Annotated[
    str,
    Field(
        max_length=64,
        examples=["Europe/Berlin"],
        description="The name of a zone of the IANA database.",
        json_schema_extra={"format": "iana-time-zone"},
    ),
    _judged(names.zone),
]
# Not cleaned as other text is: what is a secret is taken as it comes.
NO_NUL: JsonDict = {"pattern": r"^[^\u0000]*$"}
SECRET: JsonDict = {**NO_NUL, "format": "password"}
NewPassword = Annotated[
    str,
    Field(min_length=passwords.SHORTEST, max_length=passwords.LONGEST, json_schema_extra=SECRET),
    AfterValidator(passwords.normal),
]
GivenPassword = Annotated[str, Field(max_length=1_000, json_schema_extra=SECRET)]
GivenToken = Annotated[str, Field(min_length=1, max_length=1_000, json_schema_extra=NO_NUL)]
Minute = Annotated[int, Field(ge=0, le=MINUTES_OF_A_DAY, strict=True), WHOLE]
Interval = Annotated[list[Minute], Field(min_length=2, max_length=2)]
Day = Annotated[list[Interval], Field(max_length=10)]


def _ordered(week: list[list[list[int]]]) -> list[list[list[int]]]:
    for number, day in enumerate(week):
        ends = 0
        for start, end in day:
            if start >= end or start < ends:
                raise PydanticCustomError(
                    "bad_working_hours",
                    "Day {day}: times must not overlap and must be in order, each [start, end].",
                    {"day": number},
                )
            ends = end
    if not any(week):
        raise PydanticCustomError("no_working_hours", "At least one day needs working hours.")
    return week


WorkingHours = Annotated[
    list[Day],
    Field(
        min_length=DAYS,
        max_length=DAYS,
        description="From Monday: each day's working times, as [start, end] in minutes of the day.",
        examples=[[[[540, 720], [780, 1020]], [[540, 1020]], [], [[540, 1020]], [], [], []]],
    ),
    AfterValidator(_ordered),
]
Channel = Literal["app", "email", "push", "apprise"]
EventType = Annotated[str, Field(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$")]
Notifications = Annotated[
    dict[EventType, Annotated[list[Channel], Field(max_length=4)]],
    Field(
        max_length=100,
        json_schema_extra={"additionalProperties": False},
        description="By event type, such as task.completed: where to be told of it.",
        examples=[{"task.completed": ["app", "email"]}],
    ),
]


Language = Annotated[
    Literal["en", "de"], Field(description="Of the words that one types, such as dates.")
]
QuickAddMode = Annotated[
    Literal["upnext", "todoist", "vikunja"],
    Field(description="The signs of quick add: our own, or another program's."),
]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _usable(password: str, *own_names: str | None) -> str:
    if reason := passwords.weakness(password, *own_names):
        raise PydanticCustomError("weak_password", "{reason}", {"reason": reason})
    return password


class RegisterIn(_Input):
    email: Email
    username: Username | None = None
    password: NewPassword
    password_confirm: NewPassword | None = None
    setup_token: Annotated[
        str | None,
        Field(
            max_length=100,
            description="Needed for an instance's first account only.",
            json_schema_extra=NO_NUL,
        ),
    ] = None

    invitation_token: Annotated[
        str | None,
        Field(
            max_length=100,
            description="From the mail of an invitation; then the address must be that one. "
            "Opens the door also where registration is closed.",
            json_schema_extra=NO_NUL,
        ),
    ] = None

    @field_validator("password")
    @classmethod
    def _strong(cls, value: str, info: ValidationInfo) -> str:
        return _usable(value, info.data.get("email"), info.data.get("username"))

    @field_validator("password_confirm")
    @classmethod
    def _same(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and "password" in info.data and value != info.data["password"]:
            raise PydanticCustomError("not_equal", "This is not the same as the password.")
        return value


class LoginIn(_Input):
    """`email` or `username`; either may hold both kinds of name."""

    model_config = ConfigDict(json_schema_extra=one_of("email", "username"))

    email: Annotated[str, Text(most=254), Field(default_factory=_left_out)]
    username: Annotated[str, Text(most=254), Field(default_factory=_left_out)]
    password: GivenPassword
    cookie: Annotated[
        bool,
        Field(description="For browsers: the refresh token comes in a cookie, not in the body."),
    ] = False

    @model_validator(mode="after")
    def _one_name(self) -> "LoginIn":
        if len({"email", "username"} & self.model_fields_set) != 1:
            raise PydanticCustomError("one_name", "Send either email or username.")
        return self

    @property
    def name(self) -> str:
        return self.email or self.username or ""


class LoginForm(_Input):
    """The password grant of OAuth 2.0, as Swagger UI sends it."""

    username: Annotated[str, Text(most=254)]
    password: GivenPassword
    grant_type: Literal["password"] = "password"
    scope: Annotated[str, Field(max_length=1_000, json_schema_extra=NO_NUL)] = ""
    client_id: Annotated[str, Field(max_length=200, json_schema_extra=NO_NUL)] = ""
    client_secret: Annotated[str, Field(max_length=200, json_schema_extra=NO_NUL)] = ""


class RefreshIn(_Input):
    refresh_token: Annotated[GivenToken, Field(default_factory=_left_out)]


class TokensRead(BaseModel):
    access_token: str
    refresh_token: Annotated[
        str | None, Field(description="Left out for browsers, which hold it in a cookie.")
    ] = None
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  (a kind of token, no secret)
    expires_in: Annotated[int, Field(description="Seconds until the access token expires.")]


class UserRead(BaseModel):
    id: UUID
    email: str
    email_verified: bool
    username: str | None
    role: Literal["admin", "user"]
    timezone: str
    working_hours: list[list[list[int]]]
    notifications: dict[str, list[str]]
    language: str
    quick_add_mode: str
    created_at: datetime
    updated_at: datetime
    version: int


def user_read(user: User) -> UserRead:
    return UserRead(
        id=user.id,
        email=user.email,
        email_verified=user.email_verified_at is not None,
        username=user.username,
        role="admin" if user.is_admin else "user",
        timezone=user.time_zone,
        working_hours=user.working_hours,
        notifications=user.notifications,
        language=user.language,
        quick_add_mode=user.quick_add_mode,
        created_at=user.created_at,
        updated_at=user.updated_at,
        version=user.version,
    )


class MePatch(_Input):
    username: Username | None = None
    timezone: Annotated[Zone, Field(default_factory=_left_out)]
    working_hours: Annotated[WorkingHours, Field(default_factory=_left_out)]
    notifications: Annotated[Notifications, Field(default_factory=_left_out)]
    language: Annotated[Language, Field(default_factory=_left_out)]
    quick_add_mode: Annotated[QuickAddMode, Field(default_factory=_left_out)]

    def values(self) -> dict[str, Any]:
        """What was sent, by the names of the columns."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        if "timezone" in sent:
            sent["time_zone"] = sent.pop("timezone")
        return sent


class PasswordIn(_Input):
    current_password: GivenPassword
    new_password: NewPassword

    @field_validator("new_password")
    @classmethod
    def _strong(cls, value: str) -> str:
        return _usable(value)


class AddressIn(_Input):
    email: Email


class MailTokenIn(_Input):
    token: Annotated[GivenToken, Field(description="From the mail.")]


class ResetIn(MailTokenIn):
    new_password: NewPassword

    @field_validator("new_password")
    @classmethod
    def _strong(cls, value: str) -> str:
        return _usable(value)


class Told(BaseModel):
    detail: str


class SessionRead(BaseModel):
    id: UUID
    kind: SessionKind
    current: bool
    ip: str | None
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


def session_read(row: LoginSession, current: UUID) -> SessionRead:
    return SessionRead(
        id=row.id,
        kind=row.kind,
        current=row.id == current,
        ip=row.ip,
        user_agent=row.user_agent,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
    )


class SessionList(BaseModel):
    items: list[SessionRead]
    next_cursor: str | None


def _no_number(value: Any) -> Any:  # anything may come in
    """Numbers are seconds to pydantic, also as text; the API's times have a day in them."""
    if value is not None and not (isinstance(value, str) and "-" in value):
        raise PydanticCustomError(
            "instant", "must be an RFC 3339 time with its zone, such as 2026-03-31T17:00:00Z"
        )
    return value


class TokenIn(_Input):
    name: ShortName
    scopes: Annotated[
        list[Annotated[str, Field(max_length=60, json_schema_extra={"format": "scope"})]],
        Field(min_length=1, max_length=100, examples=[["tasks:read", "tasks:write"]]),
    ]
    expires_at: Annotated[
        AwareDatetime | None,
        BeforeValidator(_no_number),
        Field(description="Null, or left out: never."),
    ] = None

    @field_validator("expires_at")
    @classmethod
    def _utc(cls, value: datetime | None) -> datetime | None:
        try:
            return value.astimezone(UTC) if value else None
        except OverflowError:
            raise PydanticCustomError("out_of_range", "This moment is out of range.") from None


class TokenRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    hint: Annotated[str, Field(description="The last characters of the token.")]
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class TokenCreatedRead(TokenRead):
    token: Annotated[str, Field(description="Shown this once.")]


def token_created_read(row: ApiToken, secret: str) -> TokenCreatedRead:
    return TokenCreatedRead(**TokenRead.model_validate(row).model_dump(), token=secret)


class TokenList(BaseModel):
    items: list[TokenRead]
    next_cursor: str | None

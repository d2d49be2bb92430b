"""The settings of accounts and credentials: a part of the tree."""

# No postponed annotations here either: `declare.specs` reads the marks in them.
from dataclasses import dataclass
from typing import Annotated, Literal

from upnext.core.config import values
from upnext.core.config.declare import Setting
from upnext.core.config.secret import Secret

ONE_WEEK_IN_MINUTES = 7 * 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthSettings:
    """Keys, the life of tokens, and who gets an account."""

    secret_key: Annotated[
        Secret,
        Setting(
            "SECRET_KEY",
            values.key,
            "Signs cursors and tickets, makes refresh tokens, encrypts stored secrets.",
            default="made at the first start if DATABASE_URL is not set, else required",
        ),
    ]
    secret_key_previous: Annotated[
        tuple[Secret, ...],
        Setting(
            "SECRET_KEY_PREVIOUS",
            values.old_keys,
            "Earlier SECRET_KEYs: still read, never used for anything new.",
        ),
    ] = ()
    jwt_secret_key: Annotated[
        Secret,
        Setting(
            "JWT_SECRET_KEY",
            values.key,
            "Signs access tokens.",
            default="made at the first start if DATABASE_URL is not set, else required",
        ),
    ]
    jwt_secret_key_previous: Annotated[
        tuple[Secret, ...],
        Setting(
            "JWT_SECRET_KEY_PREVIOUS",
            values.old_keys,
            "Earlier JWT_SECRET_KEYs: access tokens signed by them stay valid until they expire.",
        ),
    ] = ()
    jwt_algorithm: Annotated[
        Literal["HS256", "HS384", "HS512"],
        Setting(
            "JWT_ALGORITHM",
            values.choice("HS256", "HS384", "HS512"),
            "Signs access tokens. A change ends the access tokens in use.",
        ),
    ] = "HS256"
    access_token_expire_minutes: Annotated[
        int,
        Setting(
            "ACCESS_TOKEN_EXPIRE_MINUTES",
            values.whole_number(1, ONE_WEEK_IN_MINUTES),
            "Life of an access token in minutes.",
        ),
    ] = 30
    refresh_token_expire_days: Annotated[
        int,
        Setting(
            "REFRESH_TOKEN_EXPIRE_DAYS",
            values.whole_number(1, 365),
            "Days without use after which a session ends.",
        ),
    ] = 7
    registration: Annotated[
        Literal["open", "closed"],
        Setting(
            "UPNEXT_REGISTRATION",
            values.choice("open", "closed"),
            "Whether strangers may make themselves an account.",
        ),
    ] = "open"
    joining: Annotated[
        Literal["direct", "invited"],
        Setting(
            "UPNEXT_JOINING",
            values.choice("direct", "invited"),
            "Whether people with an account are added to a workspace at once, or asked by mail as "
            "those without one are. With `invited` nobody can find out who has an account.",
        ),
    ] = "direct"
    admin_email: Annotated[
        str | None,
        Setting(
            "ADMIN_EMAIL",
            values.email,
            "The account that `upnext seed-admin` makes or promotes.",
            example="admin@example.org",
        ),
    ] = None
    admin_password: Annotated[
        Secret | None,
        Setting("ADMIN_PASSWORD", values.password, "The password which that account gets."),
    ] = None

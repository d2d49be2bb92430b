"""What a credential may do to the account it belongs to."""

from collections.abc import Collection
from uuid import UUID

from upnext.core.auth import Actor, Credential, Scope
from upnext.core.errors import Forbidden, invalid_field

READ = Scope("account:read")
WRITE = Scope("account:write")

SCOPES: dict[Scope, str] = {
    READ: "See your account, its sessions and its API tokens",
    WRITE: "Change your account; end sessions and revoke API tokens",
}


def owner(credential: Credential) -> Actor:
    """The actor in matters of their own account, where no role counts."""
    return Actor(
        kind="user" if credential.kind == "session" else "token",
        user_id=credential.user_id,
        credential_id=credential.id,
        is_admin=credential.is_admin,
    )


def account_of(user_id: UUID) -> Actor:
    """Whoever proved by a mail that the account is theirs."""
    return Actor(kind="user", user_id=user_id)


def check_scope(credential: Credential, scope: Scope, *, links: bool = False) -> None:
    """`links`: also a share link may, as far as its access goes."""
    if credential.kind == "link":
        if not links:
            raise Forbidden("A share link cannot do this. Log in instead.", code="not_for_links")
        return
    if not credential.allows(scope):
        raise Forbidden(
            f"This API token lacks the scope {scope}. Make one that has it.",
            code="scope_missing",
            needs=scope,
        )


def check_signed_in(credential: Credential) -> None:
    """What could give a token more than it was made for takes a person who signed in."""
    if credential.kind != "session":
        raise Forbidden("An API token cannot do this. Log in instead.", code="session_required")


def check_scopes_known(wanted: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(wanted) - set(known)):
        names = ", ".join(sorted(known))
        raise invalid_field(
            "/scopes", f"There is no scope {unknown[0]!r}. The scopes: {names}.", "unknown_scope"
        )

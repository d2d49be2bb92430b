"""Which credential a call carries, and its renewal.

A refresh token may be used once. Two commands that run at the same time therefore take turns: who
gets the lock second finds the tokens the first one was given, and never sends the retired one.
"""

from collections.abc import Callable

from upnext.client import machine
from upnext.client.credentials import Credential, Store
from upnext.client.errors import NotLoggedIn
from upnext.client.machine import TOKEN_VARIABLE
from upnext.client.shapes import Tokens

Exchange = Callable[[str], Tokens]
"""Trades a refresh token for the next pair."""


def from_tokens(tokens: Tokens, login: str) -> Credential:
    """What to keep of a login or a refresh."""
    return Credential(
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        expires_at=machine.now().timestamp() + tokens.get("expires_in", 0),
        login=login,
    )


class Access:
    """The credential for one server: the token of this call's environment, else the stored one."""

    def __init__(self, store: Store, server: str, *, given: str | None = None) -> None:
        self._store = store
        self._server = server
        self._given = given

    def token(self, exchange: Exchange) -> str:
        """A token worth sending; one that is about to end is renewed first."""
        if self._given:
            return _printable(self._given)
        known = self._known()
        if known.usable(machine.now().timestamp()):
            return known.access_token
        return self.renew(known.access_token, exchange)

    def renew(self, refused: str, exchange: Exchange) -> str:
        """A token other than `refused`, from another command's renewal or from our own."""
        if self._given:
            raise NotLoggedIn(
                f"{self._server} does not take the token in UPNEXT_TOKEN.",
                hint="Make a new personal API token, or unset UPNEXT_TOKEN to use your login.",
            )
        with self._store.lock():
            known = self._known()
            if known.access_token != refused and known.usable(machine.now().timestamp()):
                return known.access_token
            fresh = self._exchanged(known, exchange)
            self._store.save(self._store.load().renewed(self._server, fresh))
        return fresh.access_token

    def _exchanged(self, known: Credential, exchange: Exchange) -> Credential:
        if known.refresh_token is None:
            hint = "It may be expired or revoked. Log in again: upnext login"
            raise NotLoggedIn(f"{self._server} does not take your API token.", hint=hint)
        try:
            return from_tokens(exchange(known.refresh_token), known.login)
        except NotLoggedIn as error:
            hint = "Log in again: upnext login"
            message = f"Your session at {self._server} has ended."
            raise NotLoggedIn(message, hint=hint, problem=error.problem) from error

    def _known(self) -> Credential:
        known = self._store.load().servers.get(self._server)
        if known is None:
            hint = f"Log in: upnext login --server {self._server}. No account yet: upnext register"
            raise NotLoggedIn(f"You are not logged in to {self._server}.", hint=hint)
        return known


def _printable(token: str) -> str:
    """A token that fits in a header; anything else is a slip of copy and paste."""
    if token.isascii() and token.isprintable() and " " not in token:
        return token
    raise NotLoggedIn(f"{TOKEN_VARIABLE} holds characters that no token has.")

"""The API as the commands see it: authorised calls, and pages as one stream."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, cast

from upnext.client.access import Access
from upnext.client.errors import NotLoggedIn, Unreachable
from upnext.client.shapes import Tokens, User
from upnext.client.transport import Call, Query, Reply, Transport

Record = dict[str, object]
"""A JSON object of the API whose fields the caller does not name."""

_CREATED = 201
_ROOT = "/api/v1/"


def record(reply: Reply) -> Record:
    """The object in an answer; a server that sends something else is not ours."""
    if not isinstance(reply.data, dict):
        raise Unreachable("The server's answer is not what the API promises.")
    return cast("Record", reply.data)


class Api:
    """Calls in the name of the person; a session that ended meanwhile is renewed once."""

    def __init__(self, transport: Transport, access: Access) -> None:
        self._transport = transport
        self._access = access

    def send(self, call: Call) -> Reply:
        """One authorised call."""
        token = self._access.token(self._exchange)
        try:
            return self._transport.send(call, token=token)
        except NotLoggedIn:
            renewed = self._access.renew(token, self._exchange)
        return self._transport.send(call, token=renewed)

    @contextmanager
    def download(self, path: str, query: Query) -> Iterator[Iterator[bytes]]:
        """A file in pieces as they arrive."""
        call = Call(method="GET", path=path, query=query)
        token = self._access.token(self._exchange)
        with ExitStack() as held:
            try:
                pieces = held.enter_context(self._transport.download(call, token=token))
            except NotLoggedIn:
                renewed = self._access.renew(token, self._exchange)
                pieces = held.enter_context(self._transport.download(call, token=renewed))
            yield pieces

    def read(self, path: str) -> Reply:
        """Reads one object together with its ETag."""
        reply = self.send(Call(method="GET", path=path))
        record(reply)
        return reply

    def get(self, path: str, query: Query | None = None) -> Record:
        """Reads one object."""
        return record(self.send(Call(method="GET", path=path, query=query or {})))

    def post(self, path: str, body: Mapping[str, object] | None = None) -> Record:
        """Makes something, or starts something."""
        return record(self.send(Call(method="POST", path=path, body=body)))

    def once(self, path: str, body: Mapping[str, object] | None = None) -> Record:
        """Makes something with a secret in it: sent again, it would be another one, unseen."""
        call = Call(method="POST", path=path, body=body, keyed=False, repeatable=False)
        return record(self.send(call))

    def upload(
        self, path: str, file: tuple[str, bytes | BinaryIO], form: Mapping[str, str]
    ) -> Record:
        """Sends a file, by name and content, with the fields beside it."""
        return record(self.send(Call(method="POST", path=path, file=file, form=form)))

    def ensure(self, path: str, body: Mapping[str, object]) -> bool:
        """Makes something that may be there already; whether it is new."""
        return self.send(Call(method="POST", path=path, body=body)).status == _CREATED

    def patch(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        etag: str | None = None,
        query: Query | None = None,
    ) -> Record:
        """Changes something; with `etag` only if nobody changed it since."""
        headers = {"if-match": etag} if etag else {}
        call = Call(method="PATCH", path=path, body=body, headers=headers, query=query or {})
        return record(self.send(call))

    def put(self, path: str, body: Mapping[str, object], *, etag: str | None = None) -> Record:
        """Replaces something; with `etag` only if nobody changed it since."""
        headers = {"if-match": etag} if etag else {}
        return record(self.send(Call(method="PUT", path=path, body=body, headers=headers)))

    def delete(self, path: str, query: Query | None = None) -> str | None:
        """Removes something; gives the path of what comes after it, if the server names one."""
        reply = self.send(Call(method="DELETE", path=path, query=query or {}))
        return reply.following and reply.following.removeprefix(_ROOT)

    def me(self) -> User:
        """The account behind the credential."""
        return cast("User", self.get("auth/me"))

    def pages(self, path: str, query: Query) -> Iterator[Record]:
        """Every page of a list, in order."""
        cursor: str | None = None
        while True:
            page = self.get(path, {**query, "cursor": cursor})
            yield page
            cursor = cast("str | None", page.get("next_cursor"))
            if not cursor:
                return

    def items(self, path: str, query: Query | None = None) -> Iterator[Record]:
        """Every item of a list."""
        for page in self.pages(path, {"limit": 100, **(query or {})}):
            yield from cast("list[Record]", page["items"])

    def _exchange(self, refresh_token: str) -> Tokens:
        return exchange(self._transport, refresh_token)


def exchange(transport: Transport, refresh_token: str) -> Tokens:
    """The next pair of tokens.

    The same refresh token gives the same pair for some seconds, so a lost answer does no harm.
    """
    body = {"refresh_token": refresh_token}
    call = Call(method="POST", path="auth/refresh", body=body, keyed=False)
    return cast("Tokens", record(transport.send(call)))

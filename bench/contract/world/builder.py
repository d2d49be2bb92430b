"""The one who builds, and what is built: pools of ids and names to aim at."""

import itertools
import time
from collections.abc import Callable
from typing import Any

import httpx

PASSWORD = "a long enough password"
ACCOUNT = {"email": "contract@example.com", "password": PASSWORD}
MATE = {"email": "mate@example.com", "password": PASSWORD}
SOON = 60
_numbers = itertools.count(1)
World = dict[str, Any]
Places = list[dict[str, str]]


class Builder:
    def __init__(self, api: str) -> None:
        self.http = httpx.Client(base_url=api, timeout=60)
        self.good("POST", "/auth/register", ACCOUNT)
        self.enter(self.http, ACCOUNT)
        self.me: str = self.good("GET", "/auth/me")["id"]
        self.inbox = next(
            one["id"] for one in self.good("GET", "/projects")["items"] if one["inbox"]
        )
        self.world: World = {
            "api": api,
            "me": self.me,
            "account": ACCOUNT,
            "mate": MATE,
            "pools": {},
            "places": {},
            "bodies": {},
            "fixed": {},
            "joins": {},
            "steady": [],
        }

    def enter(self, http: httpx.Client, account: dict[str, str]) -> None:
        tokens = http.post("/auth/login", json=account).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def good(
        self, method: str, path: str, body: object = None, http: httpx.Client | None = None
    ) -> Any:  # JSON
        answer = (http or self.http).request(method, path, json=body)
        if not answer.is_success:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def made(self, path: str, count: int, **fields: object) -> list[str]:
        what = "title" if path in {"/tasks", "/goals"} else "name"
        bodies = [{what: f"One of many {next(_numbers)}", **fields} for _ in range(count)]
        return [self.good("POST", path, body)["id"] for body in bodies]

    def trashed(self, path: str, count: int, **fields: object) -> list[str]:
        ids = self.made(path, count, **fields)
        for one in ids:
            self.good("DELETE", f"{path}/{one}")
        return ids

    def pool(self, name: str, found: list[str]) -> None:
        """For a parameter or a field of this name, or of one operation: `METHOD /path name`."""
        self.world["pools"][name] = found

    def places(self, operation: str, found: Places) -> None:
        """All parameters of a path at once, where they belong together."""
        self.world["places"][operation] = found

    def bodies(self, operation: str, found: list[Any]) -> None:
        """Whole bodies, for most calls."""
        self.world["bodies"][operation] = found

    def fixed(self, operation: str, found: list[Any]) -> None:
        """Whole bodies for every call that means to be valid: what nobody can guess."""
        self.world["fixed"][operation] = found

    def steady(self, operation: str, found: Places) -> None:
        """`places` for every call that means to be valid: of some too few are made for chance."""
        self.places(operation, found)
        self.world["steady"].append(operation)

    def joins(self, operation: str, found: dict[str, dict[str, str]]) -> None:
        """Who leaves has to be there, and is gone with the first call: bodies by the people's ids
        with which they come again just before."""
        self.world["joins"][operation] = found

    def until(self, look: Callable[[], list[Any]], least: int) -> list[Any]:
        """What jobs make needs a moment."""
        end = time.monotonic() + SOON
        while len(found := look()) < least:
            if time.monotonic() > end:
                raise SystemExit(f"only {len(found)} of {least} after {SOON} s: {look}")
            time.sleep(0.3)
        return found


def named(name: str, ids: list[str], **more: str) -> Places:
    return [{name: one, **more} for one in ids]

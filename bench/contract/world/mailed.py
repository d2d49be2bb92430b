"""What goes out by mail, read where the server without a mail server leaves it: tokens, links."""

import re
from typing import Any
from uuid import uuid4

from bench.contract.world.builder import ACCOUNT, PASSWORD, Builder, named
from bench.contract.world.teams import WORKSPACE, Team

INVITATION = f"{WORKSPACE}/invitations/{{invitation_id}}"
SUBJECTS = {
    "verify": "Confirm your e-mail address",
    "reset": "Set a new password",
    "invite": "invites you",
    "told": "Reminder:",
}
TOKEN = re.compile(r"token=(\S+)")
UNSUBSCRIBE = re.compile(r"/unsubscribe/(\S+)")
INVITED = 10
FORGETFUL = 5


def build(builder: Builder, team: Team) -> None:
    _invitations(builder, team)
    for person in team.administered[:FORGETFUL]:
        builder.good("POST", "/auth/forgot-password", {"email": person["email"]})
    letters = builder.until(lambda: _letters(builder, "reset"), FORGETFUL)
    tokens = [_found(builder, letter, TOKEN) for letter in letters]
    resets = [{"token": token, "new_password": PASSWORD} for token in tokens]
    builder.fixed("POST /auth/reset-password", resets)
    letters_of = [one for one in _letters(builder, "verify") if one["to"].startswith("person")]
    verified = [_found(builder, one, TOKEN) for one in letters_of[:25]]
    builder.fixed("POST /auth/verify-email", [{"token": token} for token in verified])
    told = [_found(builder, one, UNSUBSCRIBE) for one in _letters(builder, "told")[:2]]
    for method in ("GET", "POST"):
        builder.places(f"{method} /unsubscribe/{{token}}", named("token", told))
    names = [letter["name"] for letter in letters]
    for operation in ("GET /admin/outbox/{name}", "GET /admin/outbox/{name}/raw"):
        builder.places(operation, named("name", names))


def _invitations(builder: Builder, team: Team) -> None:
    def invited(count: int) -> list[str]:
        path = f"/workspaces/{team.workspace_id}/invitations"
        bodies = [{"email": f"{uuid4()}@example.com"} for _ in range(count)]
        return [builder.good("POST", path, body)["id"] for body in bodies]

    builder.pool("invitation_id", invited(8))
    builder.places(
        f"DELETE {INVITATION}",
        named("invitation_id", invited(20), workspace_id=team.workspace_id),
    )
    for number in range(INVITED):
        made = builder.good("POST", "/workspaces", {"name": f"Mate's {number}"}, team.mate)
        path = f"/workspaces/{made['id']}/invitations"
        builder.good("POST", path, {"email": ACCOUNT["email"]}, team.mate)
    letters = builder.until(lambda: _letters(builder, "invite", ACCOUNT["email"]), INVITED)
    tokens = [{"token": _found(builder, letter, TOKEN)} for letter in letters]
    # Accepted, they are gone: the first stay to be looked up.
    builder.fixed("POST /invitations/lookup", tokens[:2])
    builder.fixed("POST /invitations/accept", tokens[2:])


def _letters(builder: Builder, kind: str, to: str = "") -> list[Any]:
    items = builder.good("GET", "/admin/outbox?limit=500")["items"]
    return [one for one in items if SUBJECTS[kind] in one["subject"] and to in one["to"]]


def _found(builder: Builder, letter: Any, pattern: re.Pattern[str]) -> str:
    text = builder.good("GET", f"/admin/outbox/{letter['name']}")["text"]
    match = pattern.search(text)
    if match is None:
        raise SystemExit(f"nothing of {pattern.pattern} in {letter['subject']}")
    return match[1]

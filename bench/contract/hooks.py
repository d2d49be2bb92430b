"""Gives generated calls real objects to hit, a credential that lives, and counts the answers."""

import ast
import atexit
import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import schemathesis
from schemathesis import GenerationMode

from bench.contract.mending import ZONES, mend_body, mend_query

WORLD: dict[str, Any] = json.loads(Path(os.environ["CONTRACT_WORLD"]).read_text())
COUNTS: defaultdict[str, Counter[str]] = defaultdict(Counter)
CHANCE = random.Random(7)
AIMED = 0.7
FOLLOWING = "stateful"
ACCOUNT = WORLD["account"]
# A busy machine is slow, which is not what is looked for here.
HTTP = httpx.Client(timeout=60)

schemathesis.openapi.format("iana-time-zone", ZONES)

PARSING = threading.RLock()
parse = ast.parse


def parse_alone(*given: Any, **how: Any) -> Any:  # ast.parse's own, of any kind
    """Hypothesis reads its own functions. Where two threads do so at once, CPython now and then
    fails ("AST constructor recursion depth mismatch"), and a phase of an operation is not tried."""
    with PARSING:
        return parse(*given, **how)


ast.parse = parse_alone


def login(account: dict[str, str] = ACCOUNT) -> dict[str, str]:
    while (answer := HTTP.post(f"{WORLD['api']}/auth/login", json=account)).status_code == 429:
        # Somebody tried wrong passwords for this account: that is slowed down, here too.
        time.sleep(int(answer.headers["retry-after"]))
    tokens: dict[str, str] = answer.raise_for_status().json()
    return tokens


def _new_session() -> str:
    """One to end: those made beforehand end with every change of the password."""
    header = {"Authorization": f"Bearer {login()['access_token']}"}
    listed = HTTP.get(f"{WORLD['api']}/auth/sessions", headers=header).json()["items"]
    return next(str(one["id"]) for one in listed if one["current"])


@schemathesis.auth(refresh_interval=1)
class SignedIn:
    """Signs in again when a generated call has ended the session."""

    token = ""

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        header = {"Authorization": f"Bearer {self.token}"}
        alive = self.token and HTTP.get(f"{WORLD['api']}/auth/me", headers=header).is_success
        if not alive:
            SignedIn.token = login()["access_token"]
        return self.token

    def set(
        self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext
    ) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], **kwargs: Any
) -> None:
    """Mends valid calls, and aims them at objects that exist; some are left to miss."""
    _end(case)
    meta = case.meta
    if meta is None or meta.generation.mode != GenerationMode.POSITIVE:
        return
    _mend(case)
    _spare_the_account(case)
    # A stateful call follows from the one before, and goes where that one points. Whom and what
    # its body names has to be there too, or nobody could tell which of the two is missing.
    # What is told to one place only goes there in any case.
    told = _operation(case)
    if told in WORLD["steady"] or (told in WORLD["fixed"] and told in WORLD["places"]):
        _aim_at_world(case)
    elif "stateful" in str(meta.phase.name).lower():
        if isinstance(case.body, dict):
            _aim(_operation(case), case.body, known=True)
    elif CHANCE.random() < AIMED:
        _aim_at_world(case)
    _prepare(case)


def _mend(case: schemathesis.Case[Any]) -> None:
    operation = _operation(case)
    # A made-up version is stale by nature.
    case.headers.pop("if-match", None)
    # And what was seen of a stream elsewhere is nothing here.
    case.headers.pop("last-event-id", None)
    # A reach is that of a task that repeats: most do not.
    (case.query or {}).pop("scope", None)
    mend_query(case.query or {}, operation)
    if not isinstance(case.body, dict):
        return
    if fixed := WORLD["fixed"].get(operation):
        case.body = dict(CHANCE.choice(fixed))
    mend_body(case.body, WORLD["me"], operation)
    for part in (case.body, case.body.get("fields"), case.body.get("updates")):
        if isinstance(part, dict):
            _repeat(part)


def _operation(case: schemathesis.Case[Any]) -> str:
    return f"{case.method.upper()} {case.path.removeprefix('/api/v1')}"


def _prepare(case: schemathesis.Case[Any]) -> None:
    """What has to be so just before a call, and does not last."""
    operation = _operation(case)
    if operation.endswith("/timer/stop") and "Authorization" in case.headers:
        task_id = (case.path_parameters or {}).get("task_id") or _pool(operation, "task_id")[0]
        header = {"Authorization": case.headers["Authorization"]}
        HTTP.post(f"{WORLD['api']}/tasks/{task_id}/timer/start", headers=header)
    # Whoever accepts an invitation has a verified address: somebody else has not.
    if operation == "POST /auth/verify-email/resend" and "Authorization" in case.headers:
        case.headers["Authorization"] = f"Bearer {login(WORLD['mate'])['access_token']}"
    # Wrong passwords elsewhere slow this down as well: until somebody knows the right one.
    if operation == "POST /auth/password":
        login()
    if operation == "DELETE /tasks/{task_id}/tags/{tag}" and "Authorization" in case.headers:
        _tag(case)
    joining = WORLD["joins"].get(operation, {}).get((case.path_parameters or {}).get("user_id"))
    if joining and "Authorization" in case.headers:
        _join(case, joining)
    if operation == "POST /admin/jobs/{job_id}/cancel" and "Authorization" in case.headers:
        _wait(case)


def _join(case: schemathesis.Case[Any], body: dict[str, str]) -> None:
    """Whoever leaves next, as somebody else may have sent them away already."""
    header = {"Authorization": case.headers["Authorization"]}
    path = case.formatted_path.removeprefix("/api/v1").rpartition("/")[0]
    HTTP.post(f"{WORLD['api']}{path}", json=body, headers=header)


def _tag(case: schemathesis.Case[Any]) -> None:
    """A task that has the tag: once it is taken off it is gone."""
    header = {"Authorization": case.headers["Authorization"]}
    for task_id in CHANCE.sample(WORLD["pools"]["task_id"], 3):
        path = f"{WORLD['api']}/tasks/{task_id}/tags"
        if HTTP.post(path, json={"tags": ["red"]}, headers=header).is_success:
            case.path_parameters |= {"task_id": task_id, "tag": "red"}
            return


def _wait(case: schemathesis.Case[Any]) -> None:
    """A job that waits now: those of the beginning may have run."""
    header = {"Authorization": case.headers["Authorization"]}
    path = f"{WORLD['api']}/admin/jobs?state=pending&limit=20"
    if waiting := HTTP.get(path, headers=header).json().get("items"):
        case.path_parameters["job_id"] = waiting[0]["id"]


def _end(case: schemathesis.Case[Any]) -> None:
    """A stream without a limit goes on as long as the server."""
    if case.path.endswith("/events/stream"):
        case.query = {**(case.query or {}), "limit": 0}


def _spare_the_account(case: schemathesis.Case[Any]) -> None:
    """Who administers can disable, demote and delete: somebody else than the one who asks."""
    places = case.path_parameters or {}
    # Who inherits has to be there, whatever happens to the one who leaves.
    if case.method.upper() == "DELETE" and "/admin/users/" in case.path:
        case.query = {"transfer_to": _pool(_operation(case), "transfer_to")[0]}
    if "/admin/users/" in case.path and places.get("user_id") == WORLD["me"]:
        places["user_id"] = CHANCE.choice(WORLD["pools"]["administered"])


def _aim_at_world(case: schemathesis.Case[Any]) -> None:
    operation = _operation(case)
    if places := WORLD["places"].get(operation):
        case.path_parameters.update(CHANCE.choice(places))
    for name, value in (case.path_parameters or {}).items():
        if name not in (places or [{}])[0] and _is_id(value):
            case.path_parameters[name] = (
                _new_session() if name == "session_id" else _other(operation, name, value)
            )
    for name, value in (case.query or {}).items():
        case.query[name] = _other(operation, name, value)
    if isinstance(case.body, dict):
        _aim(operation, case.body)


def _other(operation: str, name: str, value: Any) -> Any:
    """One that is there, in place of a made-up id."""
    pool = _pool(operation, name)
    return CHANCE.choice(pool) if pool and _is_id(value) else value


def _repeat(body: dict[str, Any]) -> None:
    """A made-up rule is none, and most need a due date."""
    asked = body.get("recurrence")
    if asked is not None:
        rule = CHANCE.choice(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;COUNT=9"])
        body["recurrence"] = rule if isinstance(asked, str) else {"rrule": rule}
        body["due_at"] = "2030-01-01T09:00:00Z"
        body.pop("start_at", None)


def _pool(operation: str, name: str, *, known: bool = False) -> list[str]:
    pools: dict[str, list[str]] = WORLD["pools"]
    own = pools.get(f"{FOLLOWING} {name}") if known and "/members" in operation else None
    return own or pools.get(f"{operation} {name}") or pools.get(name) or []


def _aim(operation: str, body: dict[str, Any], *, known: bool = False) -> None:
    if operation in WORLD["fixed"]:
        return
    for name, value in body.items():
        pool = _pool(operation, name, known=known)
        if pool and isinstance(value, list):
            body[name] = CHANCE.sample(pool, min(len(value), len(pool)))
        elif pool and value is not None and (known or _is_id(value)):
            body[name] = CHANCE.choice(pool)
    if not known and (fitting := WORLD["bodies"].get(operation)):
        body.clear()
        body.update(CHANCE.choice(fitting))
        if "refresh_token" in body:
            body["refresh_token"] = login()["refresh_token"]


def _is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], response: schemathesis.Response
) -> None:
    COUNTS[f"{case.operation.method.upper()} {case.operation.path}"][str(response.status_code)] += 1


@atexit.register
def _write() -> None:
    Path(os.environ["CONTRACT_COUNTS"]).write_text(json.dumps(COUNTS))

"""Gives generated calls real objects to hit, a credential that lives, and counts the answers."""

import atexit
import json
import os
import random
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import schemathesis

WORLD: dict[str, Any] = json.loads(Path(os.environ["CONTRACT_WORLD"]).read_text())
COUNTS: defaultdict[str, Counter[str]] = defaultdict(Counter)
CHANCE = random.Random(7)
ACCOUNT = WORLD["account"]


def login() -> dict[str, str]:
    tokens: dict[str, str] = httpx.post(f"{WORLD['api']}/auth/login", json=ACCOUNT).json()
    return tokens


@schemathesis.auth(refresh_interval=1)
class SignedIn:
    """Signs in again when a generated call has ended the session."""

    token = ""

    def get(self, case: schemathesis.Case, context: schemathesis.AuthContext) -> str:
        header = {"Authorization": f"Bearer {self.token}"}
        alive = self.token and httpx.get(f"{WORLD['api']}/auth/me", headers=header).is_success
        if not alive:
            SignedIn.token = login()["access_token"]
        return self.token

    def set(self, case: schemathesis.Case, data: str, context: schemathesis.AuthContext) -> None:
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, **kwargs: Any) -> None:
    if CHANCE.random() < 0.3:
        return
    operation = f"{case.method.upper()} {case.path}"
    pools = WORLD["pools"]
    for name, value in (case.path_parameters or {}).items():
        pool = pools.get(f"{operation} {name}") or pools.get(f"{case.path} {name}")
        pool = pool or pools.get(name)
        if pool and _is_id(value):
            case.path_parameters[name] = CHANCE.choice(pool)
    if isinstance(case.body, dict):
        _aim(operation, case.body, pools)


def _aim(operation: str, body: dict[str, Any], pools: dict[str, list[str]]) -> None:
    for name, value in body.items():
        pool = pools.get(f"{operation} {name}") or pools.get(name)
        if pool and _is_id(value):
            body[name] = CHANCE.choice(pool)
    fitting = WORLD["bodies"].get(operation)
    if fitting and set(fitting) <= set(body) | set(WORLD["free"].get(operation, ())):
        body.clear()
        body.update(fitting)
        if "refresh_token" in body:
            body["refresh_token"] = login()["refresh_token"]


def _is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    COUNTS[f"{case.operation.method.upper()} {case.operation.path}"][str(response.status_code)] += 1


@atexit.register
def _write() -> None:
    Path(os.environ["CONTRACT_COUNTS"]).write_text(json.dumps(COUNTS))

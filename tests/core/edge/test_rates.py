"""Whom a request counts for, and what the answer says about it."""

import re
from collections.abc import Callable

import httpx
import pytest
from starlette.types import Scope

Call = Callable[..., httpx.AsyncClient]
LOW = {
    "RATE_LIMIT_DEFAULT": "3/minute",
    "RATE_LIMIT_USER": "5/minute",
    "RATE_LIMIT_AUTH": "2/minute",
}
PATH = "/api/v1/whoami"


async def verify(scope: Scope) -> str | None:
    """Two users' tokens hold; every other credential does not."""
    value = dict(scope["headers"]).get(b"authorization", b"").decode()
    return {"Bearer ann": "user-ann", "Bearer bob": "user-bob"}.get(value)


async def allowed(client: httpx.AsyncClient, path: str = PATH, **headers: str) -> int:
    """How many requests pass until one is refused."""
    for count in range(20):
        answer = await client.request("POST" if "auth" in path else "GET", path, headers=headers)
        if answer.status_code == 429:
            return count
    return -1


async def test_every_answer_tells_where_one_stands(call: Call) -> None:
    client = call(**LOW)
    first = await client.get(PATH)
    assert first.headers["ratelimit-policy"] == '"default";q=3;w=60'
    assert first.headers["ratelimit"] == '"default";r=2;t=60'
    assert "retry-after" not in first.headers
    assert (await client.get("/nowhere")).headers["ratelimit"].startswith('"default";r=1;t=')


async def test_a_refusal_says_when_to_come_back(call: Call) -> None:
    client = call(**LOW)
    assert await allowed(client) == 3
    refusal = await client.get(PATH)
    assert refusal.status_code == 429
    assert refusal.headers["content-type"] == "application/problem+json"
    assert refusal.json()["code"] == "rate_limited"
    assert 1 <= int(refusal.headers["retry-after"]) <= 60
    found = re.fullmatch(r'"default";r=0;t=(\d+)', refusal.headers["ratelimit"])
    assert found is not None
    assert found[1] == refusal.headers["retry-after"]
    assert refusal.headers["ratelimit-policy"] == '"default";q=3;w=60'
    assert "x-request-id" in refusal.headers


async def test_strangers_count_by_address(call: Call, wrap: Callable[..., object]) -> None:
    wrapped = wrap(**LOW)

    def from_(peer: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(wrapped, client=(peer, 1))  # type: ignore[arg-type] # ASGI
        return httpx.AsyncClient(transport=transport, base_url="http://localhost")

    assert await allowed(from_("192.0.2.1")) == 3
    assert await allowed(from_("192.0.2.2")) == 3
    assert await allowed(from_("2001:db8:0:1::1")) == 3
    assert await allowed(from_("2001:db8:0:1::ffff")) == 0
    assert await allowed(from_("2001:db8:0:2::1")) == 3


async def test_users_count_by_themselves(call: Call) -> None:
    client = call(authenticate=verify, **LOW)
    assert await allowed(client) == 3
    assert await allowed(client, authorization="Bearer ann") == 5
    assert await allowed(client, authorization="Bearer bob") == 5
    answer = await client.get(PATH, headers={"authorization": "Bearer ann"})
    assert answer.headers["ratelimit-policy"] == '"user";q=5;w=60'


async def test_the_verified_user_is_known_to_the_application(call: Call) -> None:
    answer = await call(authenticate=verify).get(PATH, headers={"authorization": "Bearer ann"})
    assert answer.json()["user_id"] == "user-ann"


async def test_made_up_credentials_do_not_escape(call: Call) -> None:
    client = call(authenticate=verify, **LOW)
    for number in range(3):
        answer = await client.get(PATH, headers={"authorization": f"Bearer invented-{number}"})
        assert answer.status_code == 200
    refusal = await client.get(PATH, headers={"authorization": "Bearer invented-3"})
    assert refusal.status_code == 429


async def test_a_forwarding_header_does_not_escape(call: Call) -> None:
    client = call(peer="192.0.2.1", **LOW)
    answers = [
        await client.get(PATH, headers={"x-forwarded-for": f"198.51.100.{n}"}) for n in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


@pytest.mark.parametrize("spelling", ["/api/v1/auth/login", "/api/v1/auth/login/"])
async def test_logins_have_a_limit_of_their_own(call: Call, spelling: str) -> None:
    client = call(authenticate=verify, **LOW)
    assert await allowed(client, spelling, authorization="Bearer ann") == 2
    assert await allowed(client, "/api/v1/auth/login") == 0
    assert await allowed(client, "/api/v1/auth/refresh") == 2
    assert await allowed(client, PATH) == 3


async def test_probes_are_never_refused(call: Call) -> None:
    client = call(**LOW)
    assert await allowed(client) == 3
    for _ in range(5):
        answer = await client.get("/health")
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers


async def test_several_rates_at_once(call: Call) -> None:
    client = call(RATE_LIMIT_DEFAULT="2/second;3/hour")
    answer = await client.get(PATH)
    assert answer.headers["ratelimit-policy"] == '"default-1s";q=2;w=1, "default-3600s";q=3;w=3600'
    assert answer.headers["ratelimit"].startswith('"default-1s";r=1;t=')


async def test_the_switch(call: Call) -> None:
    client = call(RATE_LIMIT_ENABLED="false", **LOW)
    assert await allowed(client) == -1
    assert await allowed(client, "/api/v1/auth/login") == -1
    assert "ratelimit" not in (await client.get(PATH)).headers


async def test_the_numbers_of_the_defaults(call: Call) -> None:
    client = call(authenticate=verify)
    policies = {
        (await client.get(PATH)).headers["ratelimit-policy"],
        (await client.post("/api/v1/auth/login")).headers["ratelimit-policy"],
        (await client.get(PATH, headers={"authorization": "Bearer bob"})).headers[
            "ratelimit-policy"
        ],
    }
    assert policies == {'"default";q=100;w=60', '"auth";q=10;w=60', '"user";q=1000;w=60'}

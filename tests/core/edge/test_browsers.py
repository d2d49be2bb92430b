"""What browsers are told: security headers, hosts, TLS, other origins."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI, Response
from starlette.types import ASGIApp, Message

Call = Callable[..., httpx.AsyncClient]


class TestHeaders:
    async def test_every_answer_is_hardened(self, call: Call) -> None:
        client = call()
        for path in ("/api/v1/whoami", "/nowhere", "/api/v1/crash", "/health", "/%00"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            policy = "default-src 'none'; frame-ancestors 'none'"
            assert headers["content-security-policy"] == policy
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "camera=()" in headers["permissions-policy"]
            assert headers["cache-control"] == "no-store"
            assert "strict-transport-security" not in headers

    async def test_tls_is_asked_for_again_only_over_tls(self, call: Call) -> None:
        direct = await call(origin="https://localhost").get("/api/v1/whoami")
        assert direct.headers["strict-transport-security"] == "max-age=31536000"
        client = call(peer="10.0.0.1", UPNEXT_TRUSTED_PROXIES="10.0.0.1")
        behind = await client.get("/api/v1/whoami", headers={"x-forwarded-proto": "https"})
        assert "strict-transport-security" in behind.headers
        lying = await call().get("/api/v1/whoami", headers={"x-forwarded-proto": "https"})
        assert "strict-transport-security" not in lying.headers

    async def test_what_an_answer_says_itself_is_kept(self, call: Call) -> None:
        app = FastAPI()

        @app.get("/own")
        async def own(response: Response) -> None:
            response.headers["Content-Security-Policy"] = "sandbox"
            response.headers["Cache-Control"] = "public, max-age=60"

        @app.get("/tagged")
        async def tagged(response: Response) -> None:
            response.headers["ETag"] = '"1"'

        answer = await call(inner=app).get("/own")
        assert answer.headers.get_list("content-security-policy") == ["sandbox"]
        assert answer.headers.get_list("cache-control") == ["public, max-age=60"]
        tagged_answer = await call(inner=app).get("/tagged")
        assert tagged_answer.headers["cache-control"] == "private, no-cache"


class TestHosts:
    @pytest.mark.parametrize(
        "host",
        [
            b"a/abc?x=", b"", b"localhost/", b"localhost:", b"localhost:x", b"localhost:123456",
            b"user@localhost", b"local host", b"localhost, evil", b"[::1", b"::1", b"[::g]",
            b"localhost#", b"localhost\\@evil", b"\xff", b"-", b".localhost",
            b"localhost\tx", b"[1.2.3.4]",
        ],
    )  # fmt: skip
    async def test_t055_a_host_that_is_no_host(self, call: Call, host: bytes) -> None:
        for allowed in ("localhost", "*"):
            client = call(ALLOWED_HOSTS=allowed)
            answer = await client.get("/api/v1/whoami", headers={b"host": host})
            assert answer.status_code == 400
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "invalid_host"

    @pytest.mark.parametrize("count", [0, 2])
    async def test_no_host_or_two(self, wrap: Callable[..., ASGIApp], count: int) -> None:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": "/api/v1/whoami", "raw_path": b"/api/v1/whoami",
            "query_string": b"", "root_path": "", "client": None, "server": ("localhost", 80),
            "headers": [(b"host", b"localhost")] * count,
        }  # fmt: skip
        await wrap()(scope, receive, send)
        assert sent[0]["status"] == 400

    @pytest.mark.parametrize(
        ("allowed", "host", "answered"),
        [
            (None, "localhost:8000", True),
            (None, "LOCALHOST", True),
            (None, "localhost.", True),
            (None, "127.0.0.1:8000", True),
            (None, "[::1]:8000", True),
            (None, "[0:0:0:0:0:0:0:1]", True),
            (None, "evil.example", False),
            (None, "localhost.evil.example", False),
            (None, "192.168.1.5", False),
            ("up.example.org", "up.example.org", True),
            ("up.example.org", "localhost", False),
            ("*.example.org", "a.b.example.org", True),
            ("*.example.org", "example.org", False),
            ("*.example.org", "evilexample.org", False),
            ("*", "anything.example", True),
        ],
    )
    async def test_which_names_are_answered(
        self, call: Call, allowed: str | None, host: str, *, answered: bool
    ) -> None:
        client = call(**({} if allowed is None else {"ALLOWED_HOSTS": allowed}))
        answer = await client.get("/api/v1/whoami", headers={"host": host})
        assert answer.status_code == (200 if answered else 400)
        if not answered:
            assert answer.json()["code"] == "host_not_allowed"

    @pytest.mark.parametrize(
        ("path", "host", "answered"),
        [
            ("/health", "10.42.0.17:8000", True),
            ("/health/", "upnext.internal", True),
            ("/health", "a/b", False),
            ("/metrics", "10.42.0.17:8000", True),
            ("/metrics", "rebound.example", False),
        ],
    )
    async def test_machines_call_an_instance_by_what_they_have(
        self, call: Call, path: str, host: str, *, answered: bool
    ) -> None:
        answer = await call().get(path, headers={"host": host})
        assert (answer.status_code != 400) == answered

    async def test_a_websocket_is_refused_before_it_opens(
        self, wrap: Callable[..., ASGIApp]
    ) -> None:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "websocket", "asgi": {"version": "3.0"}, "scheme": "ws", "path": "/ws",
            "raw_path": b"/ws", "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1),
            "headers": [(b"host", b"evil.example")],
        }  # fmt: skip
        await wrap()(scope, receive, send)
        assert sent == [{"type": "websocket.close", "code": 1008}]


class TestTls:
    async def test_plain_requests_are_sent_to_https(self, call: Call) -> None:
        client = call(UPNEXT_HTTPS_REDIRECT="true")
        answer = await client.post("/api/v1/tasks/?a=1&b=%20")
        assert answer.status_code == 308
        assert answer.headers["location"] == "https://localhost/api/v1/tasks?a=1&b=%20"
        ipv6 = await client.get("/x", headers={"host": "[::1]:80"})
        assert ipv6.headers["location"] == "https://[::1]/x"

    async def test_to_the_public_address_if_there_is_one(self, call: Call) -> None:
        public = {"UPNEXT_PUBLIC_URL": "https://up.example.org:8443"}
        answer = await call(UPNEXT_HTTPS_REDIRECT="true", **public).get("/x")
        assert answer.headers["location"] == "https://up.example.org:8443/x"

    async def test_probes_and_tls_requests_are_answered(self, call: Call) -> None:
        on = {"UPNEXT_HTTPS_REDIRECT": "true"}
        assert (await call(**on).get("/health")).status_code == 200
        secure = call(origin="https://localhost", **on)
        assert (await secure.get("/api/v1/whoami")).status_code == 200

    async def test_never_to_a_host_that_was_refused(self, call: Call) -> None:
        client = call(UPNEXT_HTTPS_REDIRECT="true")
        answer = await client.get("/x", headers={"host": "evil.example"})
        assert answer.status_code == 400


APP = "https://app.example.org"
LISTED = {"UPNEXT_CORS_ORIGINS": APP}
ASKS = {"access-control-request-method": "PATCH"}


class TestOtherOrigins:
    async def test_a_listed_origin_may_read_the_answer(self, call: Call) -> None:
        answer = await call(**LISTED).get("/api/v1/whoami", headers={"origin": APP})
        assert answer.headers["access-control-allow-origin"] == APP
        assert answer.headers["access-control-allow-credentials"] == "true"
        exposed = answer.headers["access-control-expose-headers"]
        for name in ("ETag", "RateLimit", "X-Request-ID", "Idempotent-Replayed", "Location"):
            assert name in exposed
        assert answer.headers["vary"] == "Origin"

    @pytest.mark.parametrize("path", ["/nowhere", "/api/v1/crash", "/%zz"])
    async def test_and_read_why_it_was_refused(self, call: Call, path: str) -> None:
        answer = await call(**LISTED).get(path, headers={"origin": APP})
        assert answer.is_error
        assert answer.headers["access-control-allow-origin"] == APP

    @pytest.mark.parametrize(
        "origin",
        ["https://evil.example", "http://app.example.org", "https://app.example.org.evil", "null"],
    )
    async def test_any_other_origin_may_not(self, call: Call, origin: str) -> None:
        client = call(**LISTED)
        answer = await client.get("/api/v1/whoami", headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"
        asked = await client.options("/api/v1/tasks/1", headers={"origin": origin, **ASKS})
        assert asked.status_code == 403
        assert asked.headers["content-type"] == "application/problem+json"
        assert "access-control-allow-origin" not in asked.headers

    async def test_a_preflight_is_answered_here(self, call: Call) -> None:
        headers = {"origin": APP, **ASKS}
        answer = await call(**LISTED).options("/api/v1/tasks/1", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == APP
        assert "PATCH" in answer.headers["access-control-allow-methods"]
        allowed = answer.headers["access-control-allow-headers"]
        for name in ("Authorization", "If-Match", "Idempotency-Key"):
            assert name in allowed

    async def test_without_a_list_nothing_is_said(self, call: Call) -> None:
        answer = await call().get("/api/v1/whoami", headers={"origin": APP})
        assert "access-control-allow-origin" not in answer.headers
        headers = {"origin": APP, **ASKS}
        assert (await call().options("/api/v1/tasks/1", headers=headers)).status_code == 405

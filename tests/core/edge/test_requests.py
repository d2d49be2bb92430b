"""How long, how large and how clear a request must be; the two spellings of a path."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st

from tests.kit.effort import cpu_below
from upnext.core.edge.paths import unreadable

Call = Callable[..., httpx.AsyncClient]
PROBLEM = "application/problem+json"


async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


class TestPaths:
    @pytest.mark.parametrize("path", ["/api/v1/tasks/7/", "/api/v1/tasks/7", "/health/"])
    async def test_a_slash_at_the_end_changes_nothing(self, call: Call, path: str) -> None:
        answer = await call().get(path)
        assert answer.status_code == 200

    async def test_one_slash_only(self, call: Call) -> None:
        assert (await call().get("/api/v1/tasks/7//")).status_code == 404

    async def test_the_root_stays_the_root(self, call: Call) -> None:
        app = FastAPI()
        app.add_api_route("/", lambda: "root")
        assert (await call(inner=app).get("/")).json() == "root"

    async def test_an_escaped_slash_is_part_of_a_value(self, call: Call) -> None:
        app = FastAPI()
        app.add_api_route("/tags/{tag:path}", lambda tag: tag)
        assert (await call(inner=app).get("/tags/a%2F")).json() == "a/"

    @pytest.mark.parametrize("length", [7_999, 8_000, 8_001, 60_000])
    async def test_length_of_the_url(self, call: Call, length: int) -> None:
        path = "/api/v1/whoami?x="
        answer = await call().get(path + "x" * (length + 1 - len(path)))
        assert answer.status_code == (200 if length <= 8_000 else 414)
        if answer.is_error:
            assert answer.headers["content-type"] == PROBLEM
            assert answer.json()["code"] == "url_too_long"

    @pytest.mark.parametrize(
        "headers", [{"x-large": "x" * 16_000}, {f"x{n}": "" for n in range(4_000)}]
    )
    async def test_size_of_the_headers(self, call: Call, headers: dict[str, str]) -> None:
        answer = await call().get("/api/v1/whoami", headers=headers)
        assert answer.status_code == 431
        assert answer.headers["content-type"] == PROBLEM
        assert (await call().get("/api/v1/whoami", headers={"x": "x" * 15_000})).is_success

    @pytest.mark.parametrize(
        "text", ["%00", "a%00b", "%", "%zz", "%2", "%ff", "%ed%a0%80", "%c0%80"]
    )
    async def test_what_stands_for_no_text(self, call: Call, text: str) -> None:
        for path in (
            f"/api/v1/tasks/{text}",
            f"/api/v1/whoami?text={text}",
            f"/api/v1/whoami?{text}",
        ):
            answer = await call().get(path)
            assert answer.status_code == 422, path
            assert answer.headers["content-type"] == PROBLEM
            expected = "invalid_query" if "?" in path else "invalid_path"
            assert answer.json()["code"] == expected

    @pytest.mark.parametrize("text", ["%C3%A4", "%F0%9F%8E%89", "a%2Fb", "%25", "%0A"])
    async def test_what_does(self, call: Call, text: str) -> None:
        assert (await call().get(f"/api/v1/whoami?text={text}")).status_code == 200

    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    def test_every_text_has_a_spelling(self, text: str) -> None:
        spelled = "".join(f"%{byte:02X}" for byte in text.encode())
        assert unreadable(spelled.encode()) is None

    @given(st.binary())
    def test_no_bytes_break_the_check(self, raw: bytes) -> None:
        assert unreadable(raw) is None or isinstance(unreadable(raw), str)


class TestBodies:
    BOUND = 1_000_000

    @pytest.mark.parametrize("size", [0, BOUND, BOUND + 1, BOUND * 30])
    async def test_an_announced_size(self, call: Call, size: int) -> None:
        answer = await call().post("/api/v1/tasks", content=b" " * size)
        # Blanks are no JSON: 422 says that all of them were read.
        assert answer.status_code == (422 if size <= self.BOUND else 413)
        if size > self.BOUND:
            assert answer.headers["content-type"] == PROBLEM
            assert answer.json()["code"] == "body_too_large"

    async def test_an_announcement_is_enough(self, call: Call) -> None:
        read = False

        async def body() -> AsyncIterator[bytes]:
            nonlocal read
            read = True
            yield b""

        headers = {"content-length": str(self.BOUND + 1)}
        answer = await call().post("/api/v1/tasks", content=body(), headers=headers)
        assert answer.status_code == 413
        assert not read

    @pytest.mark.parametrize(("count", "status"), [(10, 422), (11, 413), (3_000, 413)])
    async def test_counted_without_an_announcement(
        self, call: Call, count: int, status: int
    ) -> None:
        answer = await call().post("/api/v1/tasks", content=chunks(100_000, count))
        assert answer.status_code == status
        assert answer.headers["content-type"] == PROBLEM

    async def test_an_announcement_that_lies_is_not_believed(self, call: Call) -> None:
        headers = {"content-length": "5"}
        answer = await call().post("/api/v1/tasks", content=chunks(600_000, 2), headers=headers)
        assert answer.status_code == 413

    @pytest.mark.parametrize("length", ["-1", "+5", "5_0", "0x10", "five", ""])
    async def test_an_announcement_that_is_no_number(self, call: Call, length: str) -> None:
        headers = {"content-length": length}
        answer = await call().post("/api/v1/tasks", content=chunks(1, 1), headers=headers)
        assert answer.status_code == 400

    async def test_bulk_may_be_larger(self, call: Call) -> None:
        for path in ("/api/v1/tasks/bulk", "/api/v1/tasks/bulk/"):
            fits = await call().post(path, content=chunks(500_000, 10))
            assert fits.status_code == 422
            assert (await call().post(path, content=chunks(500_000, 11))).status_code == 413

    async def test_the_settings_decide(self, call: Call) -> None:
        client = call(UPNEXT_BODY_BYTES="2000", UPNEXT_BULK_BODY_BYTES="3000")
        for path, bound in (("/api/v1/tasks", 2_000), ("/api/v1/tasks/bulk", 3_000)):
            assert (await client.post(path, content=b" " * bound)).status_code == 422
            assert (await client.post(path, content=b" " * (bound + 1))).status_code == 413

    async def test_an_application_cannot_hide_it(self, call: Call) -> None:
        """FastAPI turns whatever a body raises into its own 400."""
        app = FastAPI()

        @app.post("/typed")
        async def typed(request: Request, body: dict[str, int]) -> None: ...

        headers = {"content-type": "application/json"}
        answer = await call(inner=app).post("/typed", content=chunks(500_000, 3), headers=headers)
        assert answer.status_code == 413
        assert answer.json()["code"] == "body_too_large"

    async def test_a_body_where_none_is_expected_counts_too(self, call: Call) -> None:
        answer = await call().request("GET", "/api/v1/whoami", content=b" " * (self.BOUND + 1))
        assert answer.status_code == 413


class TestT107:
    """Requests that are small to send and dear to read."""

    async def test_ten_thousand_ranges(self, call: Call) -> None:
        ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(10_000))
        with cpu_below(0.1):
            answer = await call().get("/api/v1/whoami", headers={"range": ranges})
        assert answer.status_code == 431

    async def test_ten_thousand_parts(self, call: Call) -> None:
        part = '--b\r\nContent-Disposition: form-data; name="f{}"\r\n\r\nx\r\n'
        body = "".join(part.format(n) for n in range(10_000)) + "--b--\r\n"
        headers = {"content-type": "multipart/form-data; boundary=b"}
        with cpu_below(0.1):
            answer = await call().post("/api/v1/form", content=body.encode(), headers=headers)
        assert 400 <= answer.status_code < 500

    async def test_an_endless_field_without_a_file_name(self, call: Call) -> None:
        read = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal read
            yield b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n'
            for _ in range(10_000):
                read += 100_000
                yield b"x" * 100_000

        headers = {"content-type": "multipart/form-data; boundary=b"}
        with cpu_below(0.1):
            answer = await call().post("/api/v1/form", content=endless(), headers=headers)
        assert 400 <= answer.status_code < 500
        assert read <= 1_100_000

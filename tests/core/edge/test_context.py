"""Who calls: ids, addresses behind proxies, the client's program."""

from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.core.edge.addresses import Proxies, bucket, canonical

Call = Callable[..., httpx.AsyncClient]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def whoami(client: httpx.AsyncClient, **headers: str) -> dict[str, object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await client.get("/api/v1/whoami", headers=named)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    assert answer.headers["x-request-id"] == body["request_id"]
    return body


async def test_each_request_gets_an_id_of_its_own(call: Call) -> None:
    first, second = await whoami(call()), await whoami(call())
    assert first["request_id"] != second["request_id"]
    assert len(str(first["request_id"])) == 32


@pytest.mark.parametrize("offered", ["a" * 8, "a" * 64, "A.b_c-1234"])
async def test_a_sound_request_id_of_the_client_is_kept(call: Call, offered: str) -> None:
    assert (await whoami(call(), x_request_id=offered))["request_id"] == offered


@pytest.mark.parametrize(
    "offered", ["short", "a" * 65, "has space", "new\tline12", "<script>x", ""]
)
async def test_any_other_request_id_is_replaced(call: Call, offered: str) -> None:
    assert (await whoami(call(), x_request_id=offered))["request_id"] != offered


@pytest.mark.parametrize(
    ("traceparent", "trace_id"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"cc-{TRACE}-00f067aa0ba902b7-01-what-the-future-will-be-like", TRACE),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        ("garbage", None),
    ],
)
async def test_trace_id(call: Call, traceparent: str, trace_id: str | None) -> None:
    assert (await whoami(call(), traceparent=traceparent))["trace_id"] == trace_id


async def test_the_client_s_program_is_cut_and_printable(call: Call) -> None:
    assert (await whoami(call(), user_agent="x" * 300))["user_agent"] == "x" * 256
    raw = {b"user-agent": "a\u202eb\xff".encode()}
    answer = await call().get("/api/v1/whoami", headers=raw)
    assert answer.json()["user_agent"] == "abÿ"


class TestForwarding:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "expected"),
        [
            # A stranger's header proves nothing.
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
            ("10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"),
            ("10.0.0.1", "1.1.1.1, not an address, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", None, "10.0.0.1"),
            ("10.0.0.1", ", ".join(["1.2.3.4"] + ["10.0.0.9"] * 500), "10.0.0.9"),
        ],
    )
    async def test_the_nearest_address_nobody_trusted_vouches_for(
        self, call: Call, peer: str, forwarded: str | None, expected: str
    ) -> None:
        client = call(peer=peer, UPNEXT_TRUSTED_PROXIES="10.0.0.0/8")
        headers = {} if forwarded is None else {"x_forwarded_for": forwarded}
        assert (await whoami(client, **headers))["ip"] == expected

    async def test_several_headers_are_one_list(self, call: Call) -> None:
        client = call(peer="10.0.0.1", UPNEXT_TRUSTED_PROXIES="10.0.0.0/8")
        headers = [("x-forwarded-for", "1.1.1.1, 198.51.100.1"), ("x-forwarded-for", "10.0.0.2")]
        answer = await client.get("/api/v1/whoami", headers=headers)
        assert answer.json()["ip"] == "198.51.100.1"

    async def test_nobody_is_trusted_unless_named(self, call: Call) -> None:
        answer = await whoami(call(), x_forwarded_for="198.51.100.1", x_forwarded_proto="https")
        assert (answer["ip"], answer["scheme"]) == ("127.0.0.1", "http")

    @pytest.mark.parametrize(
        ("said", "scheme"), [("https", "https"), ("http, https", "https"), ("gopher", "http")]
    )
    async def test_scheme(self, call: Call, said: str, scheme: str) -> None:
        client = call(peer="10.0.0.1", UPNEXT_TRUSTED_PROXIES="10.0.0.0/8")
        assert (await whoami(client, x_forwarded_proto=said))["scheme"] == scheme

    @pytest.mark.parametrize(
        ("peer", "forwarded", "local", "inside"),
        [
            ("127.0.0.1", None, True, True),
            ("::1", None, True, True),
            # A proxy that the settings do not know stands in front: loopback proves nothing.
            ("127.0.0.1", "127.0.0.1", False, False),
            ("10.0.0.1", None, False, True),
            ("10.0.0.1", "127.0.0.1", True, True),
            ("10.0.0.1", "198.51.100.1", False, False),
            ("203.0.113.9", None, False, False),
        ],
    )
    async def test_what_counts_as_this_machine(
        self, call: Call, peer: str, forwarded: str | None, *, local: bool, inside: bool
    ) -> None:
        client = call(peer=peer, UPNEXT_TRUSTED_PROXIES="10.0.0.0/8")
        headers = {} if forwarded is None else {"x_forwarded_for": forwarded}
        answer = await whoami(client, **headers)
        assert (answer["local"], answer["inside"]) == (local, inside)


def test_one_ipv6_customer_is_one_caller() -> None:
    assert bucket("2001:db8:1:2::1") == bucket("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert bucket("2001:db8:1:3::1") != bucket("2001:db8:1:2::1")
    assert bucket("192.0.2.7") == "192.0.2.7"


@given(st.lists(st.text(max_size=40), max_size=30).map(",".join), st.ip_addresses().map(str))
def test_no_header_makes_up_an_address_or_breaks(forwarded: str, peer: str) -> None:
    proxies = Proxies(["0.0.0.0/0", "::/0"])
    header = (b"x-forwarded-for", forwarded.encode("utf-8", "surrogatepass"))
    found = proxies.client({"client": (peer, 1), "headers": [header]})
    assert found is not None
    assert canonical(found) == found

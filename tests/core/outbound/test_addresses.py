"""Which URLs and addresses may be called: tables, and no network."""

import ipaddress

import pytest

from tests.core.outbound.serving import Scripted
from upnext.core.outbound import Allowed, Outbound, OutboundRefused, allowed_of
from upnext.core.outbound.addresses import may_call
from upnext.core.outbound.targets import read_target

FORBIDDEN = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.0.1",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1", "64:ff9b:1:fffe::a00:1", "100::1",
    "5f00::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "2002:808:808::", "3ffe::1", "3fff::1",
    "2606:4700::5efe:7f00:1", "2606:4700::200:5efe:a00:1", "4000::1", "fc00::1", "fd00:ec2::254",
    "fdff::1", "fe80::1", "fe80::1%eth0", "fec0::1", "feff::1", "ff02::1", "ff0e::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1",
    "126.255.255.255", "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.1", "192.0.1.1",
    "192.167.1.1", "198.17.1.1", "198.20.0.1", "223.255.255.255", "168.63.129.17",
    "2606:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::200e",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_not_public_is_not_called(address: str) -> None:
    assert not may_call(ipaddress.ip_address(address), Allowed())


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_called(address: str) -> None:
    assert may_call(ipaddress.ip_address(address), Allowed())


@pytest.mark.parametrize(
    "address", [one for one in FORBIDDEN if "%" not in one and "." not in one.replace("::", "")]
)
async def test_an_address_in_a_url_is_vetted_as_one_of_a_name(address: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        await Outbound().check(f"https://[{address}]/")
    assert refused.value.code == "forbidden_address"


async def test_other_dots_make_the_same_address() -> None:
    for url in ("http://127。0。0。1/", "http://127．0．0．1/"):  # noqa: RUF001 - that is the point
        with pytest.raises(OutboundRefused):
            await Outbound().check(url)


SPELLINGS = [
    "2130706433", "0x7f000001", "0x7f.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "017700000001",
    "127.1", "127.0.1", "127.0.0.01", "0x7F000001", "127.0.0.1.5", "1", "0", "0x", "00.0.0.0",
    "256.1.1.1", "example.123", "localhost.0x7f",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_an_address_has_one_spelling(host: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        read_target(f"http://{host}/")
    assert refused.value.code == "invalid_url"


UNREADABLE = [
    "", "example.org", "//example.org", "ftp://example.org", "file:///etc/passwd", "gopher://a/",
    "javascript:alert(1)", "http://", "http:///path", "http:example.org", "https://:443/",
    "http://a@127.0.0.1/", "http://a:b@example.org/", "http://@example.org/",
    "http://1.1.1.1\\@127.0.0.1/", "http://example.org\\.evil.example/", "http://exa mple.org/",
    "http://example.org/\r\nHost: evil", "http://example.org/\t", "http://example.org\n",
    "\x00http://example.org", "http://example.org:99999/", "http://example.org:0x50/",
    "http://[::1", "http://::1/", "http://[fe80::1%25eth0]/", "http://[127.0.0.1]/",
    "http://exa%6dple.org/", "http://-a.example/", "http://a..example/", "http://.example.org/",
    f"http://{'a' * 64}.example/", f"http://example.org/{'a' * 3000}",
    # Other digits and dots, which some programs read as 127.0.0.1.
    "http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/",  # noqa: RUF001 - that is the point
    "http://exam\u200bple.org/", "http://ⓛocalhost/",
]  # fmt: skip


@pytest.mark.parametrize("url", UNREADABLE)
def test_a_url_that_can_be_read_in_two_ways_is_not_read(url: str) -> None:
    with pytest.raises(OutboundRefused) as refused:
        read_target(url)
    assert refused.value.code == "invalid_url"


@pytest.mark.parametrize(
    "port", [1, 22, 25, 53, 110, 143, 445, 587, 993, 1023, 2375, 3306, 5432, 6379, 9200, 11211]
)
def test_ports_of_other_services_are_not_called(port: int) -> None:
    with pytest.raises(OutboundRefused, match="port"):
        read_target(f"http://example.org:{port}/")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://Example.ORG/path?a=b", "example.org", 443),
        ("http://example.org.:8080", "example.org", 8080),
        ("https://bücher.example/", "xn--bcher-kva.example", 443),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443),
        ("http://8.8.8.8:8443/", "8.8.8.8", 8443),
        ("http://[2606:4700:0::1111]/", "2606:4700:0::1111", 80),
        ("http://my_host.example/", "my_host.example", 80),
        ("http://123.example.org/", "123.example.org", 80),
    ],
)
def test_a_plain_url_is_read(url: str, host: str, port: int) -> None:
    target = read_target(url)
    assert (target.host, target.port) == (host, port)


class TestNames:
    @pytest.mark.parametrize("address", FORBIDDEN)
    async def test_a_name_of_a_private_address_is_refused(self, address: str) -> None:
        outbound = Outbound(resolver=Scripted([[address]]))
        with pytest.raises(OutboundRefused) as refused:
            await outbound.request("GET", "https://hooks.example.org/")
        assert refused.value.code == "forbidden_address"

    async def test_one_private_address_among_public_ones_is_enough(self) -> None:
        for mixed in (["1.1.1.1", "10.0.0.1"], ["2606:4700::1111", "1.1.1.1", "::1"]):
            with pytest.raises(OutboundRefused):
                await Outbound(resolver=Scripted([mixed])).check("https://hooks.example.org/")

    async def test_a_name_that_does_not_exist_looks_like_a_private_one(self) -> None:
        said = set()
        for answer in ([], ["10.0.0.1"], OSError("no such name"), ["not an address"]):
            outbound = Outbound(resolver=Scripted([answer]))
            with pytest.raises(OutboundRefused) as refused:
                await outbound.check("https://db.internal.example/")
            said.add((refused.value.code, refused.value.detail))
        assert len(said) == 1

    async def test_the_name_of_this_machine_is_private_for_the_real_resolver(self) -> None:
        for host in ("localhost", "localhost.", "LOCALHOST"):
            outbound = Outbound()
            with pytest.raises(OutboundRefused):
                await outbound.check(f"http://{host}/")
            outbound.close()


class TestAllowed:
    ALLOWED = allowed_of([ipaddress.ip_network("10.1.0.0/16"), "hooks.example.lan"])

    @pytest.mark.parametrize(
        ("host", "address", "fine"),
        [
            ("a.example.org", "10.1.2.3", True),
            ("a.example.org", "10.2.2.3", False),
            ("a.example.org", "::ffff:10.1.2.3", False),
            ("hooks.example.lan", "192.168.7.7", True),
            ("HOOKS.example.lan.", "192.168.7.7", True),
            ("x.hooks.example.lan", "192.168.7.7", False),
        ],
    )
    async def test_only_what_is_named(self, host: str, address: str, fine: bool) -> None:
        outbound = Outbound(self.ALLOWED, resolver=Scripted([[address]]))
        if fine:
            await outbound.check(f"http://{host}/")
            return
        with pytest.raises(OutboundRefused):
            await outbound.check(f"http://{host}/")

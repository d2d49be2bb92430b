"""What each kind of value accepts, what it becomes, and how a refusal reads."""

import ipaddress
import re
from pathlib import Path

import limits
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upnext.core.config import ConfigError, Settings, load
from upnext.core.config.addresses import masked
from upnext.core.config.values import rate

KEY = "k3y-of-the-tests-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KEYS = {"SECRET_KEY": KEY, "JWT_SECRET_KEY": KEY[::-1]}


def loaded(**environ: str) -> Settings:
    return load(environ={"HOME": "/nonexistent"} | KEYS | environ)


def refused(**environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(**environ)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "port"), [("0", 0), ("65535", 65535), (" 8_080 ", 8080), ("0080", 80)]
)
def test_numbers(text: str, port: int) -> None:
    assert loaded(API_PORT=text).server.port == port


@pytest.mark.parametrize("text", ["-1", "65536", "1e3", "8080.0", "٣", "x", "_", "9" * 5000])
def test_refused_numbers(text: str) -> None:
    said = refused(API_PORT=text)
    assert said.startswith("API_PORT (environment) is '")
    assert said.endswith("Accepted: a whole number from 0 to 65,535.")
    assert len(said) < 250


@pytest.mark.parametrize("text", ["true", "Yes", "ON", "1", "false", "no", "off", " 0 "])
def test_flags(text: str) -> None:
    expected = text.strip().lower() in {"true", "yes", "on", "1"}
    assert loaded(RATE_LIMIT_ENABLED=text).limits.enabled is expected


def test_refused_flag() -> None:
    assert "is 'maybe', which is neither true nor false" in refused(RATE_LIMIT_ENABLED="maybe")


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ("PRODUCTION", "production"),
        ("dev", "development"),
        ("prod", "production"),
        ("test", "test"),
    ],
)
def test_words(text: str, env: str) -> None:
    assert loaded(ENV=text).env == env


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "none", "HS1", "HS256,none"])
def test_t053_only_hmac_algorithms(algorithm: str) -> None:
    assert "Accepted: HS256, HS384 or HS512." in refused(JWT_ALGORITHM=algorithm)


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("Example.ORG", ("example.org",)),
        ("a.b., *.c.d\n*", ("a.b", "*.c.d", "*")),
        ("[::1],127.0.0.1 my_box", ("::1", "127.0.0.1", "my_box")),
        ("a,a,A", ("a",)),
        ("xn--bcher-kva.example", ("xn--bcher-kva.example",)),
    ],
)
def test_allowed_hosts(text: str, hosts: tuple[str, ...]) -> None:
    assert loaded(ALLOWED_HOSTS=text).server.allowed_hosts == hosts


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ok.org,b:80", "has 'b:80', which names a port: write the host alone"),
        ("[::1]:80", "names a port"),
        ("https://b", "names a scheme"),
        ("a/b", "is no host name"),
        ("a*", "is no host name"),
        ("*.*", "is no host name"),
        ("-a.org", "is no host name"),
        ("a..b", "is no host name"),
        ("300.1.1.1", "is no host name"),
        ("bücher.example", "is no host name"),
    ],
)
def test_refused_hosts(text: str, why: str) -> None:
    assert why in refused(ALLOWED_HOSTS=text)


@pytest.mark.parametrize(
    ("environ", "more"),
    [
        ({}, ()),
        ({"UPNEXT_HOST": "0.0.0.0"}, ()),
        ({"UPNEXT_HOST": "[::]"}, ()),
        ({"UPNEXT_HOST": "10.0.0.5"}, ("10.0.0.5",)),
        ({"UPNEXT_PUBLIC_URL": "https://Up.example.org:8443/"}, ("up.example.org",)),
        ({"UPNEXT_HOST": "x", "UPNEXT_PUBLIC_URL": "http://x"}, ("x",)),
    ],
)
def test_hosts_allowed_by_default(environ: dict[str, str], more: tuple[str, ...]) -> None:
    assert loaded(**environ).server.allowed_hosts == ("localhost", "127.0.0.1", "::1", *more)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Up.Example.org/", "https://up.example.org"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("https://[::1]:8000", "https://[::1]:8000"),
    ],
)
def test_public_url(text: str, url: str) -> None:
    assert loaded(UPNEXT_PUBLIC_URL=text).server.public_url == url


@pytest.mark.parametrize(
    "text",
    ["up.org", "ftp://x", "https://x/path", "https://x?q", "https://u@x", "https://x:99999", "https://",
     "https://x#f", "https://x y", "https://[::1", "http://*"],
)  # fmt: skip
def test_refused_origins(text: str) -> None:
    assert refused(UPNEXT_PUBLIC_URL=text).startswith("UPNEXT_PUBLIC_URL (environment) is")
    assert refused(UPNEXT_CORS_ORIGINS=f"https://ok.org,{text}")


def test_networks() -> None:
    found = loaded(UPNEXT_TRUSTED_PROXIES="10.0.0.0/8, 192.168.0.7 fd00::/8").server.trusted_proxies
    assert found == tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "192.168.0.7/32", "fd00::/8")))
    said = refused(UPNEXT_TRUSTED_PROXIES="10.0.0.1/8")
    assert "has '10.0.0.1/8', which is no address or network" in said


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("postgresql://u:p@h/db", "postgresql://u:p@h/db"),
        ("postgres://u:p%40@h:5432/db?sslmode=require", "postgresql://u:p%40@h:5432/db?sslmode=require"),
        ("postgresql:///db?host=/run/postgresql", "postgresql:///db?host=/run/postgresql"),
        ("mysql://u@h/db", "mysql://u@h/db"),
        ("mariadb://u@h/db", "mysql://u@h/db"),
        ("sqlite:////var/lib/a b/x.db", "sqlite:////var/lib/a b/x.db"),
    ],
)  # fmt: skip
def test_database_urls(text: str, url: str) -> None:
    settings = loaded(DATABASE_URL=text)
    assert settings.database.url == url
    assert not settings.embedded


def test_a_relative_sqlite_file_is_fixed_to_this_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    url = loaded(DATABASE_URL="sqlite:///x.db").database.url
    assert url == f"sqlite:///{tmp_path}/x.db"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("postgresql+asyncpg://u:hunter2@h/db", "names the driver asyncpg: write postgresql://"),
        ("oracle://u:hunter2@h/db", "is for a database that Upnext does not speak"),
        ("u:hunter2@h/db", "is for a database that Upnext does not speak"),
        ("postgresql://u:hunter2@h", "names no database"),
        ("postgresql:///hunter2", "names no host"),
        ("postgresql://u:hunter2#x@h/db", "percent-encode"),
        ("postgresql://u:hunter2/x@h/db", "percent-encode"),
        ("postgresql://u:2/hunter2@h/db", "percent-encode"),
        ("postgresql://u:hunter2@h/db#x", "has a # in it"),
        ("postgresql://u:hunter2@h:0/db", "no usable host and port"),
        ("postgresql://u:hunter2 @h/db", "white space"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://hunter2/x.db", "names no file"),
        ("sqlite:///x.db?mode=hunter2", "names no file"),
        ("sqlite+aiosqlite:///hunter2.db", "names the driver aiosqlite: write sqlite://"),
    ],
)
def test_refused_database_urls(text: str, why: str) -> None:
    said = refused(DATABASE_URL=text)
    assert why in said
    assert "hunter2" not in said


@pytest.mark.parametrize("text", ["redis://h", "rediss://u:p@h:6380/2", "redis://h:6379/"])
def test_redis_urls(text: str) -> None:
    assert loaded(REDIS_URL=text).redis.url == text


@pytest.mark.parametrize("text", ["http://h", "redis://", "redis://h/x", "redis://:hunter2@h:x"])
def test_refused_redis_urls(text: str) -> None:
    said = refused(REDIS_URL=text)
    assert "Accepted: redis://host:6379/0, or" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:hunter2@h:1/db?x=1", "postgresql://u:********@h:1/db?x=1"),
        ("postgresql://u:hu:nt@er@h/db", "postgresql://u:********@h/db"),
        ("postgresql:///db?host=/s&password=hunter2", "postgresql:///db?host=%2Fs&password=********"),
        ("redis://:hunter2@h", "redis://:********@h"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
    ],
)  # fmt: skip
def test_urls_are_printed_without_passwords(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.mark.parametrize(
    "text",
    [
        "100/minute",
        "10 per second",
        "5/10 minutes",
        "1000/HOUR",
        "1/day;2/month,3/year",
        "7 / hours",
    ],
)
def test_rates_mean_the_same_to_the_limiter(text: str) -> None:
    assert loaded(RATE_LIMIT_AUTH=text).limits.auth == text
    assert all(item.amount > 0 for item in limits.parse_many(text))


@pytest.mark.parametrize(
    "text",
    ["100", "0/minute", "-1/minute", "10/fortnight", "10/minute;", "10/0minutes", "٣/minute", ";"],
)
def test_refused_rates(text: str) -> None:
    assert "is not understood. Accepted: a rate such as 100/minute" in refused(RATE_LIMIT_AUTH=text)


@given(st.text("0123456789 /;,persecondminutehourdayx\n", max_size=30))
def test_every_rate_accepted_is_read_by_the_limiter(text: str) -> None:
    try:
        rate.parse(text)
    except ValueError:
        return
    assert len(limits.parse_many(text)) == len(re.split("[,;]", text))


@pytest.mark.parametrize("text", ["a@b", "a b@c.d", "@c.d", "a@@c.d", "a@.d"])
def test_refused_emails(text: str) -> None:
    assert "is not an e-mail address" in refused(ADMIN_EMAIL=text, ADMIN_PASSWORD="long enough")


@pytest.mark.parametrize("password", ["short12", "x" * 129])
def test_refused_passwords_are_not_repeated(password: str) -> None:
    said = refused(ADMIN_EMAIL="a@b.c", ADMIN_PASSWORD=password)
    assert f"has {len(password)} characters" in said
    assert password not in said


def test_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ann")
    assert loaded(UPNEXT_DATA_DIR="d").data_dir == tmp_path / "d"
    assert loaded(UPNEXT_DATA_DIR="~/d").data_dir == Path("/home/ann/d")
    assert "has a ? in it" in refused(UPNEXT_DATA_DIR="/a?b")
    assert "home directory" in refused(UPNEXT_DATA_DIR="~no-such-user-here/d")

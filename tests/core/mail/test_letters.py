"""What is in a mail, and what can never get into one."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from jinja2 import UndefinedError

from upnext.core.config import load
from upnext.core.config.mail import MailSettings
from upnext.core.keys import BadCiphertext, KeyRing
from upnext.core.mail import Letter, base_url, link, opened, render, seal
from upnext.core.mail.letters import compose
from upnext.core.mail.rendering import inert

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LETTER = Letter(
    id=UUID(int=7), to="a@example.org", subject="Hello", text="Plain\n", html="<p>Rich</p>"
)
SETTINGS = MailSettings(sender="upnext@example.org", sender_name="Upnext")
SECRETS = {
    "SECRET_KEY": "not-so-secret-0123456789abcdef-mails",
    "JWT_SECRET_KEY": "nor-is-this-one-0123456789abcdef-mails",
    "DATABASE_URL": "sqlite:////nowhere/at/all.db",
}


def test_a_mail_has_both_parts_and_a_stable_id() -> None:
    first, second = (compose(LETTER, SETTINGS, NOW) for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] == f"<{LETTER.id}@example.org>"
    read = message_from_bytes(first.as_bytes(), policy=policy.default)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == ("Plain", "<p>Rich</p>")
    assert (read["To"], read["From"]) == ("a@example.org", "Upnext <upnext@example.org>")
    assert "List-Unsubscribe" not in read


def test_one_click_unsubscribes() -> None:
    url = "https://upnext.example.org/unsubscribe/upn_unsubscribe_x"
    letter = Letter(id=LETTER.id, to=LETTER.to, subject="x", text="x", html="x", unsubscribe=url)
    mail = compose(letter, SETTINGS, NOW)
    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("breaking", ["\r\nBcc: x@evil.example", "\nX: y", "\r\r\n\r\nBody", "\0"])
def test_nobodys_words_become_a_header(breaking: str) -> None:
    letter = Letter(id=LETTER.id, to=LETTER.to, subject=f"Hi{breaking}", text="t", html="h")
    read = message_from_bytes(compose(letter, SETTINGS, NOW).as_bytes(), policy=policy.default)
    assert set(read.keys()) == set(compose(LETTER, SETTINGS, NOW).keys())
    assert read["Subject"].startswith("Hi")


def test_a_line_break_in_an_address_is_refused() -> None:
    letter = Letter(id=LETTER.id, to="a@b.example\r\nBcc: c@d", subject="x", text="t", html="h")
    with pytest.raises(ValueError, match=r"invalid|address|CR|linefeed"):
        compose(letter, SETTINGS, NOW)


def test_words_are_text_in_both_parts() -> None:
    name = "<script>alert(1)</script> https://evil.example/x www.evil.example a@evil.example"
    parts = render("upnext.identity", "verify", name=name, url="https://good.example/#t", hours=1)
    assert "<script>" not in parts.html
    assert "&lt;script&gt;" in parts.html
    for part in parts:
        assert "evil.example" not in part
        assert "https://evil" not in part
        assert "a@evil" not in part
    assert "https://good.example/#t" in parts.text
    assert 'href="https://good.example/#t"' in parts.html
    assert parts.subject == "Confirm your e-mail address"


def test_what_is_inert_looks_the_same() -> None:
    assert inert("Fix v1.2: all of it.").replace("\u2060", "") == "Fix v1.2: all of it."


def test_a_template_needs_all_it_shows() -> None:
    with pytest.raises(UndefinedError):
        render("upnext.identity", "verify", name="Ada")


def test_a_waiting_letter_tells_nothing(tmp_path: Path) -> None:
    keys = KeyRing(load(environ={**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path)}).auth)
    sealed = seal(keys, LETTER)
    assert "Plain" not in str(sealed)
    assert LETTER.to not in str(sealed)
    assert opened(keys, sealed) == LETTER
    with pytest.raises(BadCiphertext):
        opened(keys, type(sealed)({**sealed, "letter_id": str(UUID(int=8))}))


def test_links_come_from_the_settings(tmp_path: Path) -> None:
    """059: nobody's Host header decides where a reset link leads."""
    environ = {**SECRETS, "UPNEXT_DATA_DIR": str(tmp_path)}
    plain = load(environ={**environ, "UPNEXT_HOST": "0.0.0.0", "API_PORT": "9"})
    assert base_url(plain) == "http://localhost:9"
    public = load(environ={**environ, "UPNEXT_PUBLIC_URL": "https://work.example.org"})
    assert link(public, "reset-password", "t") == "https://work.example.org/reset-password#token=t"

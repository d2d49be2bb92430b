"""From Markdown to HTML that can be shown as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.comments.payloads import PAYLOADS, wrong_in
from tests.comments.saying import said, say
from tests.kit.app import Person, good
from tests.kit.effort import cpu_below
from tests.tasks.making import make
from upnext.comments import markdown

MIA = {"mia": "0192f5c0-0000-7000-8000-000000000001"}


def _rendered(text: str) -> str:
    return markdown.render(markdown.parse(text), MIA)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("# a\n\n---", "<h1>a</h1>\n<hr>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("```py\nx < y\n```", "<pre><code>x &lt; y\n</code></pre>"),
        (
            '[a](https://b.example/?c=d&e "f")',
            '<p><a href="https://b.example/?c=d&amp;e" title="f" rel="nofollow noopener">a</a></p>',
        ),
        (
            "<mailto:a@b.example>",
            '<p><a href="mailto:a@b.example" rel="nofollow noopener">mailto:a@b.example</a></p>',
        ),
        ("[a](/b) [c](d)", "<p>[a](/b) [c](d)</p>"),
        (
            "![a](https://b.example/c.png)",
            '<p>!<a href="https://b.example/c.png" rel="nofollow noopener">a</a></p>',
        ),
        ('<b>a</b> & "c"', '<p>&lt;b&gt;a&lt;/b&gt; &amp; "c"</p>'),
        (
            "@mia.",
            f'<p><span class="mention" data-mention="{MIA["mia"]}">@mia</span>.</p>',
        ),
    ],
)
def test_what_it_becomes(text: str, html: str) -> None:
    assert _rendered(text).strip() == html


def test_t082_nothing_of_a_payload_works() -> None:
    assert len(PAYLOADS) >= 200
    found = {text: wrong for text in PAYLOADS if (wrong := wrong_in(_rendered(text)))}
    assert found == {}


def test_the_inspection_sees_what_is_wrong() -> None:
    for text in ("<script>", "<p onclick=x>", "<a href='javascript:x' rel='nofollow noopener'>",
                 "<a href='https://a.b'>", "<!--x-->", "<img src=x>"):  # fmt: skip
        assert wrong_in(text), text


@given(st.text(max_size=200) | st.text("<>\"'&;:/@[]()!*_`~#-|\\\n xjsmia", max_size=200))
def test_t082_nor_of_anything_else(text: str) -> None:
    assert wrong_in(_rendered(text)) == []


@pytest.mark.parametrize(
    "text",
    ["[", ">", "- ", "`", "[a](", "<", "&", "@a", "![[", "a**b", "_a", "~~a", "* * ", "a\n",
     "|a", "[x]: ", "1. ", "\\", "*a_", "@a."],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    with cpu_below(3):
        _rendered((text * 10_000)[:10_000])


async def test_t082_through_the_api(person: Person) -> None:
    task = await make(person)
    for text in PAYLOADS[:: len(PAYLOADS) // 20]:
        if "\x01" not in text:
            made = await say(person, task, text)
            assert wrong_in(made["body_html"]) == []
            assert made["body"] == text.strip()


async def test_what_an_older_rendering_left_is_made_anew(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await make(person)
    name = person.email.partition("@")[0]
    made = await say(person, task, f"**Hi** @{name}")
    monkeypatch.setattr(markdown, "RENDERING", markdown.RENDERING + 1)
    monkeypatch.setattr(markdown, "_TAGS", frozenset({"p", "span"}))
    (shown,) = await said(person, task)
    assert shown["body_html"] == made["body_html"].replace("<strong>Hi</strong>", "Hi")
    assert good(await person.client.get(f"/comments/{made['id']}")) == shown

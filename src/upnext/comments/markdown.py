"""Markdown to HTML that is safe to show: rendered without raw HTML, then sanitised all the same.

Knows nothing of tasks or people: whoever renders says whom a name means.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from upnext.identity.names import key

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

RENDERING: Final = 1
"""Counts up when the same text would be rendered in another way: what was kept is made anew."""

MOST_NAMES: Final = 50
SCHEMES: Final = frozenset({"http", "https", "mailto"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# A user name, or an address; never in the middle of a word, so not within an address either.
_MENTION = re.compile(r"(?<![\w@./+-])@(\w[\w.+-]*(?:@[\w-]+(?:\.[\w-]+)+)?)")
_TAGS: Final = frozenset(
    {"a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li"}
    | {"ol", "p", "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, "span": {"data-mention"}}
_CLASSES: Final = {"span": {"mention"}}


@dataclass(frozen=True, slots=True)
class Parsed:
    text: str
    tokens: Sequence["Token"]
    names: Sequence[str]
    """What stands after an @, in the form in which names are equal, each once."""


def parse(text: str) -> Parsed:
    tokens = _parser().parse(text)
    names: dict[str, None] = {}
    for token in _texts(tokens):
        for found in _MENTION.finditer(token.content):
            names.setdefault(key(_name(found)))
    return Parsed(text, tokens, list(names)[:MOST_NAMES])


def render(parsed: Parsed, mentioned: Mapping[str, str]) -> str:
    """`mentioned` has the ids of users by names; every other name stays text."""
    import nh3  # noqa: PLC0415  (with the parser below: loaded by the first comment)

    parser = _parser()
    html = parser.renderer.render(parsed.tokens, parser.options, {"mentioned": mentioned})
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        allowed_classes={tag: set(names) for tag, names in _CLASSES.items()},
        url_schemes=set(SCHEMES),
        link_rel="nofollow noopener",
    )


@cache
def _parser() -> "MarkdownIt":
    """Loads its library when the first comment is rendered, and not at every start."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  (see above)

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    # No images: whoever reads a comment would tell its author's server so.
    parser.enable(["table", "strikethrough"]).disable("image")
    setattr(parser, "validateLink", _leads_somewhere)  # noqa: B010  (as its documentation says)
    parser.add_render_rule("text", _text)
    return parser


def _leads_somewhere(url: str) -> bool:
    found = _SCHEME.match(url.strip())
    return found is not None and found[1].lower() in SCHEMES


def _texts(tokens: Sequence["Token"]) -> Iterator["Token"]:
    """Those in which an @ is a mention; marks the others, which stand in links."""
    for block in tokens:
        depth = 0
        for token in block.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type == "text" and depth == 0:
                token.meta["mentions"] = True
                yield token


def _text(
    _: object,
    tokens: Sequence["Token"],
    place: int,
    __: object,
    env: Mapping[str, Mapping[str, str]],
) -> str:
    token = tokens[place]
    if not token.meta.get("mentions"):
        return escape(token.content)
    mentioned, parts, end = env["mentioned"], [], 0
    for found in _MENTION.finditer(token.content):
        name = _name(found)
        user_id = mentioned.get(key(name))
        if user_id is None:
            continue
        shown = f'<span class="mention" data-mention="{escape(user_id)}">@{escape(name)}</span>'
        parts += [escape(token.content[end : found.start()]), shown]
        end = found.start() + 1 + len(name)
    return "".join([*parts, escape(token.content[end:])])


def _name(found: "re.Match[str]") -> str:
    """Without what ends a sentence."""
    return found[1].rstrip(".-+_") or found[1]

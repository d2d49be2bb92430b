"""Plain text of descriptions that are kept as HTML.

By one expression that never goes back, since the text is a stranger's: the standard library's
parser takes the square of the time for some that are broken.
"""

import re
from html import unescape

_BLOCKS = frozenset({"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "pre", "blockquote", "table"})
_SILENT = frozenset({"script", "style", "head"})
_TAG = re.compile(r"<(/?+)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
_ADDRESS = re.compile(r"""\bhref\s?=\s?["']?([^"'\s<>]++)""", re.IGNORECASE)
_GAPS = re.compile(r"\n{3,}+")


def plain(text: str) -> str:
    """The words without tags; lists get dashes, and links keep their address."""
    if not _TAG.search(text):
        return text
    writer = _Writer()
    end = 0
    for tag in _TAG.finditer(text):
        writer.words(text[end : tag.start()])
        writer.tag(tag[2].lower(), tag[3], closing=bool(tag[1]))
        end = tag.end()
    writer.words(text[end:])
    return _GAPS.sub("\n\n", "".join(writer.parts)).strip()


class _Writer:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self._silent: str | None = None
        self._link = ""

    def words(self, text: str) -> None:
        if text and self._silent is None:
            inside_item = self.parts and self.parts[-1] == "\n- "
            words = unescape(text)
            self.parts.append(words.lstrip() if inside_item else words)

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if name in _SILENT:
            self._silent = None if closing else name
        elif name == "a":
            self._anchor(attributes, closing=closing)
        elif name in _BLOCKS:
            self.parts.append("\n\n")
        elif not closing and name in {"li", "br"}:
            self.parts.append("\n- " if name == "li" else "\n")

    def _anchor(self, attributes: str, *, closing: bool) -> None:
        if not closing:
            found = _ADDRESS.search(attributes)
            self._link = unescape(found[1]) if found else ""
        elif self._link:
            if self._link not in "".join(self.parts[-2:]):
                self.parts.append(f" ({self._link})")
            self._link = ""

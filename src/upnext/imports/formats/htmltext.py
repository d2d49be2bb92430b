"""Plain text of descriptions that are kept as HTML."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "pre", "blockquote", "table"})
_SILENT = frozenset({"script", "style", "head"})
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_GAPS = re.compile(r"\n{3,}")


def plain(text: str) -> str:
    """The words without tags; lists get dashes, and links keep their address."""
    if not _TAG.search(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return _GAPS.sub("\n\n", "".join(reader.parts)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address and address not in "".join(self.parts[-2:]):
                self.parts.append(f" ({address})")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            inside_item = self.parts and self.parts[-1] == "\n- "
            self.parts.append(data.lstrip() if inside_item else data)

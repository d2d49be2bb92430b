"""What has broken other renderers, in every place that a comment has for it."""

import itertools
from html.parser import HTMLParser
from urllib.parse import urlsplit

_RAW = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<a href="javascript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import'http://evil.example'</style>",
    '"><script>alert(1)</script>',
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    '<span class="mention" data-mention="x" onclick="alert(1)">@x</span>',
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<ScRiPt\n>alert(1)</sCrIpT\t>",
    "<base href='http://evil.example/'>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
)
_URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java&#x0A;script:alert(1)",
    "&#106;avascript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "javascript&colon;alert(1)",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "http:javascript:alert(1)",
    "ftp://evil.example",
    'https://a.example/" onmouseover="alert(1)',
    "https://a.example/'onmouseover='alert(1)",
    "https://a.example/><script>alert(1)</script>",
)
_AROUND_RAW = ("{}", "a {} b", "> {}", "- {}", "# {}", "`{}`", "| {} |\n|---|\n| {} |", "**{}**")
_AROUND_URLS = (
    "[x]({})", "[x](<{}>)", "<{}>", "![x]({})", "[x][r]\n\n[r]: {}", '[x]({} "t\\" onclick=\\"y")',
    "@mia [@mia]({})", "[![i]({})]({})",
)  # fmt: skip

PAYLOADS = [
    around.replace("{}", part)
    for arounds, parts in ((_AROUND_RAW, _RAW), (_AROUND_URLS, _URLS))
    for around, part in itertools.product(arounds, parts)
]

ALLOWED = {
    "a": {"href", "rel", "title"},
    "ol": {"start"},
    "span": {"class", "data-mention"},
    **{
        tag: set()
        for tag in ("blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6")
    },
    **{tag: set() for tag in ("hr", "li", "p", "pre", "s", "strong", "table", "tbody", "td")},
    **{tag: set() for tag in ("th", "thead", "tr", "ul")},
}


class Inspector(HTMLParser):
    """Collects whatever is not on the list."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.wrong.append(f"{tag} {name}")
            if name == "href" and urlsplit(value or "").scheme not in {"http", "https", "mailto"}:
                self.wrong.append(f"href {value}")
        if tag == "a" and dict(attrs).get("rel") != "nofollow noopener":
            self.wrong.append("a without rel")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")


def wrong_in(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.wrong

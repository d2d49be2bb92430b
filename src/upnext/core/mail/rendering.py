"""Templates to text and HTML. What people wrote is text in both: it becomes no tag and no link.

A domain keeps its templates in its folder `mails`: `NAME.txt`, whose first line is the subject,
and `NAME.html`, which extends `layout.html`.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from jinja2 import Environment

# Where a mail program would see the beginning of an address, as in www.example.org or http://x.
ADDRESSES: Final = re.compile(r"(?<=\w)([.:@])(?=[\w/])")
WORD_JOINER: Final = "\u2060"


class Parts(NamedTuple):
    subject: str
    text: str
    html: str


def inert(text: object) -> str:
    """Looks the same, and no mail program makes a link of it: a workspace's name may not send
    people anywhere in our name."""
    return ADDRESSES.sub(rf"\1{WORD_JOINER}", str(text))


def render(package: str, name: str, /, **context: Any) -> Parts:  # whatever a template shows
    """The mail `name` of a domain such as `upnext.identity`. A name that the template uses and the
    context lacks is an error."""
    environment = _environment(package)
    subject, _, text = environment.get_template(f"{name}.txt").render(context).partition("\n")
    html = environment.get_template(f"{name}.html").render(context)
    return Parts(subject.strip(), text.strip() + "\n", html)


@cache
def _environment(package: str) -> "Environment":
    from jinja2 import (  # noqa: PLC0415 - a server that sends no mail needs no templates
        ChoiceLoader,
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )

    folders = [PackageLoader(package, "mails"), PackageLoader("upnext.core.mail", "templates")]
    environment = Environment(
        loader=ChoiceLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["inert"] = inert
    return environment

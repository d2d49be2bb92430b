"""A line on its way from words to fields."""

from dataclasses import dataclass, field
from typing import Any

from upnext.tasks.quickadd.model import Ignored, Span, masked


@dataclass(slots=True)
class Draft:
    """`text` is what is not understood yet, in small letters."""

    line: str
    text: str
    spans: list[Span]
    ignored: list[Ignored]
    fields: dict[str, Any] = field(default_factory=dict)  # each field has its own type

    def take(self, kind: str, start: int, end: int, value: Any) -> None:  # of the kind's own type
        self.spans.append(Span(kind, start, end, value))
        self.text = masked(self.text, [(start, end)])

    def leave(self, kind: str, start: int, end: int, reason: str) -> None:
        self.ignored.append(Ignored(kind, start, end, reason))
        self.text = masked(self.text, [(start, end)])

    def give_back(self, kind: str, reason: str) -> None:
        """What was taken as `kind` stays in the title after all."""
        self.ignored += [
            Ignored(kind, s.start, s.end, reason) for s in self.spans if s.kind == kind
        ]
        self.spans = [span for span in self.spans if span.kind != kind]

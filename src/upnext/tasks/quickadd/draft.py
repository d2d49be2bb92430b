"""A line on its way from words to fields."""

from dataclasses import dataclass, field, replace
from typing import Any

from upnext.tasks.quickadd.model import TAKEN, Ignored, Span, masked


@dataclass(slots=True)
class Draft:
    """`text` is what is not understood yet, in small letters."""

    line: str
    text: str
    spans: list[Span]
    ignored: list[Ignored]
    fields: dict[str, Any] = field(default_factory=dict)  # each field has its own type

    def take(self, kind: str, start: int, end: int, value: Any) -> None:  # of the kind's own type
        begins = not self.text[:start].strip(f"{TAKEN} \t")
        if begins and self.text[end : end + 1] in {":", ","}:
            end += 1  # "Tomorrow: call Bob"
        self.spans.append(Span(kind, start, end, value))
        self.text = masked(self.text, [(start, end)])

    def leave(self, kind: str, start: int, end: int, reason: str) -> None:
        self.ignored.append(Ignored(kind, start, end, reason))
        self.text = masked(self.text, [(start, end)])

    def correct(self, kind: str, value: Any) -> None:  # as above
        self.spans = [replace(s, value=value) if s.kind == kind else s for s in self.spans]

    def give_back(self, kind: str, reason: str) -> None:
        """What was taken as `kind` stays in the title after all."""
        self.ignored += [
            Ignored(kind, s.start, s.end, reason) for s in self.spans if s.kind == kind
        ]
        self.spans = [span for span in self.spans if span.kind != kind]

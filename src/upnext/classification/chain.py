"""Who is asked for a field, in what order: rules, what the workspace taught, the configured
provider, the encoder of sentences if it is installed, the embedded classifier, constants.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from upnext.classification.embedded import wording
from upnext.classification.embedded.model import VERSION, guess
from upnext.classification.embedded.phrases import PHRASES
from upnext.classification.memory import Memory
from upnext.classification.predictions import (
    DEFAULTS,
    FALLBACK,
    Custom,
    Near,
    Prediction,
    Remote,
    TaskText,
)
from upnext.tasks.deriving import FIELDS

SURE_ENOUGH: Final = 0.5
"""From here on what the workspace taught is not asked about any more."""
FIELD_LEAST: Final = 0.2
"""Below it a category is not even suggested."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a workspace."""

    memory: Memory = field(default_factory=Memory)
    custom: tuple[Custom, ...] = ()
    remote: bool = True
    local_projects: frozenset[str] = frozenset()
    # Titles that users sorted, with the category that each got; the latest.
    sorted_titles: tuple[tuple[str, str], ...] = ()

    @property
    def labels(self) -> Mapping[str, str]:
        return {**DEFAULTS, **{each.name: each.description for each in self.custom}}

    @property
    def examples(self) -> Mapping[str, Sequence[str]]:
        """What belongs to each label, as titles and in words."""
        found = {label: [about, *PHRASES[label]] for label, about in DEFAULTS.items()}
        for each in self.custom:
            about = f"{each.name}: {each.description}" if each.description else each.name
            found[each.name] = [about, *each.examples]
        for title, label in self.sorted_titles:
            found.setdefault(label, []).append(title)
        return found


@dataclass(frozen=True, slots=True)
class Chain:
    """`remote` is asked for the category, for `seconds` at most; `near` for `near_seconds`, or for
    as long as it takes."""

    remote: Remote | None = None
    seconds: float = 3.0
    near: Near | None = None
    near_seconds: float | None = None

    async def classify(
        self,
        text: TaskText,
        known: Knowledge,
        now: datetime,
        wanted: Collection[str] = FIELDS,
    ) -> dict[str, Prediction]:
        found: dict[str, Prediction] = {}
        category = await self._category(text, known)
        if "category" in wanted:
            found["category"] = category
        if "priority" in wanted:
            found["priority"] = _priority(text, known, now)
        if "estimated_duration" in wanted:
            found["estimated_duration"] = _duration(text, known, str(category.value))
        return found

    async def _category(self, text: TaskText, known: Knowledge) -> Prediction:
        taught = known.memory.category(text.title)
        if taught is not None and taught.confidence >= SURE_ENOUGH:
            return taught
        if (away := self.remote) and self.leaves(text, known):
            answer = await away.category(text, known.labels, self.seconds)
            if answer is not None and answer.value in known.labels:
                return answer
        here = await self._here(text, known)
        if taught is not None and taught.confidence >= here.confidence:
            return taught
        return here if here.confidence >= FIELD_LEAST else constant("category")

    async def _here(self, text: TaskText, known: Knowledge) -> Prediction:
        if self.near and (found := await self._nearest(self.near, text, known)):
            return found
        embedded = guess(text.title, text.description)
        reason = f"by the words {embedded.reason}" if embedded.reason else ""
        return Prediction(embedded.label, embedded.confidence, "embedded", reason, VERSION)

    async def _nearest(self, near: Near, text: TaskText, known: Knowledge) -> Prediction | None:
        try:
            async with asyncio.timeout(self.near_seconds):
                return await near.category(text, known.examples)
        except TimeoutError:
            # It has just begun, and goes on: who asks next finds it ready.
            return None

    @staticmethod
    def leaves(text: TaskText, known: Knowledge) -> bool:
        """Whether its text may go to a provider elsewhere."""
        return known.remote and not text.local and str(text.project_id) not in known.local_projects


def constant(name: str) -> Prediction:
    return Prediction(FALLBACK[name], 0.0, "default")


def _priority(text: TaskText, known: Knowledge, now: datetime) -> Prediction:
    said = wording.priority(f"{text.title}\n{text.description}", text.due_at, now)
    if said is not None:
        return Prediction(said.value, said.confidence, "rule", said.reason)
    return known.memory.priority() or constant("priority")


def _duration(text: TaskText, known: Knowledge, category: str) -> Prediction:
    if said := wording.duration(f"{text.title}\n{text.description}"):
        return Prediction(said.value, said.confidence, "rule", said.reason)
    if taught := known.memory.duration(text.title, category):
        return taught
    if guessed := wording.prior(text.title):
        return Prediction(guessed.value, guessed.confidence, "embedded", guessed.reason, VERSION)
    return constant("estimated_duration")


def told(
    predictions: Mapping[str, Prediction], threshold: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values to write, and the provenance of each field. Of a category that is too unsure only
    the proposal is kept."""
    values: dict[str, Any] = {}
    sources: dict[str, Any] = {}
    for name, said in predictions.items():
        about: dict[str, Any] = {"source": said.source, "confidence": said.confidence}
        if said.reason:
            about["reason"] = said.reason
        unsure = name == "category" and said.confidence < threshold and said.source != "default"
        if unsure:
            proposal = {**about, "value": said.value, "reason": said.reason}
            about = {"source": "default", "confidence": 0.0, "suggestion": proposal}
        if name == "estimated_duration":
            about["least"], about["most"] = wording.spread(
                int(said.value), sure=said.source == "rule"
            )
        values[name] = FALLBACK[name] if unsure else said.value
        sources[name] = about
    return values, sources

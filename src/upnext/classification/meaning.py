"""Category by what a task means: the nearest of what belongs to each category, by an encoder of
sentences if one is installed, together with what the words say.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from upnext.classification.embedded.model import scores
from upnext.classification.predictions import Prediction, TaskText

if TYPE_CHECKING:
    from upnext.classification.sentences.encoder import Encoder
    from upnext.classification.sentences.weights import Floats

log = structlog.get_logger("upnext.classification")
NAME: Final = "minilm"
MODEL: Final = "all-MiniLM-L6-v2"
NEAREST: Final = 2
"""So many of a category's examples count: one may be odd, all of them are too different."""
SHARPNESS: Final = 12.0
"""How much nearness counts beside words: a fifth more of it as much as one sure word."""
MOST_KEPT: Final = 5_000


class Meaning:
    """Loads the encoder with the first question. Never raises for a file that is broken."""

    name = NAME

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoder: Encoder | None = None
        self._broken = False
        self._kept: OrderedDict[str, Floats] = OrderedDict()
        self._one = asyncio.Lock()

    async def category(
        self, text: TaskText, examples: Mapping[str, Sequence[str]]
    ) -> Prediction | None:
        """One of the keys of `examples`; None: the encoder cannot be read."""
        # One at a time, beside the loop: it takes some milliseconds of one processor.
        async with self._one:
            return await asyncio.to_thread(self._category, text, examples)

    def _category(self, text: TaskText, examples: Mapping[str, Sequence[str]]) -> Prediction | None:
        encoder = self._loaded()
        if encoder is None:
            return None
        asked = encoder.encode(
            f"{text.title}. {text.description}" if text.description else text.title
        )
        by_words = scores(text.title, text.description, examples)
        found: dict[str, float] = {}
        for label, texts in examples.items():
            near = sorted((float(asked @ self._point(encoder, one)) for one in texts), reverse=True)
            best = near[:NEAREST] or [0.0]
            found[label] = SHARPNESS * sum(best) / len(best) + by_words.get(label, 0.0)
        label = max(found, key=found.__getitem__)
        total = sum(math.exp(score - found[label]) for score in found.values())
        return Prediction(label, round(1.0 / total, 3), NAME, "by what it means", MODEL)

    def _point(self, encoder: "Encoder", text: str) -> "Floats":
        if text not in self._kept:
            self._kept[text] = encoder.encode(text)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[text]

    def _loaded(self) -> "Encoder | None":
        from upnext.classification.sentences.encoder import Encoder  # noqa: PLC0415  (numpy, and only where it is installed)

        if self._encoder is None and not self._broken:
            try:
                self._encoder = Encoder.read(self._path)
            except (OSError, ValueError, KeyError) as error:
                self._broken = True
                log.warning("classification_model_broken", error=str(error))
        return self._encoder


def place(data_dir: Path) -> Path:
    """Where the encoder's weights lie, if they do."""
    return data_dir / "models" / "all-minilm-l6-v2.npz"


def meaning_of(data_dir: Path) -> Meaning | None:
    """None: nobody has installed it."""
    path = place(data_dir)
    return Meaning(path) if path.is_file() else None

"""Hugging Face's zero-shot classification, there or on a server of one's own.

https://huggingface.co/docs/inference-providers/tasks/zero-shot-classification
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from upnext.classification.predictions import Prediction
from upnext.classification.providers.answering import post
from upnext.classification.providers.errors import NotUnderstood
from upnext.core.outbound import Outbound

NAME = "huggingface"
Score = Annotated[float, Field(ge=0, le=1)]


class Scored(BaseModel):
    label: str
    score: Score


class Parallel(BaseModel):
    """As it was before November 2025, and is on self-hosted endpoints."""

    labels: Annotated[list[str], Field(min_length=1)]
    scores: Annotated[list[Score], Field(min_length=1)]


Reply: TypeAdapter[list[Scored] | Parallel] = TypeAdapter(
    Annotated[list[Scored], Field(min_length=1)] | Parallel
)


class HuggingFace:
    name = NAME

    def __init__(self, outbound: Outbound, base: str, model: str, token: str | None) -> None:
        self._outbound, self._token = outbound, token
        self.model = model
        self._url = f"{base.rstrip('/')}/hf-inference/models/{model}"

    async def ask(self, text: str, labels: Mapping[str, str]) -> Prediction:
        by_words = {f"{name}: {about}" if about else name: name for name, about in labels.items()}
        body = {
            "inputs": text,
            "parameters": {
                "candidate_labels": list(by_words),
                "multi_label": False,
                "hypothesis_template": "This task is about {}.",
            },
        }
        label, score = _best(await post(self._outbound, self._url, body, self._token))
        if label not in by_words:
            raise NotUnderstood
        return Prediction(by_words[label], round(score, 3), NAME, model=self.model)


def _best(reply: object) -> tuple[str, float]:
    try:
        found = Reply.validate_python(reply)
    except ValidationError:
        raise NotUnderstood from None
    if isinstance(found, Parallel):
        pairs = list(zip(found.labels, found.scores, strict=False))
    else:
        pairs = [(each.label, each.score) for each in found]
    return max(pairs, key=lambda pair: pair[1])

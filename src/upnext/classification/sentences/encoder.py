"""A sentence as a point: what means the same lies close. BERT's encoder, the mean of its words."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from upnext.classification.sentences.tokens import pieces
from upnext.classification.sentences.weights import Floats, load

HEAD: Final = 32
"""Numbers that one head of attention looks at."""
EPSILON: Final = 1e-12
# Abramowitz and Stegun, formula 7.1.26: the error function to 1.5e-7.
_A: Final = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
_P: Final = 0.3275911


class Encoder:
    def __init__(self, weights: Mapping[str, Floats], vocabulary: Mapping[str, int]) -> None:
        self._w, self._vocabulary = weights, vocabulary
        self.layers = len({name.split(".")[2] for name in weights if name.startswith("encoder.")})
        self.width = weights["embeddings.LayerNorm.weight"].shape[0]

    @classmethod
    def read(cls, path: Path) -> "Encoder":
        """Raises OSError or ValueError."""
        weights, vocabulary = load(path)
        return cls(weights, vocabulary)

    def encode(self, text: str) -> Floats:
        """Of length 1."""
        w, numbers = self._w, pieces(text, self._vocabulary)
        x = w["embeddings.word_embeddings.weight"][numbers]
        x = x + w["embeddings.position_embeddings.weight"][: len(numbers)]
        x = self._norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self.layers):
            x = self._layer(x, f"encoder.layer.{layer}")
        mean = x.mean(axis=0)
        point: Floats = mean / max(float(np.linalg.norm(mean)), EPSILON)
        return point

    def _layer(self, x: Floats, name: str) -> Floats:
        seen = self._dense(self._attention(x, f"{name}.attention.self"), f"{name}.attention.output")
        x = self._norm(x + seen, f"{name}.attention.output.LayerNorm")
        wide = _gelu(self._dense(x, f"{name}.intermediate"))
        return self._norm(x + self._dense(wide, f"{name}.output"), f"{name}.output.LayerNorm")

    def _attention(self, x: Floats, name: str) -> Floats:
        count = len(x)
        query, key, value = (
            self._linear(x, f"{name}.{part}").reshape(count, -1, HEAD).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(HEAD)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        found: Floats = (shares @ value).transpose(1, 0, 2).reshape(count, -1)
        return found

    def _dense(self, x: Floats, name: str) -> Floats:
        return self._linear(x, f"{name}.dense")

    def _linear(self, x: Floats, name: str) -> Floats:
        found: Floats = x @ self._w[f"{name}.weight"].T + self._w[f"{name}.bias"]
        return found

    def _norm(self, x: Floats, name: str) -> Floats:
        middle = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((middle**2).mean(axis=-1, keepdims=True) + EPSILON)
        found: Floats = middle / spread * self._w[f"{name}.weight"] + self._w[f"{name}.bias"]
        return found


def _gelu(x: Floats) -> Floats:
    found: Floats = x * 0.5 * (1.0 + _erf(x / math.sqrt(2.0)))
    return found


def _erf(x: Floats) -> Floats:
    t = 1.0 / (1.0 + _P * np.abs(x))
    series = t * (_A[0] + t * (_A[1] + t * (_A[2] + t * (_A[3] + t * _A[4]))))
    return np.asarray(np.sign(x) * (1.0 - series * np.exp(-(x**2))), dtype=np.float32)

"""The weights of an encoder: read from safetensors, kept as bytes with a scale for each row.

https://huggingface.co/docs/safetensors: the length of a JSON header in eight bytes, the header, and
the numbers one after the other.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
LARGEST_HEADER: Final = 1_000_000
LARGEST_BYTE: Final = 127
VOCABULARY: Final = "vocabulary"
_SCALE: Final = "#scale"
_UNUSED: Final = ("pooler.", "embeddings.position_ids")


def tensors(data: bytes) -> dict[str, Floats]:
    """Raises ValueError for what is no such file, or not of 32-bit numbers."""
    try:
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + min(length, LARGEST_HEADER)])
        body = memoryview(data)[8 + length :]
        return {
            name: _tensor(about, body)
            for name, about in header.items()
            if name != "__metadata__" and not name.startswith(_UNUSED)
        }
    except (struct.error, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"The weights cannot be read: {error}.") from error


def _tensor(about: Mapping[str, Any], body: memoryview) -> Floats:
    if about["dtype"] != "F32":
        raise ValueError(f"{about['dtype']} where F32 was expected")
    start, end = about["data_offsets"]
    return np.frombuffer(body[start:end], dtype="<f4").reshape(about["shape"])


def save(path: Path, weights: Mapping[str, Floats], vocabulary: Sequence[str]) -> None:
    """A quarter of the size, and nearly the same: of each row the largest number becomes 127."""
    kept: dict[str, NDArray[Any]] = {VOCABULARY: np.array("\n".join(vocabulary))}
    for name, values in weights.items():
        if values.ndim == 1:
            kept[name] = values
            continue
        scale = np.abs(values).max(axis=1, keepdims=True) / LARGEST_BYTE
        scale[scale == 0] = 1.0
        kept[name] = np.round(values / scale).astype(np.int8)
        kept[name + _SCALE] = scale.astype(np.float32)
    beside = path.with_name(f"{path.name}.part")
    with beside.open("wb") as file:
        np.savez(file, **kept)  # type: ignore[arg-type]  # its own flag has another type
    beside.replace(path)


def load(path: Path) -> tuple[dict[str, Floats], dict[str, int]]:
    """Weights, and numbers of word pieces. Raises OSError or ValueError. Nothing is unpickled."""
    with np.load(path, allow_pickle=False) as kept:
        names = [name for name in kept.files if name != VOCABULARY and not name.endswith(_SCALE)]
        weights = {
            name: kept[name].astype(np.float32) * kept[name + _SCALE]
            if name + _SCALE in kept.files
            else kept[name]
            for name in names
        }
        words = str(kept[VOCABULARY]).split("\n")
    return weights, {word: number for number, word in enumerate(words)}

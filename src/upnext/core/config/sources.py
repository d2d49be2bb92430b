"""Where settings are given: command line over environment over `.env`, each with its `_FILE` twins.

Foreign names are left alone; a name with our prefix that is no setting is a mistake and is said.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from upnext.core.config import dotenv
from upnext.core.config.declare import PREFIX, Spec

# Read by the command line's client and by the test suite and benches, not by the server.
OTHERS = frozenset({"UPNEXT_SERVER", "UPNEXT_TOKEN", "UPNEXT_CONFIG_DIR"})
OTHERS_PREFIXES = ("UPNEXT_TEST_", "UPNEXT_BENCH_")

# Kubernetes and Docker put such variables beside a service that is called upnext or upnext-...
SERVICE_LINK = re.compile(
    r"UPNEXT_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
SERVICE_LINK_VALUE = re.compile(r"(tcp|udp|sctp)://")


@dataclass(frozen=True, slots=True)
class Given:
    """A text that somebody gave for a setting."""

    name: str
    text: str
    place: str

    @property
    def origin(self) -> str:
        """How it is listed: the place, and the name unless the place says it."""
        return f"{self.place} {self.name}" if self.place == "environment" else self.place

    @property
    def label(self) -> str:
        """How a message names it."""
        return f"{self.name} ({self.place})"


class Sources:
    """Reads all sources once. What is wrong with them collects in `problems`."""

    def __init__(self, specs: Iterable[Spec]) -> None:
        self.problems: list[str] = []
        self._specs = tuple(specs)
        self._known = {name for spec in self._specs for name in (*spec.names, *spec.twins)}

    def collect(
        self,
        environ: Mapping[str, str],
        file: Path | None,
        overrides: Mapping[str, object],
    ) -> dict[str, Given]:
        """What is given, by the path of the setting; empty texts count as not given."""
        given: dict[str, Given] = {}
        for layer in (self._dotenv(file), self._environment(environ)):
            for spec in self._specs:
                if found := self._pick(spec, layer):
                    given[spec.path] = found
        return given | self._command_line(overrides)

    def _environment(self, environ: Mapping[str, str]) -> dict[str, Given]:
        entries = (Given(name, text, "environment") for name, text in environ.items())
        return self._ours(entries)

    def _dotenv(self, file: Path | None) -> dict[str, Given]:
        if file is None:
            return {}
        try:
            lines = list(dotenv.read(file))
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.problems.append(f"{file} cannot be read: {error.strerror}.")
            return {}
        except UnicodeDecodeError:
            self.problems.append(f"{file} is not UTF-8 text.")
            return {}
        return self._ours(self._assignments(file, lines))

    def _assignments(self, file: Path, lines: Iterable[dotenv.Line]) -> Iterable[Given]:
        seen: dict[str, dotenv.Line] = {}
        for line in lines:
            before = seen.setdefault(line.name, line)
            if line.value is None:
                self.problems.append(
                    f"{file}, line {line.number}, is not NAME=VALUE, or a quote is not closed."
                )
            elif line.name in self._known and before.value != line.value:
                self.problems.append(
                    f"{line.name} is set twice, differently, in {file}: "
                    f"lines {before.number} and {line.number}. Keep one."
                )
            else:
                yield Given(line.name, line.value, f"{file}:{line.number}")

    def _ours(self, entries: Iterable[Given]) -> dict[str, Given]:
        ours = {}
        for entry in entries:
            if entry.name in self._known and not _is_service_link(entry):
                if entry.text.strip() and self._is_text(entry):
                    ours[entry.name] = entry
            elif _claims_to_be_ours(entry):
                self.problems.append(self._unknown(entry))
        return ours

    def _is_text(self, entry: Given) -> bool:
        try:
            entry.text.encode()
        except UnicodeEncodeError:
            self.problems.append(f"{entry.label} is not UTF-8 text.")
            return False
        return True

    def _unknown(self, entry: Given) -> str:
        # Without the prefix, which would make every two names look alike.
        ours = sorted(n.removeprefix(PREFIX) for n in self._known if n.startswith(PREFIX))
        near = difflib.get_close_matches(entry.name.upper().removeprefix(PREFIX), ours, 1)
        hint = f" Did you mean {PREFIX}{near[0]}?" if near else " `upnext config` lists them."
        return f"{entry.label} is not a setting of Upnext.{hint}"

    def _pick(self, spec: Spec, layer: Mapping[str, Given]) -> Given | None:
        """The one thing a layer says about a setting, under whichever of its names."""
        direct = [layer[name] for name in spec.names if name in layer]
        filed = [self._from_file(layer[name]) for name in spec.twins if name in layer]
        found = direct + [given for given in filed if given]
        for other in found[1:]:
            if other.text != found[0].text:
                self.problems.append(
                    f"{found[0].label} and {other.label} are the same setting "
                    "and have different values. Keep one."
                )
        return found[0] if found else None

    def _from_file(self, twin: Given) -> Given | None:
        file = Path(twin.text.strip())
        try:
            text = file.read_text("utf-8").removesuffix("\n").removesuffix("\r")
        except OSError as error:
            self.problems.append(f"{twin.label}: {file} cannot be read: {error.strerror}.")
            return None
        except UnicodeDecodeError:
            self.problems.append(f"{twin.label}: {file} is not UTF-8 text.")
            return None
        if not text.strip():
            self.problems.append(f"{twin.label}: {file} is empty.")
            return None
        return Given(twin.name, text, f"file {file}")

    def _command_line(self, overrides: Mapping[str, object]) -> dict[str, Given]:
        names = {spec.path: spec.name for spec in self._specs}
        return {
            path: Given(names[path], str(value), "command line")
            for path, value in overrides.items()
            if value is not None
        }


def _claims_to_be_ours(entry: Given) -> bool:
    name = entry.name.upper()
    return (
        name.startswith(PREFIX)
        and name not in OTHERS
        and not name.startswith(OTHERS_PREFIXES)
        and not _is_service_link(entry)
    )


def _is_service_link(entry: Given) -> bool:
    if SERVICE_LINK.fullmatch(entry.name):
        return True
    is_port = entry.name.startswith(PREFIX) and entry.name.endswith("_PORT")
    return is_port and SERVICE_LINK_VALUE.match(entry.text) is not None

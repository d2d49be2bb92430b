"""How a field of the settings tree says which names it has and what it accepts."""

import dataclasses
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PREFIX = "UPNEXT_"
FILE_SUFFIX = "_FILE"

# ENV_FILE is what many tools call the path of a `.env` file, so it is not the twin of ENV.
NO_PLAIN_TWIN = frozenset({"ENV"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to read text: `parse` raises ValueError with the reason as the end of a sentence."""

    accepts: str
    parse: Callable[[str], object]
    # The text may hold a password, so no message repeats it.
    private: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Stands in a field's `Annotated`. A name without the prefix is accepted plain and with it."""

    name: str
    kind: Kind
    doc: str
    # For defaults that are computed: what documentation shows instead.
    default: str = ""
    example: str = ""
    # The prefixed name, where it is not the plain one with the prefix.
    prefixed: str = ""


@dataclass(frozen=True, slots=True)
class Spec:
    """A setting at its place in the tree: `path` is `server.port`."""

    path: str
    setting: Setting
    default: object

    @property
    def name(self) -> str:
        return self.setting.prefixed or PREFIX + self.setting.name.removeprefix(PREFIX)

    @property
    def alias(self) -> str:
        return "" if self.setting.name.startswith(PREFIX) else self.setting.name

    @property
    def plain(self) -> str:
        """The name that people write: the well-known one if there is one."""
        return self.alias or self.name

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.alias) if self.alias else (self.name,)

    @property
    def twins(self) -> tuple[str, ...]:
        """Names whose value is the path of a file that holds the setting."""
        return tuple(name + FILE_SUFFIX for name in self.names if name not in NO_PLAIN_TWIN)


def specs(tree: type, prefix: str = "") -> Iterator[Spec]:
    """Every setting of a dataclass and of the dataclasses in it, in their written order."""
    hints = typing.get_type_hints(tree, include_extras=True)
    for field in dataclasses.fields(tree):
        hint = hints[field.name]
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            yield from specs(hint, f"{prefix}{field.name}.")
        for mark in getattr(hint, "__metadata__", ()):
            if isinstance(mark, Setting):
                yield Spec(f"{prefix}{field.name}", mark, field.default)

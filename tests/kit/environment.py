"""The suite must not depend on the shell it was started from."""

from collections.abc import MutableMapping

from tests.kit.servers import GIVEN
from upnext.core.config.describe import describe


def take(environ: MutableMapping[str, str]) -> dict[str, str]:
    """Remove every setting of the programs under test; return the suite's own (see `GIVEN`)."""
    plain = {row.alias for row in describe() if row.alias}
    names = plain | {f"{name}_FILE" for name in plain}
    names |= {name for name in environ if name.startswith("UPNEXT_")}
    taken = {name: environ.pop(name) for name in names if name in environ}
    return {name: taken[name] for name in GIVEN.values() if name in taken}

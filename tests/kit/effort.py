"""How often the suite tries what is drawn by chance: a little on every push, a lot at night."""

import os

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")
NIGHTLY = PROFILE == "nightly"


def tries(here: int, by_night: int) -> int:
    return by_night if NIGHTLY else here

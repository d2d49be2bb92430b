"""What the doctor says: one line about one thing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """`fix` says what to do about it; empty where nothing is to be done."""

    check: str
    state: State
    said: str
    fix: str = ""

    def told(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def ok(check: str, said: str) -> Finding:
    return Finding(check, State.OK, said)


def warn(check: str, said: str, fix: str) -> Finding:
    return Finding(check, State.WARN, said, fix)


def fail(check: str, said: str, fix: str) -> Finding:
    return Finding(check, State.FAIL, said, fix)


def exit_code(findings: Sequence[Finding]) -> int:
    """0 all is well, 1 something fails; a warning alone does not stop a deployment."""
    return int(any(one.state is State.FAIL for one in findings))


def by_limit(check: str, said: str, value: float, limits: tuple[float, float], fix: str) -> Finding:
    """Fails above the second limit, warns above the first."""
    most, worst = limits
    if value > worst:
        return fail(check, said, fix)
    return warn(check, said, fix) if value > most else ok(check, said)

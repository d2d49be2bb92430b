"""Why a provider gave no answer."""


class Asked(Exception):
    """`lasting`: no retry mends it. `wait`: seconds that the other side asked for."""

    def __init__(self, code: str, *, lasting: bool = False, wait: float | None = None) -> None:
        self.code, self.lasting, self.wait = code, lasting, wait
        super().__init__(code)

    @property
    def passing(self) -> bool:
        return not self.lasting


class NotUnderstood(Asked):
    """It answered, but not what it was asked for."""

    def __init__(self) -> None:
        super().__init__("not_understood")

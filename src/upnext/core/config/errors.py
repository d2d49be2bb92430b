"""What is wrong with the settings, all of it at once."""


class ConfigError(Exception):
    """The settings cannot be used. `problems` are whole sentences for the person who set them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        count = "a problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [f"Upnext cannot start: {count} with its settings.", *self.problems]
        return "\n  - ".join(lines)

"""Goes through the tokens of a filter."""

from upnext.tasks.filtering.lexer import Token


class Cursor:
    """The last token ends the filter and is never passed."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def take(self, count: int = 1) -> Token:
        """The last of the tokens that are passed."""
        token = self.peek(count - 1)
        self._at = min(self._at + count, len(self._tokens) - 1)
        return token

    def back(self) -> None:
        self._at -= 1

    @property
    def last(self) -> Token:
        return self._tokens[max(0, self._at - 1)]

    def took(self, *wanted: str) -> bool:
        """Passes the next token if it is one of these signs or words."""
        token = self.peek()
        if not (token.is_sign(*wanted) or (token.lower and token.lower in wanted)):
            return False
        self.take()
        return True

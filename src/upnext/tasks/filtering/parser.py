"""From text to a tree, by recursive descent; bounded in length, depth and number of conditions."""

from upnext.tasks.filtering import dates
from upnext.tasks.filtering.cursor import Cursor
from upnext.tasks.filtering.errors import FilterError, closest, piece
from upnext.tasks.filtering.kinds import OPERATORS, Field, Fields, Kind, spellings
from upnext.tasks.filtering.lexer import Sort, Token, tokens
from upnext.tasks.filtering.shorthands import SHORTHANDS, sigil
from upnext.tasks.filtering.tree import (
    ORDERING,
    All,
    Comparison,
    Flag,
    Missing,
    Node,
    Not,
    Op,
    Some,
    joined,
)
from upnext.tasks.filtering.values import named, read_value, read_when
from upnext.tasks.words import LONGEST_FILTER

DEEPEST = 30
MOST_CONDITIONS = 100

_AND = ("&&", "and")
_OR = ("||", "or")


def parse(text: str, fields: Fields) -> Node:
    """Raises FilterError, and nothing else, for whatever is no filter."""
    if len(text) > LONGEST_FILTER:
        raise FilterError(f"A filter has at most {LONGEST_FILTER:,} characters.", LONGEST_FILTER)
    cursor = Cursor(list(tokens(text)))
    if cursor.peek().sort is Sort.END:
        raise FilterError("The filter is empty. Write one such as `priority = high`.", 0)
    reader = _Parser(cursor, dict(spellings(fields)))
    node = reader.any_of(0)
    if cursor.peek().sort is not Sort.END:
        raise reader.unexpected(cursor.peek())
    return node


class _Parser:
    def __init__(self, cursor: Cursor, known: dict[str, Field]) -> None:
        self._cursor = cursor
        self._known = known
        self._conditions = 0

    def any_of(self, depth: int) -> Node:
        terms = [self._all_of(depth)]
        while self._cursor.took(*_OR):
            terms.append(self._all_of(depth))
        return joined(Some, terms)

    def _all_of(self, depth: int) -> Node:
        terms = [self._unary(depth)]
        while self._cursor.took(*_AND):
            terms.append(self._unary(depth))
        return joined(All, terms)

    def _unary(self, depth: int) -> Node:
        token = self._cursor.peek()
        if depth > DEEPEST:
            detail = f"Brackets and `not` go at most {DEEPEST} deep."
            raise FilterError(detail, token.place.start, 1)
        if self._cursor.took("!", "not"):
            return Not(self._unary(depth + 1))
        if not self._cursor.took("("):
            return self._condition()
        node = self.any_of(depth + 1)
        if not self._cursor.took(")"):
            raise self.unexpected(self._cursor.peek(), opened=token)
        return node

    def _condition(self) -> Node:
        token = self._cursor.take()
        self._count(token)
        if token.sort is Sort.QUOTED:
            return self._called("text", Op.LIKE, token.text, token)
        if token.sort in {Sort.END, Sort.SIGN}:
            raise self.unexpected(token)
        if found := sigil(token):
            return self._called(found[0], Op.EQ, found[1], token)
        return self._worded(token)

    def _count(self, token: Token) -> None:
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            detail = f"A filter has at most {MOST_CONDITIONS} conditions and values in lists."
            raise FilterError(detail, token.place.start, 1)

    def _called(self, name: str, op: Op, text: str, token: Token) -> Node:
        return Comparison(name, op, (named(text, token.place, self._known[name]),))

    def _worded(self, token: Token) -> Node:
        field = self._known.get(token.lower)
        if field and (op := self._operator(field)):
            return self._compared(field, op)
        if field and self._cursor.took("is"):
            return self._missing(field, token, denied=self._cursor.took("not"))
        if token.lower == "no" and self._cursor.peek().sort is Sort.WORD:
            return self._no()
        if token.lower in SHORTHANDS:
            return SHORTHANDS[token.lower]
        if field and field.kind is Kind.FLAG:
            return Comparison(field.name, Op.EQ, (Flag(True, token.place),))
        if dates.begins(token.lower):
            return self._due_then(token)
        raise self._unknown(token, field)

    def _due_then(self, token: Token) -> Node:
        """A day alone is a task's deadline."""
        self._cursor.back()
        when = read_when(self._cursor)
        if dates.is_days(when):
            return Comparison("due", Op.EQ, (when,))
        shown = dates.show(when)
        detail = f"{piece(shown)} is a moment. Write what is then, such as `due < {shown}`."
        raise FilterError(detail, token.place.start, len(token.text), f"due < {shown}")

    # A comparison

    def _operator(self, field: Field) -> Op | None:
        token = self._cursor.peek()
        op = self._written_operator()
        if op is None or op in OPERATORS[field.kind]:
            return op
        detail = field.note or _manner(field)
        length = max(1, self._cursor.last.place.end - token.place.start)
        raise FilterError(
            f"`{field.name}` does not go with `{op}`. {detail}", token.place.start, length
        )

    def _written_operator(self) -> Op | None:
        token = self._cursor.peek()
        for op in (Op.EQ, Op.NE, *ORDERING):
            if token.is_sign(op.value):
                self._cursor.take()
                return op
        for op, denied in ((Op.IN, Op.NOT_IN), (Op.LIKE, Op.NOT_LIKE)):
            if self._cursor.took(op.value):
                return op
            if token.lower == "not" and self._cursor.peek(1).lower == op.value:
                self._cursor.take(2)
                return denied
        return None

    def _compared(self, field: Field, op: Op) -> Node:
        if op not in {Op.IN, Op.NOT_IN}:
            return Comparison(field.name, op, (read_value(self._cursor, field, op),))
        opened = self._cursor.last if self._cursor.took("(") else None
        values = [read_value(self._cursor, field, op)]
        while self._cursor.took(","):
            values.append(read_value(self._cursor, field, op))
            self._count(self._cursor.last)
        if opened and not self._cursor.took(")"):
            raise self.unexpected(self._cursor.peek(), opened=opened, listing=True)
        return Comparison(field.name, op, tuple(dict.fromkeys(values)))

    def _missing(self, field: Field, token: Token, *, denied: bool) -> Node:
        if not self._cursor.took("null", "empty", "none"):
            found = self._cursor.peek()
            detail = "Behind `is` comes `null` or `not null`. To compare, write `=`."
            raise FilterError(detail, found.place.start, max(1, len(found.text)), "=")
        self._check_optional(field, token)
        return Missing(field.name, denied)

    def _check_optional(self, field: Field, token: Token) -> None:
        if field.missing is None:
            detail = f"Every task has a value for `{field.name}`."
            raise FilterError(detail, token.place.start, len(token.text))

    def _no(self) -> Node:
        """`no due`, `no date`, `no due date`, `no tags`."""
        token = self._cursor.take()
        field = self._known.get("due" if token.lower == "date" else token.lower)
        if field is None:
            names = [name for name, each in self._known.items() if each.missing]
            guess = closest(token.text, [*names, "date"])
            detail = f"{piece(token.text)} is nothing that a task can be without."
            raise FilterError(
                detail, token.place.start, len(token.text), f"no {guess}" if guess else None
            )
        self._check_optional(field, token)
        if field.kind is Kind.DATE:
            self._cursor.took("date")
        return Missing(field.name)

    # What is wrong

    def _unknown(self, token: Token, field: Field | None) -> FilterError:
        start, length = token.place.start, len(token.text)
        if field:
            example = f"{token.text} = {_EXAMPLES[field.kind]}"
            if Op.EQ not in OPERATORS[field.kind]:
                example = f"{token.text} like {_EXAMPLES[field.kind]}"
            detail = f"Behind {piece(token.text)} comes a comparison, such as `{example}`."
            return FilterError(detail, start, length)
        if token.lower in {"and", "or", "in", "is", "like"}:
            missing = "a condition" if token.lower in {"and", "or"} else "a field"
            return FilterError(f"Before {piece(token.text)} {missing} is missing.", start, length)
        name, colon, rest = token.text.partition(":")
        if colon and name.lower() in self._known:
            detail = f"{piece(token.text)} is written with `=` here."
            return FilterError(detail, start, length, f"{name} = {rest or '…'}")
        if self._written_operator():
            guess = closest(token.text, self._known)
            return FilterError(f"There is no field {piece(token.text)}.", start, length, guess)
        guess = closest(token.text, [*self._known, *SHORTHANDS, "and", "or", "not"])
        detail = f"{piece(token.text)} is no field and no word of the filter language."
        search = " To search for it in title and description, put it in quotes."
        return FilterError(detail + search, start, length, guess)

    def unexpected(
        self, token: Token, *, opened: Token | None = None, listing: bool = False
    ) -> FilterError:
        start, length = token.place.start, token.place.end - token.place.start
        if opened and token.sort is Sort.END:
            detail = "The bracket that opens here is not closed."
            return FilterError(detail, opened.place.start, 1)
        if token.sort is Sort.END:
            return FilterError("Here a condition is missing, such as `priority = high`.", start)
        if listing:
            detail = f"Instead of {piece(token.text)} comes a comma or the closing bracket."
            return FilterError(detail, start, length)
        if token.sort is Sort.SIGN:
            return FilterError(f"{piece(token.text)} makes no sense here.", start, length)
        detail = f"Before {piece(token.text)} comes `and` or `or`."
        if dates.is_clock(token.lower):
            detail = f"{piece(token.text)} is a time of day. {dates.CLOCKS}"
        return FilterError(detail, start, length)


_EXAMPLES = {
    Kind.CHOICE: "high",
    Kind.DATE: "today",
    Kind.MINUTES: "30m",
    Kind.FLAG: "true",
    Kind.TEXT: "home",
    Kind.PROSE: '"rent"',
    Kind.NAMES: "home",
}


def _manner(field: Field) -> str:
    allowed = ", ".join(f"`{op}`" for op in Op if op in OPERATORS[field.kind])
    return f"It goes with {allowed}."

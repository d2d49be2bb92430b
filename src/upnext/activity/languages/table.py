"""What a language needs to say what happened."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Braces name what is put in. `does` has the same keys in every language."""

    sentence: str
    """{actor} and {done}."""
    about: str
    """{subject} and the {sentence}, where several things are told of."""
    types: Mapping[str, str]
    """What was done, for a type that says it all."""
    other: str
    """A {type} without words of its own."""
    something: str
    """A change of nothing that is told."""
    does: Mapping[str, str]
    """By `field.code`, or by `code` for all other fields: {field}, {before}, {after}."""
    fields: Mapping[str, str]
    values: Mapping[str, str]
    """The words that statuses, priorities, energies and roles are."""
    months: tuple[str, ...]
    instant: str
    """{day}, {month}, {year} and {time}."""
    minutes: str
    quoted: str
    comma: str
    last: str
    """Between the last two of several."""
    somebody: str
    anonymous: str
    hidden_task: str
    hidden_project: str
    gone_task: str
    gone_project: str
    hidden_goal: str
    gone_goal: str
    hidden_board: str
    gone_board: str
    hidden_column: str
    gone_column: str

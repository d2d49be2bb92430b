"""From a tree to one condition over the table of tasks: values travel as parameters only."""

from datetime import datetime, tzinfo

from sqlalchemy import and_, not_, or_

from upnext.core.auth import Actor
from upnext.tasks.filtering.fields import FIELDS
from upnext.tasks.filtering.kinds import Condition, Fields, Scope
from upnext.tasks.filtering.parser import parse
from upnext.tasks.filtering.tree import (
    OPPOSITES,
    All,
    Comparison,
    Missing,
    Node,
    Not,
    Op,
    Some,
)


def compile_filter(
    text: str, *, actor: Actor, now: datetime, zone: tzinfo, fields: Fields = FIELDS
) -> Condition:
    """Raises FilterError. Of names only what the actor may see counts; others match nothing.

    Days begin at midnight in `zone`. Leaving out what the actor may not see is the list's duty.
    """
    return compile_tree(parse(text, fields), Scope(actor, now, zone), fields)


def compile_tree(node: Node, scope: Scope, fields: Fields = FIELDS) -> Condition:
    if isinstance(node, Not):
        return not_(compile_tree(node.term, scope, fields))
    if isinstance(node, All | Some):
        join = and_ if isinstance(node, All) else or_
        return join(*(compile_tree(term, scope, fields) for term in node.terms))
    if isinstance(node, Missing):
        missing = fields[node.field].missing
        assert missing is not None, "the parser lets no other field through"  # noqa: S101  (types)
        return not_(missing()) if node.denied else missing()
    return _compared(node, scope, fields)


def _compared(node: Comparison, scope: Scope, fields: Fields) -> Condition:
    field = fields[node.field]
    asked = OPPOSITES.get(node.op, node.op)
    single = Op.EQ if asked is Op.IN else asked
    found = or_(*(field.compare(single, value, scope) for value in node.values))
    return not_(found) if node.op in OPPOSITES else found

"""The filter language: text to a tree, a tree to SQL and back to text.

`parse` and `render` are pure. `compile_filter` gives a condition over the table of tasks; it does
not itself leave out what the actor may not see, as every list of tasks does.
"""

from upnext.tasks.filtering.compiling import compile_filter, compile_tree
from upnext.tasks.filtering.errors import FilterError, refusal
from upnext.tasks.filtering.fields import FIELDS
from upnext.tasks.filtering.kinds import Field, Fields, Kind, Scope
from upnext.tasks.filtering.parser import parse
from upnext.tasks.filtering.rendering import meaning, render

__all__ = [
    "FIELDS",
    "Field",
    "Fields",
    "FilterError",
    "Kind",
    "Scope",
    "compile_filter",
    "compile_tree",
    "meaning",
    "parse",
    "refusal",
    "render",
]

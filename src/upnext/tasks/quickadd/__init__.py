"""Quick add: a line of words becomes the fields of a task, and says which words became what.

Pure: takes the text, the moment, the zone and the language, knows neither people nor projects (it
gives their names as they were written) and never raises, whatever the text. What it does not
understand stays in the title.
"""

from upnext.tasks.quickadd.model import Ignored, Span, Understood, title_of
from upnext.tasks.quickadd.modes import MODES
from upnext.tasks.quickadd.outline import understand
from upnext.tasks.quickadd.repeats import read_repeat

__all__ = ["MODES", "Ignored", "Span", "Understood", "read_repeat", "title_of", "understand"]

"""How a rule is said in each language. A new language is one more module of the same tables."""

from upnext.tasks.recurrence.languages.english import ENGLISH
from upnext.tasks.recurrence.languages.german import GERMAN
from upnext.tasks.recurrence.languages.tables import Language

LANGUAGES: dict[str, Language] = {"en": ENGLISH, "de": GERMAN}

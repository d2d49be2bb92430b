"""The words of each language, as tables: another language is another table, and no code."""

from collections.abc import Mapping
from types import MappingProxyType

from upnext.tasks.quickadd.languages.english import ENGLISH
from upnext.tasks.quickadd.languages.german import GERMAN
from upnext.tasks.quickadd.languages.table import Language

LANGUAGES: Mapping[str, Language] = MappingProxyType({"en": ENGLISH, "de": GERMAN})

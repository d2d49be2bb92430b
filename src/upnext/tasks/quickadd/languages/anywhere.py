"""What is written alike in every language."""

from upnext.tasks.quickadd.languages.table import Clock, Day

DAYS = (
    Day("{iso}", rule="iso"),
    Day(r"{day}\.{mon}\.(?:{year})?", say="{day}.{mon}.{year}", base=-1),
    Day(r"\+(?P<d>[0-9]{1,3}) ?d", rule="ahead", count=1),
    Day(r"\+(?P<d>[0-9]{1,3}) ?w", rule="ahead", count=7),
)
CLOCKS = (Clock("{hour}:{minute}(?::[0-5][0-9])?"),)
_DAY = "(?:19[7-9]|[2-9][0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}"
EXACT = rf"(?P<exact>{_DAY}t[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?:z|[+-][0-9]{{2}}:[0-9]{{2}})?)"
DURATIONS = (
    r"(?:~ ?)?(?P<hours>[0-9]{1,3})h ?(?P<minutes>[0-5]?[0-9])m?(?:in)?",
    r"(?:~ ?)?(?P<decimal>[0-9]{1,3}[.,][0-9]{1,2}) ?h",
    r"(?:~ ?)?(?P<hours>[0-9]{1,3})h",
    r"(?:~ ?)?(?P<minutes>[0-9]{1,5})(?:m|min)",
)

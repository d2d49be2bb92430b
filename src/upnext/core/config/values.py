"""Plain values read from text: numbers, flags, words, keys, rate limits."""

import re
from pathlib import Path

from upnext.core.config.declare import Kind
from upnext.core.config.secret import MINIMUM_BYTES, Secret, weakness

TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})

# A part of what the `limits` library reads (checked against it by a test): importing it here
# would cost every start, and every command, some 80 ms.
RATE = re.compile(
    r"\s*[1-9]\d{0,8}\s*(?:/|per)\s*(?:[1-9]\d{0,5}\s*)?(?:second|minute|hour|day|month|year)s?\s*",
    re.IGNORECASE | re.ASCII,
)
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


def _flag(text: str) -> bool:
    word = text.strip().casefold()
    if word not in TRUE | FALSE:
        raise ValueError("is neither true nor false")
    return word in TRUE


flag = Kind("true or false (also yes, no, on, off, 1, 0)", _flag)


def whole_number(low: int, high: int) -> Kind:
    def parse(text: str) -> int:
        digits = text.strip().replace("_", "")
        if not (digits.isascii() and digits.isdecimal()):
            raise ValueError("is not a whole number")
        # The length is compared first: int() refuses thousands of digits with its own words.
        if len(digits) > len(str(high)) + 9 or not low <= int(digits) <= high:
            raise ValueError("is out of range")
        return int(digits)

    return Kind(f"a whole number from {low:,} to {high:,}", parse)


def choice(*words: str, also: dict[str, str] | None = None) -> Kind:
    """One of `words` in any case; `also` maps other spellings to them."""
    spelled = {word.casefold(): word for word in words} | (also or {})

    def parse(text: str) -> str:
        word = spelled.get(text.strip().casefold())
        if word is None:
            raise ValueError("is none of them")
        return word

    return Kind(f"{', '.join(words[:-1])} or {words[-1]}", parse)


def _directory(text: str) -> Path:
    if "?" in text:
        raise ValueError("has a ? in it, which the URL of the database in it cannot hold")
    try:
        return Path(text.strip()).expanduser().absolute()
    except RuntimeError:
        raise ValueError("names a home directory that cannot be found") from None


directory = Kind("the path of a directory", _directory)
file = Kind("the path of a file", _directory)


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text.strip()):
        raise ValueError("is not an e-mail address")
    return text.strip()


email = Kind("an e-mail address", _email)


def _key(text: str) -> Secret:
    # A line break at the end comes from `echo key > file`, not from the key.
    key = text.strip()
    if why := weakness(key):
        raise ValueError(why)
    return Secret(key)


key = Kind(f"a random text of at least {MINIMUM_BYTES} bytes", _key, private=True)
old_keys = Kind(
    "keys that were used before, separated by spaces or line breaks",
    lambda text: tuple(_key(one) for one in text.split()),
    private=True,
)


def _password(text: str) -> Secret:
    if not 8 <= len(text) <= 128:  # noqa: PLR2004 - the bounds are in the text beside it
        raise ValueError(f"has {len(text)} characters")
    return Secret(text)


password = Kind("a password of 8 to 128 characters", _password, private=True)


def _word(text: str) -> str:
    word = text.strip()
    if not word or not word.isprintable() or " " in word:
        raise ValueError("is empty, or has white space or control characters in it")
    return word


word = Kind("a name without spaces", _word)
secret = Kind("a text without spaces", lambda text: Secret(_word(text)), private=True)


def _line(text: str) -> str:
    """Some of these become headers of mails."""
    line = text.strip()
    if not line or not line.isprintable():
        raise ValueError("is empty, or has control characters in it")
    return line


line = Kind("one line of text", _line)
secret_line = Kind(
    "one line of text that is kept secret", lambda text: Secret(_line(text)), private=True
)


def _rate(text: str) -> str:
    if not all(RATE.fullmatch(part) for part in re.split("[,;]", text)):
        raise ValueError("is not understood")
    return text.strip()


rate = Kind("a rate such as 100/minute, or several: 10/second;100/minute", _rate)


def _queue_name(text: str) -> str:
    name = text.strip()
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", name):
        raise ValueError("has characters that no queue's name has")
    return name


queue_name = Kind("1 to 64 letters, digits, dots, dashes or underscores", _queue_name)

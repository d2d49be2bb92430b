"""Each database finds exactly what somebody would who reads every text with a finger on it."""

import random
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from tests.kit.app import Person, good
from tests.search.finding import find
from upnext.search.schemas import LONGEST_QUERY

DOCUMENTS = 1_000
QUERIES = 150
STOP = ("the", "to", "be", "and", "with", "und", "www", "com", "de", "la", "of", "in", "is", "how")
SHORT = ("go", "up", "ok", "ab", "tv", "qa", "x1", "q", "x", "12", "7", "c", "o", "a", "i", "it")
ACCENTED = (
    *("über", "Über", "uber", "größe", "Grösse", "straße", "STRASSE", "naïve", "Zürich", "zurich"),
    *("Øl", "ol", "Łódź", "İzmir"),
)
SCRIPTS = ("Москва", "москвой", "東京タワー", "京都", "नमस्ते", "ﬁne", "fine", "½", "m²")
PLAIN = (
    *("report", "reports", "reporting", "annual", "annually", "budget", "budgets", "tax", "taxes"),
    *("quick", "fox", "exit", "box", "snake_case", "e-mail", "it's", "AC/DC", "3.14", "v2.0"),
    *("2026-11-21", "andy", "theory", "within", "wwwx", "thesis", "this", "what"),
    *(
        f"{one}{two}"
        for one in ("ber", "land", "mar", "kel", "so")
        for two in ("lin", "ton", "ina", "r", "tor")
    ),
)
# Longer than any that MySQL indexes. They differ at their beginning: see words.LONGEST.
LONG = ("quixotic" * 12, "un" + "quixotic" * 12, "Donaudampfschifffahrtsgesellschaft")
ALL = (*STOP, *SHORT, *ACCENTED, *SCRIPTS, *PLAIN)
BETWEEN = (*[" "] * 20, ", ", "\n", ". ", " - ", "/", "…", " «", "**")


class Text:
    """Fields of words, as somebody reads them."""

    def __init__(self, fields: list[list[str]]) -> None:
        self.fields = fields
        self.words = frozenset(word for field in fields for word in field)


class Term(NamedTuple):
    """As it is typed, and what it means."""

    typed: str
    words: list[str]
    begins: bool = False

    def stands_in(self, text: Text) -> bool:
        if not text.words.issuperset(self.words[:-1] if self.begins else self.words):
            return False
        if len(self.words) == 1:
            return not self.begins or any(w.startswith(self.words[0]) for w in text.words)
        return any(self._at(field, place) for field in text.fields for place in range(len(field)))

    def _at(self, field: list[str], place: int) -> bool:
        there = field[place : place + len(self.words)]
        if self.begins:
            *before, last = self.words
            return there[:-1] == before and len(there) > len(before) and there[-1].startswith(last)
        return there == self.words


def split(text: str) -> list[str]:
    """Words, by another way than the program's: fold all, then walk from letter to letter."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l"))
    found, word = [], ""
    for letter in plain:
        if "\u3040" <= letter <= "\u9fff":
            found += [word, letter]
            word = ""
        elif letter.isalnum() or (word and unicodedata.category(letter) in {"Mc", "Mn"}):
            word += "" if unicodedata.combining(letter) else letter
        elif letter != "\u2044":
            found.append(word)
            word = ""
    return [each for each in (*found, word) if each]


def prose(chance: random.Random, most: int) -> str:
    words = chance.choices(ALL, k=chance.randint(1, most))
    if chance.random() < 0.02:
        words.append(chance.choice(LONG))
    return "".join(word + chance.choice(BETWEEN) for word in words).strip()


def tasks(chance: random.Random) -> Iterator[dict[str, object]]:
    for number in range(DOCUMENTS):
        tags = {chance.choice(PLAIN).casefold() for _ in range(chance.choice((0, 0, 1, 3)))}
        text = prose(chance, 15) if chance.random() < 0.7 else ""
        yield {"title": f"n{number} {prose(chance, 8)}"[:200], "description": text, "tags": [*tags]}


PHRASES = ("phrase", "open phrase")
KINDS: dict[str, tuple[str, ...]] = {
    "stop": STOP, "short": SHORT, "accented": ACCENTED, "script": SCRIPTS, "long": LONG,
    "plain": PLAIN, "any": PLAIN,
}  # fmt: skip


def term(chance: random.Random, texts: list[Text]) -> Term:
    kind = chance.choice((*KINDS, *PHRASES))
    if kind in PHRASES:
        field = chance.choice([f for f in chance.choice(texts).fields if len(f) > 1])
        place = chance.randrange(len(field) - 1)
        words = field[place : place + chance.choice((2, 2, 3))]
        if kind == "open phrase":
            words = [*words[:-1], words[-1][: chance.randint(1, 4)]]
            return Term(f'"{" ".join(words)}*"', words, begins=True)
        return Term(f'"{" ".join(words)}"', words)
    typed = chance.choice(KINDS[kind])
    if chance.random() < 0.3 and typed.isascii() and typed.isalnum():
        typed = typed[: chance.randint(1, len(typed))]
        return Term(f"{typed}*", split(typed), begins=True)
    return Term(typed, split(typed))


class Question(NamedTuple):
    wanted: list[Term]
    unwanted: list[Term]

    @property
    def typed(self) -> str:
        return " ".join([*(t.typed for t in self.wanted), *(f"-{t.typed}" for t in self.unwanted)])

    def answer(self, texts: list[Text]) -> set[str]:
        """The first words of the titles."""
        return {
            text.fields[0][0]
            for text in texts
            if all(one.stands_in(text) for one in self.wanted)
            and not any(one.stands_in(text) for one in self.unwanted)
        }


def questions(chance: random.Random, texts: list[Text]) -> Iterator[tuple[str, set[str]]]:
    """With their answers. Few with very many hits: these take a reader, and the test, too long."""
    broad = asked = 0
    while asked < QUERIES:
        wanted = [term(chance, texts) for _ in range(chance.choice((1, 1, 2, 3)))]
        unwanted = [term(chance, texts)] if chance.random() < 0.2 else []
        question = Question(wanted, unwanted)
        if len(question.typed) > LONGEST_QUERY:
            continue
        answer = question.answer(texts)
        if len(answer) > 100:
            broad += 1
        if len(answer) <= 100 or broad <= 5:
            asked += 1
            yield question.typed, answer


async def write(person: Person, made: list[dict[str, object]]) -> list[Text]:
    texts = []
    for start in range(0, DOCUMENTS, 1_000):
        some = made[start : start + 1_000]
        answer = good(await person.client.post("/tasks/bulk", json={"tasks": some}))
        assert answer["created"] == 1_000
        for task, result in zip(some, answer["results"], strict=True):
            tags = task["tags"]
            assert isinstance(tags, list)
            fields = [str(task["title"]), str(task["description"]), *tags, result["task"]["key"]]
            texts.append(Text([split(field) for field in fields]))
    return texts


async def test_each_database_finds_what_a_reader_finds(person: Person) -> None:
    chance = random.Random(20261121)
    texts = await write(person, [*tasks(chance)])
    hits = 0
    for typed, answer in questions(chance, texts):
        shown = await find(person, typed, types="task", limit=100)
        found = [hit["title"].split()[0] for hit in shown]
        assert len(found) == len(set(found)), typed
        assert set(found) == answer, typed
        hits += len(found)
    assert hits > QUERIES


async def test_a_word_behind_the_places_that_a_database_keeps(person: Person) -> None:
    text = "ok " * 3_000 + "exit here"
    good(await person.client.post("/tasks", json={"title": "Long", "description": text}))
    assert len(await find(person, '"ok exit"')) == 1
    assert len(await find(person, '"exit here"')) == 1
    assert await find(person, '"here ok"') == []

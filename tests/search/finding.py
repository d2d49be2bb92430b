"""How tests look for something."""

from typing import Any

from tests.kit.app import Person, good


async def find(person: Person, q: str, **params: Any) -> list[dict[str, Any]]:
    """The hits of all pages."""
    hits: list[dict[str, Any]] = []
    asked = {"q": q, **params}
    while True:
        page = good(await person.client.get("/search", params=asked))
        hits += page["items"]
        if page["next_cursor"] is None:
            return hits
        asked["cursor"] = page["next_cursor"]


async def titles(person: Person, q: str, **params: Any) -> list[str]:
    return [hit["title"] for hit in await find(person, q, **params)]

"""What a new user finds."""

from tests.kit.app import MakeUser, good


async def test_a_new_user_has_a_personal_workspace_with_an_inbox(make_user: MakeUser) -> None:
    person = await make_user()
    workspaces = good(await person.client.get("/workspaces"))["items"]
    assert [(one["name"], one["personal"], one["role"]) for one in workspaces] == [
        ("Personal", True, "owner")
    ]
    projects = good(await person.client.get("/projects"))["items"]
    assert [(one["name"], one["key"], one["inbox"]) for one in projects] == [
        ("Inbox", "INBOX", True)
    ]

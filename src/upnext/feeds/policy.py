"""The scopes of calendar links. Each belongs to one account, where no role counts.

Making one and giving it a new address take a person who signed in: a link outlives the credential
that made it, and would give an API token more than it was made for.
"""

from upnext.core.auth import Scope

FEEDS_READ = Scope("feeds:read")
FEEDS_WRITE = Scope("feeds:write")
SCOPES = {
    FEEDS_READ: "List your calendar links, without their addresses",
    FEEDS_WRITE: "Delete your calendar links; for a person also make them",
}

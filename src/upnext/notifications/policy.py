"""The scopes of notifications. Each belongs to one account, where no role counts.

Where somebody is reached outlives the credential that says so; so saying it takes a person who
signed in.
"""

from upnext.core.auth import Scope

READ = Scope("notifications:read")
WRITE = Scope("notifications:write")
SCOPES = {
    READ: "Read your notifications and what you chose to be told of",
    WRITE: "Mark and delete your notifications, and choose what to be told of; "
    "for a person also where",
}

"""What a credential needs to ask for the order of work. Every role that sees a task may be told."""

from collections.abc import Mapping

from upnext.core.auth import Scope

PLANNING_READ = Scope("planning:read")
PLANNING_WRITE = Scope("planning:write")
SCOPES: Mapping[Scope, str] = {
    PLANNING_READ: "Ask what to do next, and see the open tasks in the answer, plans, busy times",
    PLANNING_WRITE: "Give feedback on what to do next, which can complete and put off tasks; "
    "pin tasks in one's plan, plan anew, and change one's busy times",
}

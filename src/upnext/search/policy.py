"""The scope of searching. What is found is what may be read anyway."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

SEARCH_READ = Scope("search:read")
SCOPES = {SEARCH_READ: "Search all you can see: tasks, projects and what belongs to them"}

READ = Action("search.read", WorkspaceRole.VIEWER)

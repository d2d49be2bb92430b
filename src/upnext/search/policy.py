"""The scope of searching. What is found is what may be read anyway."""

from upnext.core.auth import Scope

SEARCH_READ = Scope("search:read")
SCOPES = {SEARCH_READ: "Search tasks, projects and what belongs to them"}

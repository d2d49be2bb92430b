"""The scopes and actions of classification, as docs/permissions.md has them."""

from upnext.core.auth import Scope, WorkspaceRole
from upnext.core.load import Action

CLASSIFICATION_READ = Scope("classification:read")
CLASSIFICATION_WRITE = Scope("classification:write")
SCOPES = {
    CLASSIFICATION_READ: "See how tasks were classified, categories and what was learned",
    CLASSIFICATION_WRITE: "Classify tasks, accept and dismiss suggestions, change categories",
}

READ = Action("classification.read", WorkspaceRole.VIEWER)
RUN = Action("classification.run", WorkspaceRole.MEMBER)
DECIDE = Action("classification.decide", WorkspaceRole.MEMBER)
RECLASSIFY = Action("classification.reclassify", WorkspaceRole.MANAGER)
CONFIGURE = Action("classification.configure", WorkspaceRole.ADMIN)
CREATE_CATEGORY = Action("category.create", WorkspaceRole.MANAGER)
UPDATE_CATEGORY = Action("category.update", WorkspaceRole.MANAGER)
DELETE_CATEGORY = Action("category.delete", WorkspaceRole.MANAGER)

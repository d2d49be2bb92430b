"""How every way out says that it could not."""


class Refused(Exception):
    """It will never be taken."""


class Postponed(Exception):
    """Another time it may be taken."""


class Gone(Exception):
    """There is nobody any more: it can be forgotten."""

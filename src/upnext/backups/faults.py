"""What an operator is told when a backup or a restore cannot be."""

from upnext.core.errors import AppError


class BadArchive(AppError):
    """It is damaged, incomplete or not ours: nothing of it is used."""

    code = "bad_archive"
    title = "Not a usable archive"


class NotEmpty(AppError):
    """There is data where an archive should go."""

    code = "target_not_empty"
    title = "The target has data"


def not_empty(accounts: int) -> NotEmpty:
    return NotEmpty(
        f"There are {accounts} accounts in this database, and nothing was changed. "
        "Name an empty one, or say --replace to put the archive in place of all that is there."
    )

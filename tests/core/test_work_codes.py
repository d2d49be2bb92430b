"""What the driver of MySQL really raises, and what the unit of work makes of it."""

import struct

import pytest
from asyncmy import errors
from sqlalchemy.exc import DBAPIError, OperationalError

from upnext.core.errors import StorageFull, Unavailable
from upnext.core.work import RETRY_CODES, code_of, translate


def raised(number: int, state: str) -> DBAPIError:
    """As the driver makes it of a packet, with a SQLSTATE of its own beside the number."""
    packet = b"\xff" + struct.pack("<h", number) + f"#{state}What happened".encode()
    try:
        errors.raise_mysql_exception(packet)
    except errors.MySQLError as error:
        return OperationalError("SELECT 1", {}, error)
    raise AssertionError("the driver took it for no error")


@pytest.mark.parametrize(("number", "state"), [(1205, "HY000"), (1020, "HY000"), (1213, "40001")])
def test_what_mysql_says_of_locks_is_tried_again(number: int, state: str) -> None:
    error = raised(number, state)
    assert code_of(error) in RETRY_CODES
    assert isinstance(translate(error), Unavailable)


def test_what_mysql_says_of_its_disk_and_its_readers() -> None:
    assert isinstance(translate(raised(1114, "HY000")), StorageFull)
    assert isinstance(translate(raised(1290, "HY000")), Unavailable)

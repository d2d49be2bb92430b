"""Python's collector of circular garbage in a process that serves or works until told to end."""

import gc

# After so many objects more than were given back; Python's own 700 are passed with each request.
THRESHOLDS = (50_000, 20, 50)


def collect_seldom() -> None:
    """What a request makes is gone without the collector but for a few circles. Looking for them
    with each request took a quarter of what a create costs (`python -m bench --only create`); and
    what a start imports stays, most of it."""
    gc.set_threshold(*THRESHOLDS)


def keep_all() -> None:
    """Called when all is there that stays: nobody looks through that again, not even at the end.
    From then on the collector looks seldom, whoever began the process."""
    gc.freeze()
    collect_seldom()

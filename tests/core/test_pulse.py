"""Processes of one machine know of each other's writes, and of nothing else."""

import subprocess
import sys
from pathlib import Path
from uuid import UUID

from upnext.core.pulse import MOST_WATCHED, SLOTS, Pulse

ONE, TWO = UUID(int=1), UUID(int=2)
OTHER = """
import sys
from pathlib import Path
from uuid import UUID
from upnext.core.pulse import Pulse
Pulse(Path(sys.argv[1])).beat([UUID(int=1)])
"""


def test_what_others_write_is_seen(tmp_path: Path) -> None:
    mine, others = Pulse(tmp_path / "deep" / "pulse"), Pulse(tmp_path / "deep" / "pulse")
    seen = mine.seen([ONE, TWO, None])
    assert seen is not None
    assert mine.still(seen)
    others.beat([UUID(int=3), None])
    assert mine.still(seen)
    others.beat([TWO])
    assert not mine.still(seen)
    # Nor does it ever come back to what it was.
    now = mine.seen([ONE, TWO])
    for _ in range(100):
        mine.beat([TWO])
        others.beat([TWO])
        assert now is not None
        assert not mine.still(seen)
        assert not mine.still(now)
    mine.close()
    others.close()


def test_another_process_is_seen(tmp_path: Path) -> None:
    mine = Pulse(tmp_path / "pulse")
    seen = mine.seen([ONE])
    assert seen is not None
    subprocess.run([sys.executable, "-c", OTHER, str(tmp_path / "pulse")], check=True)
    assert not mine.still(seen)
    mine.close()


def test_places_are_shared_rather_than_missed(tmp_path: Path) -> None:
    mine = Pulse(tmp_path / "pulse")
    seen = mine.seen([UUID(int=5)])
    assert seen is not None
    mine.beat([UUID(int=5 + SLOTS)])
    assert not mine.still(seen)
    mine.close()


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    alone = Pulse()
    alone.beat([ONE])
    assert alone.seen([ONE]) is None
    (tmp_path / "file").write_text("")
    barred = Pulse(tmp_path / "file" / "pulse")
    assert barred.seen([ONE]) is None
    barred.beat([ONE])
    assert not barred.still(((1, 0),))
    ended = Pulse(tmp_path / "pulse")
    assert ended.seen([ONE]) is not None
    ended.close()
    assert not ended.still(((1, 0),))
    assert ended.seen([ONE]) is None


def test_only_so_many_are_watched(tmp_path: Path) -> None:
    mine = Pulse(tmp_path / "pulse")
    assert mine.seen([UUID(int=n) for n in range(MOST_WATCHED)]) is not None
    assert mine.seen([UUID(int=n) for n in range(MOST_WATCHED + 1)]) is None
    mine.close()


def test_the_file_is_for_this_account_alone(tmp_path: Path) -> None:
    mine = Pulse(tmp_path / "pulse")
    mine.beat([ONE])
    assert (tmp_path / "pulse").stat().st_mode & 0o777 == 0o600
    mine.close()

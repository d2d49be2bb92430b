"""A real process killed by SIGKILL while it uploads, purges and cleans up. The full trial is
`python -m bench.faults --trial files`."""

import random
import sys

from bench.faults import filing


async def test_killed_in_between_nothing_is_lost_or_half_there(own_database_url: str) -> None:
    seed = random.randrange(10**6)
    verdict = await filing.kill_filers(own_database_url, seed=seed, kills=3)
    sys.stdout.write(f"seed={seed} {verdict}\n")
    assert verdict.passed
    assert verdict.kills == 3
    assert verdict.acknowledged > 0

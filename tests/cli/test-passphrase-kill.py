# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 while the passphrase is changed, at random moments: the vault opens with the former one or with the new one, and
the recovery key opens it whatever happened.

The second argument is the number of kills.  HY_SEED repeats a run."""

import os
import random
import sys
import time

from hycli import PASSPHRASE, main, note, test


def start(box, former, fresh):
    reading, writing = os.pipe()
    os.write(writing, fresh.encode() + b"\n")
    os.close(writing)
    try:
        return box.start("passphrase", "change", "--new-passphrase-fd", reading, passphrase=former, also=(reading,))
    finally:
        os.close(reading)


@test
def a_kill_leaves_the_former_passphrase_or_the_new_one(box):
    kills = int(sys.argv[2])
    seed = os.environ.get("HY_SEED", str(random.randrange(1 << 32)))
    chance = random.Random(seed)
    key = box.ok("create", "--kdf", "interactive", "--json").one["recoveryKey"]
    box.add_space("Claire", "Fontaine", "1979-05-14", "female")

    now = PASSPHRASE
    began = time.monotonic()
    assert start(box, now, "the first change of them all").wait(60) == 0
    longest = time.monotonic() - began
    now = "the first change of them all"
    cut = changed = both = 0
    for number in range(kills):
        fresh = f"lantern orchard number {number} of the river"
        process = start(box, now, fresh)
        # Most of the time goes into keys; what is written is written at the end, wherever that is on a busy machine.
        time.sleep(chance.uniform(0.7 * longest, longest))
        process.kill()
        process.communicate(timeout=60)
        was_cut = process.returncode != 0
        longest *= 1.15 if was_cut else 0.85
        cut += was_cut
        opens = [words for words in (fresh, now) if box.run("space", "list", "--json", passphrase=words).code == 0]
        assert opens, f"kill {number} (seed {seed}): neither passphrase opens it"
        if process.returncode == 0:
            assert opens == [fresh], f"kill {number} (seed {seed}): done, and {opens} open it"
        both += len(opens) == 2
        changed += opens[0] == fresh
        now = opens[0]
        if number % 10 == 9:
            box.ok("recovery", "test", passphrase=key)
    assert box.ok("verify", "--json", passphrase=now).out == b""
    note(f"{kills} kills (seed {seed}), {cut} before the end; {changed} left the new passphrase, {both} both, 0 neither")
    assert cut > kills // 4, "the kills came too late to show anything"


if __name__ == "__main__":
    main()

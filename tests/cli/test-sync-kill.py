# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 during a first sync, at random moments: the vault opens, verify finds nothing, and the next sync goes on from there.

The second argument is the number of kills.  HY_SEED repeats a run."""

import os
import random
import sys
import time

from fhirserver import FhirServer, PERSON, alice, documents
from hycli import main, note, test
from syncing import assert_same, prepare, sync, whole

RESOURCES = 10_000
N_DOCUMENTS = 8
KILLS_A_VAULT = 3
KINDS = ("Observation", "Condition", "Immunization", "Communication", "Goal")


def many():
    """Small resources of several types, so that a pull has many pages."""
    subjects = {"Immunization": "patient"}
    for number in range(RESOURCES):
        kind = KINDS[number % len(KINDS)]
        yield {"resourceType": kind, "id": f"m-{number}", "status": "final", subjects.get(kind, "subject"): {"reference": f"Patient/{PERSON}"},
               "code": {"text": f"Invented {number}"}, "note": [{"text": "x" * (number % 200)}]}


def count_here(box):
    return len(box.ok("list", "all", "--json").lines) - 1


def kill_until_whole(box, server, truth, kills, longest, chance):
    """A vault whose first sync is killed @kills times, then let through.  Returns how many resources each kill found here."""
    prepare(box)
    found = []
    for _ in range(kills):
        process = box.start("sync", "--json", "--server", server.base, "--patient", PERSON)
        time.sleep(chance.uniform(0, longest))
        process.kill()
        process.communicate(timeout=60)
        here = count_here(box)
        assert here >= max(found, default=0), f"{here} after a kill, {found} after those before"
        assert box.ok("verify", "--json").out == b""
        found.append(here)
    server.log()
    journal = sync(box, server)
    assert not journal.refused, journal
    requests = server.log()
    here = count_here(box)
    added = journal.total("added")
    assert added == len(truth[0]) - found[-1], f"{added} came last, {found[-1]} of {here} were here"
    assert_same(box, server, truth=truth)
    return found, len(requests)


@test
def a_sync_goes_on_where_it_was_killed(box):
    kills = int(sys.argv[2])
    seed = os.environ.get("HY_SEED", str(random.randrange(1 << 32)))
    chance = random.Random(seed)
    with FhirServer([*alice(), *documents(N_DOCUMENTS), *many()]) as server:
        truth = whole(server)
        prepare(box)
        server.log()
        began = time.monotonic()
        sync(box, server)
        longest = time.monotonic() - began
        n_whole = len(server.log())
        assert_same(box, server, truth=truth)

        number = middle = shorter = 0
        began = time.monotonic()
        while number < kills:
            with type(box)(box.program) as fresh:
                share = min(KILLS_A_VAULT, kills - number)
                number += share
                found, n_requests = kill_until_whole(fresh, server, truth, share, longest * 0.8, chance)
                middle += sum(0 < here < len(truth[0]) for here in found)
                if found[-1] > len(truth[0]) // 2:
                    assert n_requests < n_whole, f"{n_requests} requests after {found[-1]} were here, {n_whole} for all"
                    shorter += 1
        note(f"{kills} kills (seed {seed}) in syncs of {longest:.1f} s, {n_whole} requests; {middle} in the middle of the resources, "
             f"{shorter} vaults finished with fewer requests, 0 lost, {time.monotonic() - began:.0f} s")
        assert middle > 0, "the kills came too early or too late to show anything"


if __name__ == "__main__":
    main()

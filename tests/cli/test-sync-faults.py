# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault at each request of a first sync: what ends early says so, and the next sync makes the space what the server is.

The second argument is how many of all cases are tried, chosen anew each time; 0 is all.  HY_SEED repeats a run."""

import concurrent.futures
import os
import random
import sys
import time

from fhirserver import FhirServer, alice, documents
from hycli import main, note, test
from syncing import assert_same, prepare, sync, whole

# Most of a case is waiting between tries.
AT_ONCE = 4
# More often than any client tries again within one sync.  One that asks to come back at once is asked for two minutes: only where
# all is tried.
ALWAYS = 1000
OFTEN = 3
FAULTS = [{"drop": "before"}, {"drop": "after"}, {"truncate": 0}, {"truncate": 1}, {"truncate": 700}, {"truncate": 20_000}, {"status": 500},
          {"status": 503, "retryAfter": 0}, {"status": 429, "retryAfter": 0}, {"garbage": True}, {"latencyMs": 300}]
SERVERS = [{"PAGE_MAX": 7}, {"HISTORY": 0, "RANGES": 0}]


class Worker:
    """One server of each kind, which nobody else makes fail meanwhile."""

    def __init__(self, seed):
        self.servers = [FhirServer(seed, **variables) for variables in SERVERS]
        self.truths = [whole(server) for server in self.servers]

    def stop(self):
        for server in self.servers:
            server.stop()


def requests_of_a_first_sync(box, server):
    prepare(box)
    server.log()
    sync(box, server)
    # An address asked for twice is one place for faults: "times" makes the difference.
    return list(dict.fromkeys(server.log()))


def try_case(program, make_box, workers, case):
    kind, request, fault, times = case
    worker = workers.pop()
    try:
        server = worker.servers[kind]
        method, _, address = request.partition(" ")
        with make_box(program) as box:
            prepare(box)
            server.faults({"match": address, "method": method, "times": times, **fault})
            began = time.monotonic()
            journal = sync(box, server, code=None)
            took = time.monotonic() - began
            server.faults()
            if journal is not None and journal.state != "done":
                assert journal.resumable, (case, journal)
            assert box.ok("verify", "--json").out == b"", case
            last = sync(box, server)
            assert not last.refused, (case, last)
            assert_same(box, server, truth=worker.truths[kind])
            return journal.state if journal is not None else "refused", took
    except Exception as error:
        raise AssertionError(f"{SERVERS[kind]}: {fault}, {times} times, at {request}") from error
    finally:
        workers.append(worker)


@test
def after_any_fault_at_any_request_the_next_sync_brings_all(box):
    how_many = int(sys.argv[2])
    # The same ones each time, so that a change is judged by the change; --long tries all.
    seed = os.environ.get("HY_SEED", "1")
    workers = []
    resources = alice() + documents(5)
    try:
        for _ in range(AT_ONCE):
            workers.append(Worker(resources))
        places = [requests_of_a_first_sync(box, server) for server in workers[0].servers]
        # A server's port is in no request line, so each worker's server is asked the same.
        cases = [(kind, request, fault, times) for kind, requests in enumerate(places) for request in requests
                 for fault in FAULTS for times in (1, OFTEN if how_many and "retryAfter" in fault else ALWAYS)]
        chosen = random.Random(seed).sample(cases, how_many) if 0 < how_many < len(cases) else cases
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(lambda case: try_case(box.program, type(box), workers, case), chosen))
    finally:
        for worker in workers:
            worker.stop()
    states = [state for state, _ in done]
    note(f"{len(chosen)} of {len(cases)} cases (seed {seed}), {' and '.join(str(len(requests)) for requests in places)} requests; "
         + ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
         + f"; longest {max(took for _, took in done):.1f} s")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""A session without a server opens no internet socket: each system call of a full use is looked at with strace."""

import re
import subprocess
import sys

from hycli import main, note, observation, pdf, test

INTERNET = re.compile(r"AF_INET6?\b|PF_INET6?\b|sin6?_(port|addr)")


def traced(box, *words, code=0, **keywords):
    log = box.files / "strace.log"
    result = box.run(*words, wrap=("strace", "-f", "-e", "trace=%network,execve", "-o", str(log)), **keywords)
    assert result.code == code, result
    calls = log.read_text(errors="replace")
    assert "execve(" in calls and "+++ exited with" in calls, calls
    assert not INTERNET.search(calls), calls
    return result


@test
def the_trace_shows_an_internet_socket_when_there_is_one(box):
    log = box.files / "strace.log"
    subprocess.run(["strace", "-f", "-e", "trace=%network", "-o", str(log), sys.executable, "-c",
                    "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"], check=True, env=box.env)
    assert INTERNET.search(log.read_text())


@test
def no_command_opens_an_internet_socket(box):
    letter = box.write("letter.pdf", pdf("See http://example.org/", padding=80_000))
    files = [letter, box.write("one.json", observation(1, "Weight")), box.write("broken.json", "{")]
    traced(box, "help")
    traced(box, "create", "--kdf", "interactive")
    traced(box, "space", "add", "--given", "Claire", "--family", "Fontaine", "--birth-date", "1979-05-14", "--sex", "female")
    lines = traced(box, "import", "--json", *files, code=1).lines
    # A word that looks like an address is the name of a file, never fetched.
    traced(box, "import", "http://127.0.0.1:9/one.json", code=1)
    document = next(line["id"] for line in lines if line["type"] == "DocumentReference")
    traced(box, "space", "list")
    traced(box, "list", "all")
    traced(box, "show", document)
    traced(box, "get", document)
    traced(box, "search", "weight")
    traced(box, "verify")
    traced(box, "export", "--zip", box.files / "out.zip")
    traced(box, "list", "all", code=3, passphrase="some other words")
    second = box.add_space("Hugo", "Fontaine", "2019-11-02", "male")
    traced(box, "space", "remove", second)
    note("14 commands traced, no AF_INET or AF_INET6")


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking for markers in all that a program wrote, in every common form."""

import base64
import os


def forms(marker):
    """The marker as it could stand in a file: bytes to look for."""
    plain = marker.encode()
    for shift in range(3):
        # The part of the base64 text that does not depend on what stands before and after.
        whole = base64.b64encode(b"\0" * shift + plain)
        yield whole[(0, 2, 3)[shift]:len(whole) - 4]
    yield plain
    yield plain[::-1]
    yield marker.lower().encode()
    yield marker.encode("utf-16-le")
    yield marker.encode("utf-16-be")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()


def files_below(folder):
    for path in folder.rglob("*"):
        yield path, os.fsencode(path.relative_to(folder))


def find(markers, folder):
    """(marker, path) for each one found in a file or a file name below @folder."""
    wanted = [(marker, form) for marker in markers for form in forms(marker)]
    found = set()
    for path, name in files_below(folder):
        try:
            content = name + b"\n" + (path.read_bytes() if path.is_file() and not path.is_symlink() else b"")
        except FileNotFoundError:
            # A program that runs has taken it away meanwhile.
            content = name
        found.update((marker, str(path)) for marker, form in wanted if form in content)
    return found

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a running GTK program through the accessibility bus, as assistive technology does.

  drive.py tree                         every node: role, name, states, text
  drive.py unnamed                      focusable controls that a screen reader could not name (exit 1 if any)
  drive.py wait ROLE NAME [SECONDS]     until such a node shows
  drive.py click ROLE NAME              first action of the node
  drive.py type ROLE NAME TEXT          replaces the text of an entry
  drive.py key KEYSYM...                keys as typed (xdotool names: Tab, ctrl+f, Return)
  drive.py focus                        role and name of what has the keyboard focus
  drive.py shot FILE.png                picture of the whole display
ROLE '*' matches any; NAME matches whole, or as a part when it starts with '~'.
"""
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

ENTRIES = ("entry", "text", "password text", "spin button", "editbar")
PASSIVE = ("frame", "window", "scroll pane", "panel", "list", "filler")
FOCUSABLE = Atspi.StateType.FOCUSABLE
SHOWING = Atspi.StateType.SHOWING


def walk(node, depth=0):
    yield node, depth
    try:
        children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
    except gi.repository.GLib.Error:
        return  # it went away while we looked
    for child in children:
        if child is not None:
            yield from walk(child, depth + 1)


def nodes():
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        app = desktop.get_child_at_index(i)
        if app is not None:
            yield from walk(app)


def find(role, name):
    for node, _ in nodes():
        try:
            if role not in ("*", node.get_role_name()):
                continue
            own = node.get_name() or ""
            if (own == name or name.startswith("~") and name[1:] in own) and node.get_state_set().contains(SHOWING):
                return node
        except gi.repository.GLib.Error:
            continue
    return None


def wait(role, name, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            node = find(role, name)
        except gi.repository.GLib.Error:
            node = None
        if node:
            return node
        time.sleep(0.1)
    sys.exit(f"not found in {seconds} s: {role} {name!r}")


def text_of(node):
    try:
        return Atspi.Text.get_text(node, 0, -1) if node.get_text_iface() else ""
    except gi.repository.GLib.Error:
        return ""


def is_named(node):
    """Whether a screen reader has something to say.  What is typed into an entry is not its name."""
    role = node.get_role_name()
    if node.get_name() or role in PASSIVE:
        return True
    return role not in ENTRIES and bool(text_of(node))


def unnamed():
    for node, _ in nodes():
        states = node.get_state_set()
        if states.contains(FOCUSABLE) and states.contains(SHOWING) and not is_named(node):
            yield node


def main(argv):
    if len(argv) < 2:
        sys.exit(__doc__)
    verb, args = argv[1], argv[2:]
    Atspi.init()
    if verb == "tree":
        for node, depth in nodes():
            states = node.get_state_set()
            marks = "".join(m for m, s in (("f", FOCUSABLE), ("s", SHOWING)) if states.contains(s))
            print(f"{'  ' * depth}{node.get_role_name()} {node.get_name()!r} {marks} {text_of(node)[:80]!r}")
    elif verb == "unnamed":
        bad = list(unnamed())
        for n in bad:
            parent = n.get_parent()
            print("unnamed:", n.get_role_name(), "in", parent.get_role_name() if parent else "?", repr(parent.get_name()) if parent else "")
        sys.exit(1 if bad else 0)
    elif verb == "wait":
        wait(args[0], args[1], float(args[2]) if len(args) > 2 else 10.0)
    elif verb == "click":
        if not Atspi.Action.do_action(wait(*args[:2]), 0):
            sys.exit("the action was refused")
    elif verb == "type":
        if not Atspi.EditableText.set_text_contents(wait(*args[:2]), args[2]):
            sys.exit("the text was refused")
    elif verb == "key":
        subprocess.run(["xdotool", "key", "--delay", "60", *args], check=True)
    elif verb == "focus":
        focused = [n for n, _ in nodes() if n.get_state_set().contains(Atspi.StateType.FOCUSED)]
        for n in focused:
            print(n.get_role_name(), repr(n.get_name()))
        sys.exit(0 if focused else 1)
    elif verb == "shot":
        subprocess.run(["import", "-window", "root", args[0]], check=True)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several documents chosen in the real window: hidden and shown again, moved to a shelf, removed and brought back, removed for
good by a lock.  Leaves a picture of each state in $HY_PICTURES.

  test-selection.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT CLI

Run it in with-display.sh, as test-window.py, whose hands it uses.
"""
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
CLI = sys.argv[8]
spec = importlib.util.spec_from_file_location("window", os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-window.py"))
window = importlib.util.module_from_spec(spec)
sys.modules["window"] = window
spec.loader.exec_module(window)
from window import (FIXTURES, KEYBOARD, _, check, drive, gone, home, keys, names, picture, press, reach, reach_row, see, write)  # noqa: E402

PASSPHRASE = "cinq mots pour un essai"


def many(one, several, count):
    return window.translation.ngettext(one, several, count).replace("%'u", str(count))


def cli(*words):
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE + "\n")
    made = dict(window.environment, HYGIE_PASSPHRASE_FILE=file)
    done = subprocess.run([CLI, *words], env=made, stdout=subprocess.PIPE, text=True)
    os.unlink(file)
    check(done.returncode == 0, f"hygie-cli {words} works: {done.stdout}")
    return done.stdout


def make_vault():
    cli("create", "--kdf", "interactive")
    cli("space", "add", "--given", "Claire", "--family", "Fontaine", "--birth-date", "1961-05-14", "--sex", "female")
    folder = os.path.join(home, "papers")
    os.makedirs(folder)
    pdfs = sorted(name for name in os.listdir(os.path.join(FIXTURES, "pdf")) if name.endswith(".pdf") and "password" not in name)
    papers = [shutil.copy(os.path.join(FIXTURES, "pdf", source), os.path.join(folder, f"{title}.pdf"))
              for title, source in zip(("Alpha", "Beta"), pdfs)]
    cli("import", *papers, os.path.join(FIXTURES, "ui", "claire.json"))


def unlock():
    see("button", _("_Unlock"), 20)
    time.sleep(0.3)
    write(PASSPHRASE)
    keys("Return")
    window.to_documents()
    see("list item", "~Cardiology consultation", 20)
    time.sleep(0.5)


def choose(name):
    """With Ctrl and the mouse, or with the space bar on a row."""
    if KEYBOARD:
        reach_row(name)
        keys("space")
        return
    row = see("list item", name)
    place = drive.Atspi.Component.get_extents(row, drive.Atspi.CoordType.WINDOW)
    subprocess.run(["xdotool", "keydown", "ctrl", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
                    "click", "1", "keyup", "ctrl"], check=True)


def see_chosen(count):
    see("*", many("%'u selected", "%'u selected", count))


def stop_choosing():
    if KEYBOARD:
        keys("Escape")
    else:
        press("button", _("_Cancel"))
    gone("button", _("Move to a shelf…"))


def undo():
    if KEYBOARD:
        keys("ctrl+z")
    else:
        press("button", _("_Undo"))


def badge(name, shown=True):
    """What the row says of whom it is hidden from."""
    words = _("Hidden from professionals")
    end = time.monotonic() + 10
    while True:
        row = see("list item", name)
        if (words in (row.get_name() or "")) == shown:
            return
        check(time.monotonic() < end, f"{name} says that it is hidden: {shown}")
        time.sleep(0.1)


def hide_and_undo():
    choose("~Cardiology consultation")
    see_chosen(1)
    choose("~Right knee X-ray")
    see_chosen(2)
    # a document that others made stays on its shelf, and the button says why
    button = see("button", _("Move to a shelf…"))
    check(not button.get_state_set().contains(drive.Atspi.StateType.SENSITIVE), "others' documents cannot be moved")
    check(button.get_description(), "it is said why they cannot be moved")
    picture("select-two")
    press("button", _("Hide from professionals"))
    see("*", many("%'u document hidden from professionals", "%'u documents hidden from professionals", 2))
    badge("~Cardiology consultation")
    badge("~Right knee X-ray")
    gone("button", _("Move to a shelf…"))
    picture("select-hidden")
    undo()
    badge("~Cardiology consultation", shown=False)
    badge("~Right knee X-ray", shown=False)


def choose_all_and_none():
    reach_row("~Cardiology consultation") if KEYBOARD else press("button", _("Select"))
    time.sleep(0.3)
    if not KEYBOARD:
        see("*", _("Select documents"))
        picture("select-none")
    keys("ctrl+a")
    see_chosen(count_all())
    stop_choosing()
    # two with Shift and an arrow
    if KEYBOARD:
        reach_row("~Cardiology consultation")
        time.sleep(0.3)  # what has the focus is told a little later
        reach("~Cardiology consultation", "Down")
        keys("shift+Down")  # the row itself
        see_chosen(1)
        keys("shift+Down")
        see_chosen(2)
        stop_choosing()


def count_all():
    return len(cli_list)


def move():
    choose("~Alpha")
    choose("~Beta")
    see_chosen(2)
    press("button", _("Move to a shelf…"))
    see("*", _("Move to a shelf"))
    time.sleep(0.4)
    picture("select-shelf")
    shelf = "Pièces administratives" if window.LANGUAGE == "fr" else "Administrative papers"
    press("list item", shelf)
    see("*", many("%'u document moved to “%s”", "%'u documents moved to “%s”", 2).replace("%s", shelf))
    time.sleep(0.5)
    picture("select-moved")


def remove_and_bring_back():
    choose("~Alpha")
    choose("~Beta")
    see_chosen(2)
    press("button", _("Remove…"))
    see("*", many("%'u document removed", "%'u documents removed", 2))
    gone("list item", "~Alpha")
    gone("list item", "~Beta")
    picture("select-removed")
    undo()
    see("list item", "~Alpha")
    see("list item", "~Beta")


def save_copies():
    """What is in the folder already stays as it is."""
    folder = os.path.join(home, "copies")
    os.makedirs(folder)
    with open(os.path.join(folder, "Alpha.pdf"), "w", encoding="utf-8") as file:
        file.write("mine")
    choose("~Alpha")
    choose("~Beta")
    see_chosen(2)
    press("button", _("Save copies…"))
    see("*", _("Save copies in clear?"))
    picture("select-save")
    press("button", _("_Choose a folder…"))
    see("*", _("Save copies"))
    time.sleep(0.5)
    # the slash opens the entry, which completes what one types faster than it can
    write("/")
    time.sleep(0.5)
    keys("ctrl+a")
    subprocess.run(["xdotool", "type", "--delay", "40", folder], check=True)
    time.sleep(0.3)
    keys("Delete", "Return")
    see("*", many("%'u copy saved, in clear", "%'u copies saved, in clear", 2))
    window.program.take_focus()
    found = [os.path.join(at, name) for at, _folders, files in os.walk(home) for name in files if name.startswith(("Alpha", "Beta"))]
    check(sorted(os.listdir(folder)) == ["Alpha (2).pdf", "Alpha.pdf", "Beta.pdf"], f"the copies have names of their own: {found}")
    with open(os.path.join(folder, "Alpha.pdf"), encoding="utf-8") as file:
        check(file.read() == "mine", "nothing is written over")
    for copy, title in (("Alpha (2).pdf", "Alpha"), ("Beta.pdf", "Beta")):
        with open(os.path.join(folder, copy), "rb") as left, open(os.path.join(home, "papers", f"{title}.pdf"), "rb") as right:
            check(left.read() == right.read(), f"{copy} has the bytes of the file")


def open_brought_back():
    if KEYBOARD:
        reach_row("~Alpha")
        keys("alt+Return")
    else:
        window.open_row("~Alpha")
    see("*", _("Intact, as it was added"))
    # hidden and shown with the switch of the details
    switch = see("*", _("Hide from professionals"))
    check(switch is not None, "the details have the switch")
    if KEYBOARD:
        reach(_("Hide from professionals"))
        keys("space")
    else:
        place = drive.Atspi.Component.get_extents(switch, drive.Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2), "click", "1"], check=True)
    badge_text = _("Its author still sees it")
    see("*", "~" + badge_text)
    picture("select-details")
    if KEYBOARD:
        keys("Escape")
    else:
        press("button", _("Close the details"))
    gone("*", _("Intact, as it was added"))
    badge("~Alpha")


def remove_and_lock():
    choose("~Alpha")
    choose("~Beta")
    see_chosen(2)
    press("button", _("Remove…"))
    gone("list item", "~Alpha")
    keys("ctrl+l")
    unlock()
    shown = " | ".join(names("list item"))
    check("Alpha" not in shown and "Beta" not in shown, "what was removed stays away")


def main():
    global cli_list
    drive.Atspi.init()
    make_vault()
    cli_list = cli("--json", "list", "documents").splitlines()
    window.program = window.Program()
    try:
        see("button", _("_Unlock"), 20)
        window.program.fill_screen()
        unlock()
        hide_and_undo()
        choose_all_and_none()
        move()
        remove_and_bring_back()
        save_copies()
        open_brought_back()
        remove_and_lock()
        window.program.quit()
        cli("verify")
        left = [json.loads(line)["title"] for line in cli("--json", "list", "documents").splitlines()]
        check(len(left) == len(cli_list) - 2 and "Alpha" not in left, f"two are gone for good: {left}")
    finally:
        if window.program.process.poll() is None:
            window.program.process.kill()
            window.program.process.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()

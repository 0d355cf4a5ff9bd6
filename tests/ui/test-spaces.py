#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several spaces in one vault, in the real window: whose it is, a second one for a child, a document that stays in it, and
a word where the person has a space already.  Leaves a picture of each state in $HY_PICTURES.

  test-spaces.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT CLI

Run it in with-display.sh, as test-window.py, whose hands it uses.
"""
import importlib.util
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
from window import (_, check, drive, fill, gone, home, keys, picture, press, see, write)  # noqa: E402

PASSPHRASE = "cinq mots pour un essai"
NARROW = int(window.SIZE.split("x")[0]) < 600
OWN, CHILD = "Claire Fontaine", "Hugo Fontaine"


def make_vault():
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE + "\n")
    made = dict(window.environment, HYGIE_PASSPHRASE_FILE=file)
    for words in (["create", "--kdf", "interactive"],
                  ["space", "add", "--given", "Claire", "--family", "Fontaine", "--birth-date", "1961-05-14", "--sex", "female"]):
        check(subprocess.run([CLI, *words], env=made, stdout=subprocess.DEVNULL).returncode == 0, f"hygie-cli {words[0]} works")
    os.unlink(file)


def unlock():
    see("button", _("_Unlock"), 20)
    window.program.fill_screen()
    time.sleep(0.5)
    write(PASSPHRASE)
    keys("Return")


def see_whose(name, role):
    if NARROW:
        see("button", _("Space of %s").replace("%s", name), 20)
    else:
        see("toggle button", f"{name}, {_(role)}", 20)
    window.to_documents()


def open_list(name, role):
    """From the page, by way of whose it is in a narrow window."""
    if NARROW:
        press("button", _("Space of %s").replace("%s", name))
        time.sleep(0.6)
    press("toggle button", f"{name}, {_(role)}")
    see("button", _("_Add a space…"))
    time.sleep(0.3)


def choose(name, role):
    node = see("list item", f"{name}, {_(role)}")
    if window.KEYBOARD:
        window.reach(f"{name}, {_(role)}", "Down")
        keys("Return")
        return
    place = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
    subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2), "click", "1"], check=True)


def add_child():
    open_list(OWN, "Your space")
    picture("spaces-one", named=False)
    press("button", _("_Add a space…"))
    see("*", _("Whose space is it?"))
    time.sleep(0.5)
    fill(_("_First name"), "Claire")
    fill(_("F_amily name"), "Fontaine")
    fill(_("_Birth date"), "14/05/1961")
    see("*", _("There is already a space of this person. You can still open another."))
    fill(_("_First name"), "Hugo")
    fill(_("_Birth date"), "02/06/2017")
    gone("*", _("There is already a space of this person. You can still open another."))
    picture("spaces-add")
    press("button", _("_Open %s’s space").replace("%s", "Hugo") if window.LANGUAGE == "en"
          else window.c_("name that begins with a vowel", "_Open %s’s space").replace("%s", "Hugo"))
    see_whose(CHILD, "A space you look after")


def import_one():
    window.give_files(os.path.join(window.FIXTURES, "pdf", "pdflatex-4-pages.pdf"))
    see("*", _("All done"), 30)
    press("button", _("_Done"))
    see("list item", "~pdflatex")


def main():
    drive.Atspi.init()
    make_vault()
    window.program = window.Program()
    try:
        unlock()
        see_whose(OWN, "Your space")
        see("*", _("No documents yet"), 20)
        add_child()
        import_one()
        open_list(CHILD, "A space you look after")
        picture("spaces-two", named=False)
        choose(OWN, "Your space")
        see_whose(OWN, "Your space")
        see("*", _("No documents yet"), 20)
        gone("list item", "~pdflatex")
        open_list(OWN, "Your space")
        choose(CHILD, "A space you look after")
        see_whose(CHILD, "A space you look after")
        see("list item", "~pdflatex", 20)
        window.program.quit()
    finally:
        if window.program.process.poll() is None:
            window.program.process.kill()
            window.program.process.wait()
        shutil.rmtree(home, ignore_errors=True)


main()

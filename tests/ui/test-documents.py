#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding and arranging documents: author, year and words together, what is pinned, folders, a title set right, what is new;
and all of it still so after the space was locked.  Leaves a picture of each in $HY_PICTURES.

  test-documents.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT CLI
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
from window import (KEYBOARD, _, c_, check, drive, fill, gone, home, keys, names, picture, press, see, write)  # noqa: E402

PASSPHRASE = "cinq mots pour un essai"
FIXTURES = window.FIXTURES
FOLDER = "Heart"
OWN = "Bilan 20-11-2026"
OWN_NOW = "Blood test of November"


def plural(one, many, number):
    return window.translation.ngettext(one, many, number).replace("%'u", str(number))


def with_word(text, word):
    return _(text).replace("%s", word)


def make_vault():
    """By the command line, which is quicker than the window; test-window.py takes its three steps."""
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE + "\n")
    made = dict(window.environment, HYGIE_PASSPHRASE_FILE=file)
    pdf = shutil.copy(os.path.join(FIXTURES, "pdf", "pdflatex-4-pages.pdf"), os.path.join(home, "Bilan_20-11-2026.pdf"))
    for words, codes in ((["create", "--kdf", "interactive"], (0,)),
                         (["space", "add", "--given", "Claire", "--family", "Fontaine", "--birth-date", "1961-05-14", "--sex", "female"], (0,)),
                         # the entries of another person are refused, and said
                         (["import", pdf, os.path.join(FIXTURES, "ui", "claire.json")], (0, 1))):
        code = subprocess.run([CLI, *words], env=made, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        check(code in codes, f"hygie-cli {words[0]} works")
    os.unlink(file)


def unlock():
    see("button", _("_Unlock"), 20)
    time.sleep(0.3)
    write(PASSPHRASE)
    keys("Return")
    window.to_documents()
    see("list item", "~Cardiology consultation", 20)
    time.sleep(0.5)


def click(node, button="1"):
    place = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
    subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2), "click", button], check=True)


def choose(*steps):
    """By keys, through an open menu and its submenus, since GTK's menus give readers no names: an access key, "-2" the last but
    one, or "+1" the second below the way back."""
    for step in steps:
        if step[0] == "-":
            keys(*["Up"] * int(step[1:]), "Return")
        elif step[0] == "+":
            keys(*["Down"] * int(step[1:]), "Return")
        else:
            keys(window.translation.gettext(step).split("_")[1][0].lower())
        time.sleep(0.6)  # it slides


def open_filters():
    """More, or the one drop-down of a narrow window.  A mouse over a menu would have its say in what arrows lead to."""
    subprocess.run(["xdotool", "mousemove", "2", str(int(window.SIZE.split("x")[1]) - 2)], check=True)
    name = _("All shelves") if drive.find("*", c_("shelves", "More")) is None else c_("shelves", "More")
    if KEYBOARD:
        keys("ctrl+f")
        window.reach(name)
        keys("Return")
    else:
        press("toggle button", name)
    time.sleep(0.4)


def open_row_menu(name):
    if KEYBOARD:
        window.reach_row(name)
        keys("shift+F10")
    else:
        click(see("list item", name), "3")
    time.sleep(0.4)


def open_details(name):
    window.open_row(name)
    see("*", _("Intact, as it was added"))


def rows():
    return [name for name in names("list item") if name.count(",") > 1]


def wait_rows(count, words):
    end = time.monotonic() + 10
    while len(rows()) != count:
        check(time.monotonic() < end, f"{count} rows {words}: {rows()}")
        time.sleep(0.1)


def search_entry_text(text):
    if KEYBOARD:
        keys("ctrl+f")
        time.sleep(0.2)
        keys("ctrl+a")
        write(text) if text else keys("BackSpace")
    else:
        fill(_("Search documents"), text)


def filter_together():
    open_filters()
    picture("documents-filters", named=False)
    # author, the most frequent one
    choose("-3", "+1")
    see("button", with_word("Remove the filter “%s”", "Dr Karim Benali"))
    wait_rows(3, "of one author")
    open_filters()
    choose("-2", "+1")
    see("button", with_word("Remove the filter “%s”", "2026"))
    wait_rows(3, "of one author and year")
    search_entry_text("walking")
    wait_rows(1, "with a word as well")
    picture("documents-filtered")
    search_entry_text("zzzz")
    see("button", _("Take the filters away"))
    picture("documents-no-match-filtered")
    press("button", _("Take the filters away"))
    see("button", _("Clear the search"))
    press("button", _("Clear the search"))
    see("list item", "~Right knee X-ray")
    gone("button", with_word("Remove the filter “%s”", "2026"))
    time.sleep(0.5)


def pin():
    open_row_menu("~Certificate for the walking club")
    picture("documents-row-menu", named=False)
    choose("_Pin on top")
    see("*", _("Pinned: it stays on top of the documents"))
    see("*", c_("documents", "Pinned"))
    check(rows()[0].startswith("Certificate for the walking club"), f"it comes first: {rows()[0]}")
    picture("documents-pinned")


def put_in_folder():
    open_row_menu("~Cardiology consultation")
    choose("Put in a _folder…")
    see("*", _("No folder"))
    picture("folders-none")
    window.reach(_("_New folder"))
    write(FOLDER)
    keys("Return")
    see("*", with_word("Put in the folder “%s”", FOLDER))
    time.sleep(0.4)
    open_filters()
    choose("-1", "+1")
    wait_rows(1, "in the folder")
    picture("documents-folder")
    press("button", with_word("Remove the filter “%s”", FOLDER))
    see("list item", "~Right knee X-ray")
    time.sleep(0.5)


def edit():
    open_row_menu("~" + OWN)
    choose("_Edit title and date…")
    see("*", _("_Title"))
    fill(_("_Date of the act"), "31/02/2026")
    see("*", _("This date is not understood. Write it as 14 May 2025, 14/05/2025, or 2025."))
    picture("document-edit-refused")
    fill(_("_Date of the act"), "14/11/2026")
    fill(_("_Title"), OWN_NOW)
    picture("document-edit")
    press("button", _("_Save"))
    see("*", _("Changed. What it was is kept in its history"))
    see("list item", "~" + OWN_NOW)
    # a professional's is hers or his
    time.sleep(0.3)
    open_details("~Cardiology consultation")
    see("*", _("Put in a folder…"))
    check(drive.find("*", _("Edit title and date…")) is None, "a professional’s document is not edited")
    see("*", FOLDER)
    picture("details-marks")
    if KEYBOARD:
        keys("Escape")
    else:
        press("button", _("Close the details"))
    gone("*", _("Intact, as it was added"))


def read_all():
    open_row_menu("~Right knee X-ray")
    choose("Mar_k as new")
    see("list item", f"~Right knee X-ray, {c_('document', 'new')}")
    open_filters()
    choose("-1")
    see("*", plural("%'u document marked as read", "%'u documents marked as read", 1))
    end = time.monotonic() + 10
    while [row for row in rows() if f", {c_('document', 'new')}," in row]:
        check(time.monotonic() < end, "none is new any more")
        time.sleep(0.1)
    open_row_menu("~Cardiology consultation")
    choose("Mar_k as new")
    see("list item", f"~Cardiology consultation, {c_('document', 'new')}")
    picture("documents-read")


def lock_and_unlock():
    keys("ctrl+l")
    see("button", _("_Unlock"), 20)
    shown = " | ".join(names())
    check(FOLDER not in shown and OWN_NOW not in shown, "the lock names nothing")
    unlock()
    see("*", c_("documents", "Pinned"))
    see("list item", "~" + OWN_NOW)
    see("list item", f"~Cardiology consultation, {c_('document', 'new')}")
    open_filters()
    choose("-2", "+1")
    wait_rows(1, "are still in the folder")
    picture("documents-kept")


drive.Atspi.init()
make_vault()
window.program = window.Program()
try:
    see("button", _("_Unlock"), 20)
    window.program.fill_screen()
    unlock()
    filter_together()
    pin()
    put_in_folder()
    edit()
    read_all()
    lock_and_unlock()
    window.program.quit()
finally:
    if window.program.process.poll() is None:
        window.program.process.kill()
        window.program.process.wait()
    shutil.rmtree(home, ignore_errors=True)

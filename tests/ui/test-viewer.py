#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading documents in the real window: files brought in by the import dialog and opened from the list; pages, zoom,
find, details, a password, files that cannot be shown, text, and documents of health (CDA).
Leaves a picture of each state in $HY_PICTURES.

  test-viewer.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT CLI

Run it in with-display.sh, as test-window.py, whose hands it uses.
"""
import base64
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
CLI = sys.argv[8]
spec = importlib.util.spec_from_file_location("window", os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-window.py"))
window = importlib.util.module_from_spec(spec)
sys.modules["window"] = window
spec.loader.exec_module(window)
from window import (_, c_, check, drive, fill, gone, home, keys, names, picture, press, see, write)  # noqa: E402

PASSPHRASE = "cinq mots pour un essai"
FIXTURES = window.FIXTURES
OWNER = "Odette Exemple-Un"
PAGES = 4  # of the report
LETTER = "Dear colleague,\n\nThank you for your letter.\n" + "The knee is better, the other knee is not.\n" * 30


def filled(text, *values):
    """The translated text with its places filled in."""
    text = _(text)
    for value in values:
        text = re.sub(r"%'?[su]", str(value), text, count=1)
    return text


def plural(one, many, number):
    return window.translation.ngettext(one, many, number).replace("%'u", str(number))


def make_vault():
    """By the command line, which is quicker than the three steps of the window; test-window.py takes those."""
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE + "\n")
    made = dict(window.environment, HYGIE_PASSPHRASE_FILE=file)
    given, family = OWNER.split()
    for words in (["create", "--kdf", "interactive"],
                  ["space", "add", "--given", given, "--family", family, "--birth-date", "1980-07-12", "--sex", "female"]):
        check(subprocess.run([CLI, *words], env=made, stdout=subprocess.DEVNULL).returncode == 0, f"hygie-cli {words[0]} works")
    os.unlink(file)


def unlock(waited):
    see("button", _("_Unlock"), 20)
    time.sleep(0.3)
    write(PASSPHRASE)
    keys("Return")
    window.to_documents()
    see("*", waited, 20)
    time.sleep(0.3)


def bring_in():
    """By the import dialog, under names that people would give."""
    papers = os.path.join(home, "papers")
    os.makedirs(papers)
    reference = {"resourceType": "DocumentReference", "status": "current", "date": "2026-11-20T08:00:00Z"}
    files = [shutil.copy(os.path.join(FIXTURES, source), os.path.join(papers, name)) for source, name in (
        ("pdf/pdflatex-4-pages.pdf", "Report in four pages.pdf"),
        ("pdf/libreoffice-writer-password.pdf", "Locked letter.pdf"),
        ("pdf/grayscale-image.pdf", "Scan.pdf"),
        ("pdf/libre-office-link.pdf", "With a link.pdf"),
        ("cda/fr/s06-n3-biologie.xml", "s06.xml"),
        ("cda/fr/s01-n1-pdf-consultation.xml", "s01.xml"),
        ("cda/fr/s04-n1-jpeg-photo.xml", "s04.xml"))]
    # a PDF by its first bytes alone
    files.append(os.path.join(papers, "Torn.pdf"))
    with open(files[-1], "wb") as out:
        out.write(b"%PDF-1.4\n" + b"nothing that follows is one\n" * 40)
    # what a server sends: one whose bytes are text inside the entry, one whose bytes stayed behind
    files.append(os.path.join(papers, "entries.json"))
    with open(files[-1], "w", encoding="utf-8") as out:
        json.dump({"resourceType": "Bundle", "type": "collection", "entry": [
            {"resource": dict(reference, id="letter", description="Plain letter", content=[{"attachment": {
                "contentType": "text/plain", "data": base64.b64encode(LETTER.encode()).decode()}}])},
            {"resource": dict(reference, id="far", description="Far away", content=[{"attachment": {
                "contentType": "application/pdf", "url": "https://server.example/Binary/1"}}])}]}, out)
    window.give_files(*files)
    see("*", _("All done"), 90)
    see("label", plural("%'u added", "%'u added", len(files) + 1))
    for file in files[:-1]:
        see("list item", f"{os.path.basename(file)}: {_('Added')}")
    check(_("Refused") not in names("label"), "nothing was refused")
    press("button", _("_Done"))
    see("list item", "~Report in four pages")
    time.sleep(0.5)


def open_document(name):
    """By Enter, or by a double click."""
    if window.KEYBOARD:
        window.reach_row(name)
        keys("Return")
    else:
        node = see("list item", name)
        place = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2),
                        "click", "--repeat", "2", "--delay", "60", "1"], check=True)


def go_back(name):
    """Back to the list, and the focus to the row."""
    keys("alt+Left")
    see("list item", name)
    time.sleep(0.6)
    if window.KEYBOARD:
        at = window.focused()
        check(at is not None and name[1:] in (at.get_name() or ""), f"the focus is back on {name!r}: {at and at.get_name()!r}")


def get_area():
    for node, _depth in drive.nodes():
        try:
            if node.get_role_name().startswith("document") and node.get_state_set().contains(drive.SHOWING):
                return node
        except drive.gi.repository.GLib.Error:
            continue
    return None


def page_text():
    """What a screen reader would read."""
    area = get_area()
    return drive.text_of(area) if area is not None else ""


def wait_for(told, words, seconds=10):
    end = time.monotonic() + seconds
    while not told():
        check(time.monotonic() < end, words)
        time.sleep(0.1)


def at_page(number, of=PAGES):
    see("*", filled("Page %u of %u", number, of))


def see_matches(at, of):
    see("label", filled_in("matches", "%u of %u", at, of))


def count_matches():
    """How many there are, while the first is shown."""
    for name in names("label"):
        match = re.fullmatch(filled_in("matches", "%u of %u", 1, r"(\d+)"), name)
        if match:
            return int(match[1])
    return 0


def filled_in(context, text, *values):
    return re.sub("%u", "{}", c_(context, text)).format(*values)


def read_pdf():
    open_document("~Report in four pages")
    at_page(1)
    wait_for(lambda: "Huardest gefburn" in page_text(), "the words of the page can be read aloud")
    time.sleep(0.7)
    picture("viewer-pdf")

    # find: as one types, from the page one is at
    keys("ctrl+f")
    see("*", _("Find in this document"))
    time.sleep(0.3)
    write("INFORMATION?")
    wait_for(lambda: count_matches() > 60, "matches are counted, on all pages")
    total = count_matches()
    keys("Return")
    see_matches(2, total)
    picture("viewer-find")
    keys("shift+Return", "shift+Return")
    see_matches(total, total)
    at_page(PAGES)
    keys("Escape")
    gone("label", filled_in("matches", "%u of %u", total, total))

    # pages
    keys("Home")
    at_page(1)
    keys("Page_Down", "Page_Up")
    at_page(1)
    keys("ctrl+Page_Down")
    at_page(2)
    keys("End")
    at_page(PAGES)
    keys("ctrl+g")
    time.sleep(0.3)
    write("3")
    keys("Return")
    at_page(3)
    wait_for(lambda: page_text() != "", "the words of this page too")
    if not window.KEYBOARD:
        press("button", _("Previous page"))
        at_page(2)

    # size
    before = percent()
    keys("ctrl+plus")
    wait_for(lambda: percent() > before, "the pages grow")
    keys("ctrl+minus", "ctrl+minus")
    wait_for(lambda: percent() < before, "the pages shrink")
    time.sleep(0.5)
    picture("viewer-small")
    keys("ctrl+0")
    wait_for(lambda: percent() == before, "the pages are as large as in the beginning")
    for _step in range(6):
        keys("ctrl+plus")
    time.sleep(1)
    picture("viewer-large")
    keys("ctrl+0", "ctrl+Right")
    time.sleep(0.8)
    picture("viewer-turned")
    keys("ctrl+Left")

    # words taken along
    keys("ctrl+a", "ctrl+c")
    see("*", _("Copied. Paste it within 30 seconds."))
    picture("viewer-selected")

    keys("F9")
    time.sleep(0.6)
    picture("viewer-details")
    keys("F9")
    time.sleep(0.6)
    go_back("~Report in four pages")


def percent():
    for name in names("label"):
        match = re.fullmatch(r"(\d+)\s*%", name)
        if match:
            return int(match[1])
    return 0


def search_inside():
    """A word that stands only inside a document leads to it, and is shown there."""
    if window.KEYBOARD:
        keys("ctrl+f")
        time.sleep(0.2)
        write("gefburn")
    else:
        fill(_("Search documents"), "gefburn")
    gone("list item", "~Scan")
    open_document("~Report in four pages")
    wait_for(lambda: count_matches() > 10, "the word is shown where it stands")
    time.sleep(0.5)
    picture("viewer-searched")
    keys("ctrl+shift+f")
    see("*", _("Search documents"))
    time.sleep(0.5)
    keys("ctrl+a", "BackSpace")
    see("list item", "~Scan")
    time.sleep(0.5)


def read_locked():
    open_document("~Locked letter")
    see("*", _("This document is locked by a password"), 20)
    time.sleep(0.5)
    picture("viewer-password")
    write("not this one")
    keys("Return")
    see("*", _("This is not its password. Try again."), 20)
    picture("viewer-password-wrong")
    keys("ctrl+a")
    write("openpassword")
    keys("Return")
    at_page(1, 1)
    go_back("~Locked letter")


def read_torn():
    open_document("~Torn")
    see("*", _("This document could not be shown"), 20)
    see("button", _("Save a copy…"))
    time.sleep(0.5)
    picture("viewer-failed")
    go_back("~Torn")


def read_scan():
    open_document("~Scan")
    at_page(1, 1)
    keys("ctrl+f")
    time.sleep(0.3)
    write("word")
    see("*", _("This document is a picture: no words to find"))
    time.sleep(0.5)
    picture("viewer-no-words")
    keys("Escape")
    go_back("~Scan")


def read_health_documents():
    open_document("~examens biologiques")
    see("*", _("Original document"), 20)
    # a result with its number as received, its range and what that means, as a screen reader says it
    above = filled("above the laboratory's range %s", c_("reference of a result", "%s to %s").replace("%s", "{}").format(70, 100))
    check(any(name.startswith("Glucose, 112") and above in name for name in names("list item")), "a result is told with its range")
    see("label", c_("result", "Above"))
    time.sleep(1)
    picture("viewer-cda")
    if window.KEYBOARD:
        window.reach(_("Results"))
        keys("Right", "space")
    else:
        press("*", _("Original document"))
    see("*", "~" + filled("Page %u of %u", 1, "").strip())
    time.sleep(0.7)
    picture("viewer-cda-original")
    go_back("~examens biologiques")
    open_document("~Photo d'une plaie")
    at_page(1, 1)
    time.sleep(0.7)
    picture("viewer-photo")
    go_back("~Photo d'une plaie")


def click_words(words):
    first = page_text().index(words)
    place = drive.Atspi.Text.get_range_extents(get_area(), first, first + len(words), drive.Atspi.CoordType.WINDOW)
    subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2), "click", "1"], check=True)


def follow_link():
    """The address is shown in full, and only then can it be opened."""
    open_document("~With a link")
    at_page(1, 1)
    wait_for(lambda: "awesome" in page_text(), "the words are here")
    time.sleep(0.7)
    if window.KEYBOARD:
        keys("Tab")
        time.sleep(0.2)
        picture("viewer-link-reached")
        keys("Return")
    else:
        click_words("awesome")
    see("label", "~https://")
    picture("viewer-link")
    press("button", _("_Cancel"))
    gone("label", "~https://")
    go_back("~With a link")


def read_text():
    open_document("~Plain letter")
    see("*", _("Text of the document"), 20)
    keys("ctrl+f")
    time.sleep(0.3)
    write("other knee")
    see_matches(1, 30)
    keys("Return")
    see_matches(2, 30)
    time.sleep(0.3)
    picture("viewer-text")
    keys("Escape")
    go_back("~Plain letter")
    open_document("~Far away")
    see("*", _("Not on this computer yet"), 20)
    time.sleep(0.5)
    picture("viewer-absent")
    go_back("~Far away")


def decoders():
    """The processes of decoders that this window has started, whatever they run in."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
                parent = int(stat.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == window.program.process.pid:
            found.append(int(pid))
    return found


def lose_decoder():
    """It may end at any moment: that is said, nothing is lost, and another one does as well."""
    open_document("~Report in four pages")
    at_page(1)
    time.sleep(0.5)
    check(decoders(), "there is a decoder")
    for pid in decoders():
        os.kill(pid, signal.SIGKILL)
    keys("ctrl+plus", "ctrl+plus")
    see("*", _("This document could not be shown safely"), 20)
    see("button", _("Save a copy…"))
    time.sleep(0.5)
    picture("viewer-stopped")
    press("button", _("_Try again"))
    at_page(1)
    go_back("~Report in four pages")


def remove_it():
    open_document("~Scan")
    at_page(1, 1)
    keys("F10")
    time.sleep(0.5)
    picture("viewer-menu", named=False)
    keys(window.translation.gettext("_Remove…").split("_")[1][0].lower())
    see("*", _("Remove this document?"))
    press("button", _("_Remove"))
    gone("*", _("Remove this document?"))
    see("list item", "~Report in four pages")
    gone("list item", "~Scan")


def tamper():
    """Bytes that changed behind Hygie's back are never shown."""
    for folder, _names, files in os.walk(os.path.join(home, "data")):
        for name in files if "blobs" in folder else ():
            with open(os.path.join(folder, name), "r+b") as blob:
                blob.seek(-40, os.SEEK_END)
                byte = blob.read(1)
                blob.seek(-40, os.SEEK_END)
                blob.write(bytes([byte[0] ^ 1]))
    open_document("~Locked letter")
    see("*", _("Not the same as what was added"), 20)
    time.sleep(0.5)
    picture("viewer-not-the-same")
    go_back("~Locked letter")


def bring_in_archive():
    """What a hospital hands over: one row that opens on its documents, each with what became of it."""
    archive = shutil.copy(os.path.join(FIXTURES, "cda/fr/s12-xdm-deux-lots.zip"), os.path.join(home, "papers", "Hospital.zip"))
    window.give_files(archive)
    see("*", _("All done"), 90)
    counts = plural("%'u added", "%'u added", 1) + ", " + plural("%'u already here", "%'u already here", 2)
    see("label", counts)
    see("label", plural("Archive of %'u document: %s", "Archive of %'u documents: %s", 3).replace("%s", counts))
    see("*", f"Hospital.zip: {_('Added')}")
    # two of them came as files of their own, about which the archive knows more
    for title in ("Compte rendu de consultation", "Compte rendu d'examens biologiques"):
        see("list item", f"{title}: {_('Already here')}")
    check(names("label").count(_("It was here already. What the archive says about it was added.")) == 2, "it says what was added to the two")
    see("list item", f"Attestation de mutuelle: {_('Added')}")
    picture("import-archive")
    # its row leads to the document
    row = f"Attestation de mutuelle: {_('Added')}"
    if window.KEYBOARD:
        window.reach("~Hospital.zip")
        window.reach(row, "Down")
        keys("Return")
    else:
        place = drive.Atspi.Component.get_extents(see("list item", row), drive.Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2), "click", "1"], check=True)
    at_page(1, 1)
    keys("alt+Left")
    see("list item", "~Attestation de mutuelle")
    time.sleep(0.5)


def fits(name):
    """All that can be pressed is within the window, whatever else is cut."""
    picture(name)
    width = int(window.SIZE.split("x")[0])
    slack = 3 * window.SHADOW  # places are told from somewhere in the shadow
    for node, _depth in drive.nodes():
        try:
            states = node.get_state_set()
            if not (states.contains(drive.SHOWING) and states.contains(drive.FOCUSABLE)):
                continue
            place = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
        except drive.gi.repository.GLib.Error:
            continue
        check(place.x >= -slack and place.x + place.width <= width + slack,
              f"{node.get_role_name()} {node.get_name()!r} is within the window on “{name}”: {place.x}, {place.width}")


def start_again():
    window.program = window.Program()
    see("button", _("_Unlock"), 20)
    window.program.fill_screen()
    unlock("~Report in four pages")


def read_large():
    """Text twice as large on a telephone."""
    window.program.quit()
    resources = os.path.join(home, ".Xdefaults")
    with open(resources, "w", encoding="utf-8") as out:
        out.write("Xft.dpi: 192\n")
    start_again()
    open_document("~Report in four pages")
    at_page(1)
    keys("ctrl+f")
    time.sleep(0.3)
    write("gefburn")
    wait_for(lambda: count_matches() > 10, "matches are counted")
    fits("viewer-twice-find")
    keys("Escape")
    go_back("~Report in four pages")
    open_document("~Locked letter")
    see("*", _("This document is locked by a password"), 20)
    time.sleep(0.5)
    fits("viewer-twice-password")
    go_back("~Locked letter")
    open_document("~examens biologiques")
    see("*", _("Original document"), 20)
    time.sleep(1)
    fits("viewer-twice-cda")
    go_back("~examens biologiques")
    window.program.quit()
    os.unlink(resources)
    start_again()


def lock_over_it():
    """The lock takes the document away, however busy it is."""
    open_document("~Report in four pages")
    at_page(1)
    for _step in range(30):
        keys("ctrl+plus", "ctrl+minus", "Page_Down")
    keys("ctrl+l")
    see("button", _("_Unlock"), 20)
    shown = " | ".join(names())
    check("Report" not in shown and "Hello" not in page_text(), "the lock shows nothing of it")
    unlock("~Report in four pages")


def close_over_it():
    """The window may go while a document is opening."""
    open_document("~Plain letter")
    window.program.quit()


drive.Atspi.init()
make_vault()
window.program = window.Program()
try:
    see("button", _("_Unlock"), 20)
    window.program.fill_screen()
    unlock(_("No documents yet"))
    bring_in()
    read_pdf()
    search_inside()
    read_locked()
    read_torn()
    read_scan()
    follow_link()
    read_health_documents()
    read_text()
    lose_decoder()
    remove_it()
    bring_in_archive()
    if window.KEYBOARD:
        read_large()
    lock_over_it()
    tamper()
    close_over_it()
finally:
    if window.program.process.poll() is None:
        window.program.process.kill()
        window.program.process.wait()
    shutil.rmtree(home, ignore_errors=True)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first hours with Hygie, in the real window, through the accessibility bus as assistive technology sees it:
first start, recovery sheet proved, import, search, details, lock, wrong passphrase, unlock, all still there.
Leaves a picture of each page in $HY_PICTURES.

  test-window.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT

The screen ($SCREEN of with-display.sh) has to be a little larger than the window.
"keyboard" presses keys alone; "pointer" uses the actions that a screen reader offers.  Run it in with-display.sh.
"""
import gettext
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import drive  # noqa: E402

PROGRAM, DATA, PO, LANGUAGE, SCHEME, HANDS, SIZE = sys.argv[1:8]
KEYBOARD = HANDS == "keyboard"
# The sidebar is not beside the page.
NARROW = int(SIZE.split("x")[0]) < 600
FIXTURES = os.environ["HY_FIXTURES"]
LOCALES = {"en": "en_GB", "fr": "fr_FR"}
GROUPS = 9
# Of the newest document.
MONTHS = {"en": "November 2026", "fr": "Novembre 2026"}
SHADOW = 5

if LANGUAGE == "en":
    translation = gettext.NullTranslations()
else:
    translation = gettext.translation("hygie", PO, [LANGUAGE])


def _(text):
    """As the window shows it: translated, without the mark of an access key."""
    return translation.gettext(text).replace("_", "")


def c_(context, text):
    return translation.pgettext(context, text).replace("_", "")


def start_of(text):
    """What stands before the first thing filled in, as a name that drive.py looks for inside others."""
    return "~" + re.split("%[usc]", _(text))[0].strip()


def check(wanted, words):
    if not wanted:
        drive.subprocess.run(["import", "-window", "root", os.path.join(pictures, "failed.png")])
        sys.exit(f"not so: {words}")


def names(role="*"):
    """Names of all that shows."""
    found = []
    for node, _depth in drive.nodes():
        try:
            if role in ("*", node.get_role_name()) and node.get_state_set().contains(drive.SHOWING):
                found.append(node.get_name() or drive.text_of(node))
        except drive.gi.repository.GLib.Error:
            continue  # went away while we looked
    return found


def keys(*pressed):
    subprocess.run(["xdotool", "key", "--delay", "30", *pressed], check=True)


def write(text):
    subprocess.run(["xdotool", "type", "--delay", "8", text], check=True)


def focused():
    """The node with the keyboard focus; of one inside another, the inner."""
    last = None
    for node, _depth in drive.nodes():
        try:
            if node.get_state_set().contains(drive.Atspi.StateType.FOCUSED):
                last = node
        except drive.gi.repository.GLib.Error:
            continue
    return last


def reach(name, key="Tab"):
    """Presses a key until the focus is on what has that name."""
    for _step in range(40):
        node = focused()
        if node is not None and (node.get_name() == name or name.startswith("~") and name[1:] in (node.get_name() or "")):
            return
        keys(key)
        time.sleep(0.05)
    check(False, f"{name!r} can be reached with {key}")


def sensitive(role, name):
    """Waits until it is there and does something."""
    end = time.monotonic() + 20
    while True:
        node = see(role, name, 20)
        if node.get_state_set().contains(drive.Atspi.StateType.SENSITIVE):
            return node
        check(time.monotonic() < end, f"{role} {name!r} can be used")
        time.sleep(0.1)


def press(role, name):
    node = sensitive(role, name)
    # rows of a list offer readers no action: they are given the focus and Return
    if not KEYBOARD and node.get_n_actions() > 0:
        check(drive.Atspi.Action.do_action(node, 0), f"{role} {name!r} does something")
    else:
        reach(name)
        keys("Return")


def fill(name, text):
    """Puts @text where @name asks for it."""
    node = None
    for role in ("text", "password text", "entry"):
        node = node or drive.find(role, name)
    if KEYBOARD or node is None:
        reach(name)
        keys("ctrl+a")
        write(text)
    else:
        check(drive.Atspi.EditableText.set_text_contents(node, text), f"{name!r} takes text")


def see(role, name, seconds=10):
    """Waits for a node; a picture of what was there instead helps whoever reads the failure."""
    end = time.monotonic() + seconds
    while True:
        try:
            node = drive.find(role, name)
        except drive.gi.repository.GLib.Error:
            node = None  # the tree changed under the search
        if node is not None:
            return node
        if time.monotonic() >= end:
            check(False, f"{role} {name!r} shows: {names()}")
        time.sleep(0.05)


def gone(role, name, seconds=10):
    end = time.monotonic() + seconds
    while drive.find(role, name):
        check(time.monotonic() < end, f"{role} {name!r} goes away")
        time.sleep(0.1)


def picture(name, named=True):
    """Looks at the page: a picture, and that everything on it has a name (GTK's own menus have none)."""
    print(f"{time.monotonic() - program.begun:5.1f} s  {name}", flush=True)
    time.sleep(0.3)  # what slides in has arrived
    file = os.path.join(pictures, f"{name}-{LANGUAGE}-{SCHEME}-{SIZE.split('x')[0]}.png")
    subprocess.run(["import", "-window", "root", "-crop", f"{SIZE}+0+0", "+repage", file], check=True)
    if not named:
        return
    unnamed = [(node.get_role_name(), node.get_parent().get_role_name()) for node in drive.unnamed()]
    check(not unnamed, f"all that takes the focus on “{name}” has a name: {unnamed}")


class Program:
    """A running Hygie.  Its criticals end it, and so the test."""

    def __init__(self, *files):
        self.process = subprocess.Popen([PROGRAM, *files], env=environment)
        self.begun = time.monotonic()

    def fill_screen(self):
        """No window manager does; beyond the edges lies the shadow."""
        width, height = (int(side) for side in SIZE.split("x"))
        self.window = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(self.process.pid)],
                                stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1]
        subprocess.run(["xdotool", "windowmove", self.window, str(-SHADOW), str(-SHADOW),
                        "windowsize", self.window, str(width + 2 * SHADOW), str(height + 2 * SHADOW)], check=True)

    def take_focus(self):
        """No window manager gives it back after a dialog that was a window."""
        subprocess.run(["xdotool", "windowfocus", "--sync", self.window], check=True)

    def quit(self):
        keys("ctrl+q")
        check(self.process.wait(20) == 0, "Hygie ends well")


def give_files(*files):
    """As the file manager does: another process, that hands the files over to the one that runs."""
    check(subprocess.run([PROGRAM, *files], env=environment, timeout=20).returncode == 0, "files can be handed over")


def choose_passphrase():
    see("*", _("Choose a passphrase"), 20)
    program.fill_screen()
    drawn = see("*", start_of("Drawn words: %s"))
    words = " ".join((drawn.get_name() or "").rsplit(":", 1)[1].split())
    check(len(words.split()) >= 5, f"five words are drawn: {words!r}")
    picture("first-start-1-passphrase")
    fill(_("_Passphrase"), words)
    fill(_("_Type it once more"), words)
    if KEYBOARD:
        keys("Return")
    else:
        press("button", _("_Continue"))
    return words


def keep_recovery_sheet():
    see("*", _("Keep your recovery sheet"), 30)
    spelled = re.compile("^" + re.escape(_("Group %u: %c, %c, %c, %c")).replace("%u", r"(\d)").replace("%c", "(.)") + "$")
    see("*", start_of("Group %u: %c, %c, %c, %c"))
    groups = {}
    for name in names():
        match = spelled.match(name)
        if match:
            groups[match[1]] = "".join(match.groups()[1:])
    check(len(groups) == GROUPS, f"each of the nine groups is spelt out: {sorted(groups)}")
    picture("first-start-2-recovery")
    press("button", _("I have copied it by _hand"))
    see("*", _("Show that you have it"))
    time.sleep(0.5)
    shown = [name for name in names() if spelled.match(name)]
    check(len(shown) == GROUPS - 2, "two groups are covered")
    covered = set(groups) - {spelled.match(name)[1] for name in shown}
    for number in sorted(covered):
        fill(_("Group %u").replace("%u", number), groups[number].lower())
    see("*", "~" + c_("typed group", "Right"))
    picture("first-start-2-recovery-asked")
    if KEYBOARD:
        reach(_("_Continue"))
        keys("Return")
    else:
        press("button", _("_Continue"))


def say_whose():
    see("*", _("Whose space is it?"), 20)
    fill(_("_First name"), "Claire")
    fill(_("F_amily name"), "Fontaine")
    fill(_("_Birth date"), "14/05/1961")
    picture("first-start-3-space")
    press("button", _("_Open my space"))


def to_documents():
    """From Home, which a space opens with."""
    see("*", _("What matters now") if not NARROW else _("Home"), 20)
    time.sleep(0.3)
    keys("alt+2")


def first_home():
    """The first opening says how to begin."""
    see("*", _("Begin with what you have"), 20)
    time.sleep(0.5)
    check(focused().get_name() == _("_Import files…"), "the first thing to do has the focus")
    picture("home-first")


def empty_documents():
    to_documents()
    see("*", _("No documents yet"), 20)
    picture("documents-empty")


def import_files():
    copies = os.path.join(home, "papers")
    os.makedirs(copies)
    pdf = shutil.copy(os.path.join(FIXTURES, "pdf", "pdflatex-4-pages.pdf"), os.path.join(copies, "Bilan_20-11-2026.pdf"))
    bundle = shutil.copy(os.path.join(FIXTURES, "ui", "claire.json"), copies)
    torn = os.path.join(copies, "torn.json")
    with open(torn, "w", encoding="utf-8") as file:
        file.write('{"resourceType":"Patient"')
    give_files(pdf, bundle, torn)
    see("*", _("All done"), 30)
    # the Patient and eleven documents of the Bundle, the PDF; the other Patient and his document wait for a word
    shown = " | ".join(names())
    check("Robert Verdier" in shown, "it says whom the others are about")
    picture("import-review")
    if KEYBOARD:
        reach(_("Leave them out"))
        keys("Return")
    else:
        press("*", _("Add them all the same"))
        gone("*", _("Add them all the same"))
    see("*", _("All done"), 30)
    press("button", _("_Done"))
    gone("*", _("Into the space of %s").replace("%s", "Claire Fontaine"))
    see("list item", "~Cardiology consultation")
    time.sleep(0.5)


def listed_documents():
    """The names of those in sight."""
    return {name for name in names("list item") if name.count(",") > 1 or name.endswith("2026")}


def search_and_open():
    picture("documents")
    if KEYBOARD:
        keys("ctrl+f")
        time.sleep(0.2)
        write("marchand")
    else:
        fill(_("Search documents"), "marchand")
    gone("list item", "~Right knee X-ray")
    see("list item", "~Cardiology consultation")
    picture("documents-search")
    if KEYBOARD:
        keys("ctrl+a")
        write("zzzz")
    else:
        fill(_("Search documents"), "zzzz")
    see("button", _("Clear the search"))
    picture("documents-no-match")
    press("button", _("Clear the search"))
    see("list item", "~Right knee X-ray")
    open_row("~Right knee X-ray")
    see("*", _("Intact, as it was added"))
    picture("details")
    if KEYBOARD:
        keys("Escape")
    else:
        press("button", _("Close the details"))
    gone("*", _("Intact, as it was added"))


def open_row(name):
    """As a hand does: with the mouse, or down the list with the arrows."""
    node = see("list item", name)
    if not KEYBOARD:
        place = drive.Atspi.Component.get_extents(node, drive.Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(place.x + place.width // 2), str(place.y + place.height // 2), "click", "1"], check=True)
        return
    reach_row(name)
    # Enter would open the document itself
    keys("alt+Return")


def reach_row(name):
    """Down the list with the arrows."""
    for _step in range(20):
        at = focused()
        if at is not None and at.get_role_name() == "list item" and at.get_parent().get_name() == _("Documents"):
            break
        keys("Tab")
        time.sleep(0.05)
    keys("Home")
    reach(name, "Down")


def save_copy_and_remove():
    """The copy is the very file that was added; what is removed is gone from the list."""
    open_row("~Bilan 20-11-2026")
    see("*", _("Intact, as it was added"))
    press("button", _("Save a copy…"))
    see("*", _("Save a copy in clear?"))
    picture("save-a-copy")
    press("button", _("_Choose a folder…"))
    see("*", _("Save a copy"))
    time.sleep(0.5)
    copy = os.path.join(home, "copy.pdf")
    keys("ctrl+a")
    write(copy)
    keys("Return")
    see("*", _("Copy saved, in clear"))
    program.take_focus()
    with open(copy, "rb") as left, open(os.path.join(FIXTURES, "pdf", "pdflatex-4-pages.pdf"), "rb") as right:
        check(left.read() == right.read(), "the copy has the bytes of the file")
    press("button", _("Remove…"))
    see("*", translation.ngettext("%'u document removed", "%'u documents removed", 1).replace("%'u", "1"))
    picture("remove")
    gone("list item", "~Bilan 20-11-2026")
    gone("*", _("Intact, as it was added"))


def verify():
    keys("ctrl+comma")
    see("button", _("_Verify"))
    press("button", _("_Verify"))
    see("*", _("Intact: every entry and every file of this space was read"), 20)
    picture("preferences-security")
    keys("Escape")
    gone("button", _("_Verify"))


def lock_and_unlock(words):
    before = listed_documents()
    check(len(before) > 5, f"documents are listed: {before}")
    keys("ctrl+l")
    see("button", _("_Unlock"), 20)
    shown = " | ".join(names())
    check("Claire" not in shown and "Cardiology" not in shown, "the lock names nobody")
    picture("unlock")
    time.sleep(0.3)
    write("not these words at all")
    keys("Return")
    see("*", _("This did not open it. Check the passphrase and try again."), 20)
    picture("unlock-refused")
    # the longer one errs, the longer it waits: one second here, told in place of the button's word
    keys("ctrl+a")
    write(words)
    sensitive("button", _("_Unlock"))
    keys("Return")
    see("*", _("Nothing waits for you"), 20)
    time.sleep(0.3)
    picture("home-nothing")
    to_documents()
    see("list item", "~Cardiology consultation", 20)
    time.sleep(0.5)
    month = drive.Atspi.Component.get_extents(see("*", MONTHS[LANGUAGE]), drive.Atspi.CoordType.WINDOW)
    search = drive.Atspi.Component.get_extents(see("*", _("Search documents")), drive.Atspi.CoordType.WINDOW)
    check(month.y > search.y + search.height, f"the list begins with its first month: {month.y}, {search.y}")
    # One more may be half in sight.
    check(before <= listed_documents(), f"all documents are still there: {before - listed_documents()}")


def make_locale():
    """The system may have the locale; this machine need not."""
    folder = os.path.join(home, "locale")
    os.makedirs(folder)
    name = LOCALES[LANGUAGE]
    # 1 = made, with warnings about the sources that come with the C library
    check(subprocess.run(["localedef", "-i", name, "-f", "UTF-8", os.path.join(folder, f"{name}.UTF-8")],
                         stderr=subprocess.DEVNULL).returncode <= 1, "localedef makes a locale (package “locales”)")
    return folder


def make_environment():
    schemas = os.path.join(home, "schemas")
    config = os.path.join(home, "config", "gtk-4.0")
    os.makedirs(schemas)
    os.makedirs(config)
    subprocess.run(["glib-compile-schemas", f"--targetdir={schemas}", DATA], check=True)
    with open(os.path.join(config, "settings.ini"), "w", encoding="utf-8") as file:
        file.write("[Settings]\ngtk-decoration-layout=:close\n")
    made = {name: value for name, value in os.environ.items() if name not in ("LANGUAGE", "LC_MESSAGES", "LANG")}
    for kind in ("data", "config", "cache", "state"):
        made[f"XDG_{kind.upper()}_HOME"] = os.path.join(home, kind)
    made.update(HOME=home, LC_ALL=f"{LOCALES[LANGUAGE]}.UTF-8", LOCPATH=make_locale(), HY_LOCALE_DIR=PO, GSETTINGS_SCHEMA_DIR=schemas,
                ADW_DEBUG_COLOR_SCHEME=f"prefer-{SCHEME}", G_DEBUG="fatal-criticals", TZ="UTC")
    return made


home = tempfile.mkdtemp(prefix="hygie-window-")
pictures = os.environ.get("HY_PICTURES") or os.path.join(home, "pictures")
os.makedirs(pictures, exist_ok=True)
environment = make_environment()
drive.Atspi.init()
program = None


def main():
    """Other tests use the hands of this one."""
    global program
    program = Program()
    try:
        passphrase = choose_passphrase()
        keep_recovery_sheet()
        say_whose()
        first_home()
        empty_documents()
        import_files()
        search_and_open()
        save_copy_and_remove()
        verify()
        lock_and_unlock(passphrase)
        program.quit()
    finally:
        if program.process.poll() is None:
            program.process.kill()
            program.process.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()

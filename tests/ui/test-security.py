#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The safe in the real window: each way of locking, as a screen saver and logind of this test's own say it; a changed
passphrase; the recovery sheet proved, and used; what a notification tells.  Leaves a picture of each state in $HY_PICTURES.

  test-security.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT CLI

Run it in with-display.sh, as test-sync.py, whose server and hands it uses.
"""
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time

from gi.repository import Gio, GLib

sys.dont_write_bytecode = True
CLI = sys.argv[8]
spec = importlib.util.spec_from_file_location("sync", os.path.join(os.path.dirname(os.path.abspath(__file__)), "test-sync.py"))
sync = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sync)
window = sync.window
from window import _, check, drive, fill, gone, home, keys, names, picture, press, see, sensitive, write  # noqa: E402

PASSPHRASE = "cinq mots pour un essai"
FRESH = "another lantern under the copper river"
THIRD = "a meadow behind the old orchard wall"
GIVEN, FAMILY = "Claire", "Fontaine"

LOGIND = """<node><interface name="org.freedesktop.login1.Manager">
<method name="Inhibit"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="h" direction="out"/></method>
<method name="GetSession"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
<method name="GetSessionByPID"><arg type="u" direction="in"/><arg type="o" direction="out"/></method>
<signal name="PrepareForSleep"><arg type="b"/></signal></interface></node>"""
NOTIFICATIONS = """<node><interface name="org.gtk.Notifications">
<method name="AddNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/></method>
<method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/></method></interface></node>"""
SESSION_PATH = "/org/freedesktop/login1/session/_31"


class Desktop:
    """logind on a bus of this test's own, a screen saver and a place for notifications on the session's."""

    def __init__(self):
        self.daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE, text=True)
        address = self.daemon.stdout.readline().strip()
        window.environment["DBUS_SYSTEM_BUS_ADDRESS"] = address
        window.environment["XDG_SESSION_ID"] = "1"
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.delays = []         # descriptors: the reading end of each delay that was given
        self.told = {}           # notifications that show
        self.all_told = []
        self.loop = GLib.MainLoop()
        self.context = GLib.MainContext.new()
        ready = threading.Event()

        def serve():
            self.context.push_thread_default()
            self.system = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
            self.session = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)
            self.system.register_object("/org/freedesktop/login1", Gio.DBusNodeInfo.new_for_xml(LOGIND).interfaces[0], self.on_logind, None, None)
            self.session.register_object("/org/gtk/Notifications", Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS).interfaces[0],
                                         self.on_notification, None, None)
            for bus, name in ((self.system, "org.freedesktop.login1"), (self.session, "org.gtk.Notifications"),
                              (self.session, "org.gnome.ScreenSaver")):
                bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                              GLib.Variant("(su)", (name, 0)), None, 0, -1, None)
            ready.set()
            loop = GLib.MainLoop.new(self.context, False)
            self.loop = loop
            loop.run()

        threading.Thread(target=serve, daemon=True).start()
        check(ready.wait(20), "the buses of the test answer")

    def on_logind(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        if method == "Inhibit":
            check(parameters.unpack()[0] == "sleep" and parameters.unpack()[3] == "delay", f"it asks for a delay: {parameters}")
            reading, writing = os.pipe()
            os.set_blocking(reading, False)
            self.delays.append(reading)
            fds = Gio.UnixFDList.new()
            index = fds.append(writing)
            os.close(writing)
            invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (index,)), fds)
        else:
            invocation.return_value(GLib.Variant("(o)", (SESSION_PATH,)))

    def on_notification(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        given = parameters.unpack()
        if method == "AddNotification":
            self.told[given[1]] = given[2]
            self.all_told.append(str(given))
        else:
            self.told.pop(given[1], None)
        invocation.return_value(None)

    def say(self, bus, path, interface, name, parameters=None):
        bus.emit_signal(None, path, interface, name, parameters)

    def sleep(self, begins):
        self.say(self.system, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", GLib.Variant("(b)", (begins,)))

    def lock_session(self):
        self.say(self.system, SESSION_PATH, "org.freedesktop.login1.Session", "Lock")

    def save_screen(self):
        self.say(self.session, "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged", GLib.Variant("(b)", (True,)))

    def n_held(self):
        """Delays that Hygie has not let go of."""
        held = 0
        for reading in self.delays:
            try:
                os.read(reading, 1)
            except BlockingIOError:
                held += 1
        return held

    def wait_held(self, wanted, words):
        end = time.monotonic() + 20
        while self.n_held() != wanted:
            check(time.monotonic() < end, words)
            time.sleep(0.05)


def make_vault():
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE)
    made = dict(window.environment, HYGIE_PASSPHRASE_FILE=file)
    key = json.loads(subprocess.run([CLI, "create", "--kdf", "interactive", "--json"], env=made, stdout=subprocess.PIPE, check=True).stdout)
    subprocess.run([CLI, "space", "add", "--given", GIVEN, "--family", FAMILY, "--birth-date", "1961-05-14", "--sex", "female"], env=made,
                   stdout=subprocess.DEVNULL, check=True)
    os.unlink(file)
    return key["recoveryKey"]


def type_passphrase(passphrase):
    see("button", _("_Unlock"), 20)
    time.sleep(0.4)
    keys("ctrl+a")
    write(passphrase)
    sensitive("button", _("_Unlock"))
    keys("Return")


def unlock(passphrase):
    type_passphrase(passphrase)
    gone("button", _("_Unlock"), 20)
    time.sleep(0.5)
    keys("alt+2")  # the documents
    see("list item", "~Letter from the hospital", 20)
    time.sleep(0.3)


def locked(note):
    see("button", _("_Unlock"), 20)
    see("*", note)
    check(FAMILY not in " | ".join(names()), "the lock names nobody")


def lock_each_way(desktop):
    desktop.wait_held(1, "an open space asks the computer to wait with its sleep")
    for say, note in ((lambda: desktop.sleep(True), "Locked because the computer slept."),
                      (desktop.save_screen, "Locked together with the screen."),
                      (desktop.lock_session, "Locked together with the screen.")):
        say()
        locked(_(note))
        desktop.wait_held(0, "once the keys are gone the computer may sleep")
        desktop.sleep(False)
        unlock(PASSPHRASE)
        desktop.wait_held(1, "and is asked again with the next opening")
    keys("ctrl+l")
    see("button", _("_Unlock"), 20)
    unlock(PASSPHRASE)


def show_preferences():
    keys("ctrl+comma")
    see("*", _("Ways in"), 20)
    time.sleep(0.5)


def switch_off(desktop):
    """Then neither the screen nor sleep locks, and the computer is not asked to wait."""
    show_preferences()
    picture("security-preferences")
    switch = _("Lock with the screen, and at sleep")
    press("*", switch) if not window.KEYBOARD else (window.reach(switch), keys("space"))
    desktop.wait_held(0, "the computer need not wait")
    desktop.sleep(True)
    desktop.save_screen()
    time.sleep(1)
    check(drive.find("button", _("_Unlock")) is None, "it stays open when one has said so")
    press("*", switch) if not window.KEYBOARD else keys("space")
    desktop.wait_held(1, "and waits again")


def change_passphrase():
    press("button", _("_Change…"))
    see("*", _("_New passphrase"), 20)
    time.sleep(0.5)
    fill(_("_Present passphrase"), "not these words at all")
    fill(_("_New passphrase"), FRESH)
    picture("security-change")
    fill(_("_Type it once more"), FRESH)
    press("button", _("_Change"))
    see("*", _("This did not open it. Check the passphrase and try again."), 20)
    time.sleep(0.3)
    picture("security-change-refused")
    time.sleep(1.2)
    fill(_("_Present passphrase"), PASSPHRASE)
    fill(_("_New passphrase"), FRESH)
    fill(_("_Type it once more"), FRESH)
    press("button", _("_Change"))
    see("*", _("The passphrase is changed"), 20)
    time.sleep(0.4)


def prove(key):
    see("*", window.start_of("Made on %s"))
    press("button", _("_Prove…"))
    see("*", _("Show that you have the sheet"), 20)
    time.sleep(0.6)
    write(("2" if key[0] != "2" else "3") + key[1:].replace("-", ""))
    press("button", _("_Prove"))
    see("*", _("This did not open it. Check the groups and try again."), 20)
    picture("security-prove-refused")
    for _step in range(9):
        keys("shift+Tab") if drive.find("button", _("_Prove")) is None else None
    window.reach(_("Group %u").replace("%u", "1"), "shift+Tab")
    keys("ctrl+a")
    write(key.replace("-", ""))
    press("button", _("_Prove"))
    see("*", _("This sheet opens your space"), 20)
    see("*", window.start_of("Last proved on %s"))
    time.sleep(0.5)
    picture("security-proved")


def use_new_passphrase():
    keys("ctrl+l")
    see("button", _("_Unlock"), 20)
    type_passphrase(PASSPHRASE)
    see("*", _("This did not open it. Check the passphrase and try again."), 20)
    time.sleep(1.2)
    unlock(FRESH)


def recover(key):
    """The sheet lets one in, and a new passphrase is offered without the former one."""
    keys("ctrl+l")
    see("button", _("_Unlock"), 20)
    time.sleep(0.4)
    press("button", _("Use the _recovery sheet…"))
    see("*", _("Use the recovery sheet"), 20)
    time.sleep(0.5)
    write(key.replace("-", ""))
    press("button", _("_Open"))
    see("*", _("_New passphrase"), 20)
    time.sleep(0.6)
    check(drive.find("*", _("_Present passphrase")) is None, "the former passphrase is not asked for")
    picture("security-recovered")
    fill(_("_New passphrase"), THIRD)
    fill(_("_Type it once more"), THIRD)
    press("button", _("_Change"))
    gone("*", _("_New passphrase"), 20)
    keys("ctrl+l")
    unlock(THIRD)


def look_away():
    """The focus goes to no window at all."""
    subprocess.run(["xdotool", "windowfocus", "0"], check=True)
    time.sleep(0.5)


def wait_told(desktop, wanted, words):
    end = time.monotonic() + 30
    while len(desktop.told) != wanted:
        check(time.monotonic() < end, f"{words}: {desktop.told}")
        time.sleep(0.05)


def bring(server, *letters):
    """A sync that ends while nobody looks."""
    server.held = threading.Event()
    server.resources += [sync.letter("claire", ident, title) for ident, title in letters]
    keys("ctrl+l")
    unlock(THIRD)
    keys("F5")
    time.sleep(0.5)
    look_away()
    server.held.set()


def be_told(desktop, server):
    """How many documents came while nobody looked, and nothing else about them."""
    check(not desktop.all_told, f"nothing was told before: {desktop.all_told}")
    bring(server, ("second", "A second letter"), ("third", "A third letter"))
    wait_told(desktop, 1, "new documents are told")
    told = desktop.all_told[-1]
    check("2 " in told, f"how many: {told}")
    for word in (GIVEN, FAMILY, "etter", "hospital", "pdf"):
        check(word not in told, f"nothing about them: {told}")
    window.program.take_focus()
    wait_told(desktop, 0, "it goes when the window is looked at")

    bring(server, ("fourth", "A fourth letter"))
    wait_told(desktop, 1, "one more is told")
    desktop.lock_session()
    see("button", _("_Unlock"), 20)
    wait_told(desktop, 0, "it goes when the window locks")
    window.program.take_focus()


def connect(server):
    """With the command line; the window follows the server from the next opening on."""
    file = os.path.join(home, "passphrase")
    with open(file, "w", encoding="utf-8") as out:
        out.write(PASSPHRASE)
    check(subprocess.run([CLI, "sync", "--server", server.base], env=dict(window.environment, HYGIE_PASSPHRASE_FILE=file),
                         stdout=subprocess.DEVNULL).returncode == 0, "hygie-cli sync works")
    os.unlink(file)


def main():
    drive.Atspi.init()
    desktop = Desktop()
    key = make_vault()
    server = sync.Server()
    server.resources = [sync.patient("claire", GIVEN, FAMILY, "1961-05-14"), sync.letter("claire", "first", "Letter from the hospital")]
    server.refused = None
    server.start()
    connect(server)
    window.program = window.Program()
    try:
        see("button", _("_Unlock"), 20)
        window.program.fill_screen()
        unlock(PASSPHRASE)
        lock_each_way(desktop)
        switch_off(desktop)
        change_passphrase()
        prove(key)
        keys("Escape", "Escape")  # the first one puts the toast away
        gone("*", _("Ways in"))
        use_new_passphrase()
        recover(key)
        be_told(desktop, server)
        unlock(THIRD)
        window.program.quit()
    finally:
        if window.program.process.poll() is None:
            window.program.process.kill()
            window.program.process.wait()
        desktop.daemon.kill()
        desktop.daemon.wait()
        shutil.rmtree(home, ignore_errors=True)


main()

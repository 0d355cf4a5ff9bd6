#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Help, read in the window: F1 opens the page of the place, before and after unlocking; links, back and forward; every page.

  test-help.py PROGRAM DATA-FOLDER PO-FOLDER LANGUAGE light|dark pointer|keyboard WIDTHxHEIGHT HELP-FOLDER
"""
import importlib
import os
import re
import shutil
import sys
import time
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
window = importlib.import_module("test-window")
M = "{http://projectmallard.org/1.0/}"
HELP = os.path.join(sys.argv[8], "fr" if window.LANGUAGE == "fr" else "C")


def title(page):
    # Not split(), which takes the blanks that hold a line together too.
    return re.sub(r"[ \n]+", " ", "".join(ET.parse(os.path.join(HELP, f"{page}.page")).getroot().find(f"{M}title").itertext()).strip())


def page_shows(page):
    window.see("heading", title(page))
    time.sleep(0.4)


def f1_opens(page, picture=None):
    time.sleep(0.4)
    window.keys("F1")
    page_shows(page)
    if picture:
        window.picture(picture)
    window.keys("Escape")
    window.gone("heading", title(page))
    time.sleep(0.4)


def rows_of_index():
    pages = []
    for name in os.listdir(HELP):
        root = ET.parse(os.path.join(HELP, name)).getroot()
        if root.get("id") != "index":
            pages.append(root.get("id"))
    return sorted(pages)


def links_lead_on_back_and_forward():
    window.keys("F1")
    page_shows("documents")
    window.reach("~" + ("recherche" if window.LANGUAGE == "fr" else "search"))
    window.keys("Return")
    page_shows("read")
    window.keys("alt+Left")
    page_shows("documents")
    window.keys("alt+Right")
    page_shows("read")
    window.keys("alt+Left")
    page_shows("documents")
    window.keys("alt+Left")
    time.sleep(0.6)


def every_page_can_be_read():
    for page in rows_of_index():
        window.see("*", title(page))
        window.reach(title(page))
        window.keys("Return")
        page_shows(page)
        window.picture(f"help-{page}")
        window.keys("alt+Left")
        time.sleep(0.6)
    window.picture("help-index")
    window.keys("Escape")


def main():
    window.program = window.Program()
    try:
        window.see("*", window._("Choose a passphrase"), 20)
        window.program.fill_screen()
        f1_opens("passphrase", "help-at-first-start")
        window.choose_passphrase()
        window.see("*", window._("Keep your recovery sheet"), 30)
        f1_opens("recovery-sheet")
        window.keep_recovery_sheet()
        window.say_whose()
        window.empty_documents()
        f1_opens("documents")
        window.keys("ctrl+comma")
        window.see("button", window._("_Verify"))
        f1_opens("lock")
        window.keys("Escape")
        window.gone("button", window._("_Verify"))
        links_lead_on_back_and_forward()
        every_page_can_be_read()
        time.sleep(0.6)
        window.keys("ctrl+l")
        window.see("button", window._("_Unlock"), 20)
        f1_opens("unlock")
        window.program.quit()
    finally:
        if window.program.process.poll() is None:
            window.program.process.kill()
            window.program.process.wait()
        shutil.rmtree(window.home, ignore_errors=True)


if __name__ == "__main__":
    main()

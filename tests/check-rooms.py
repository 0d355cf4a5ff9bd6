#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the sources and says where they break the rules of the rooms (CONTRIBUTING.md):

  - a room includes, and its meson.build names, only the rooms and libraries of its row;
  - no room but vault and space can see the vault's handle, HyVault, or a header called private: others have a HyAccess;
  - every source file begins with its licence;
  - who awaits includes base/hy-async.h, which makes awaits and fibers safe, and starts fibers as it says;
  - no file knows a folder of the machine that it was written on.

check-rooms.py              checks this project
check-rooms.py --self-test  checks the checker, on a small wrong project that it makes
"""
import os
import re
import sys
import tempfile

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
# What software centres copy into their own pages has to be free of conditions.
METAINFO_LICENCE = "SPDX-License-Identifier: CC0-1.0"

# Room: the rooms it may use, and the libraries beside GLib, GIO and libdex, which base hands to all.
ROOMS = {
    "base": ("", "sodium"),
    "fhir": ("base", ""),
    "vault": ("base", "sqlcipher sodium libsecret"),
    "prevention": ("base fhir", "json-glib"),
    "forms": ("base fhir", "json-glib"),
    "import": ("base fhir", "libxml2 libarchive"),
    "render": ("base", ""),
    "render/worker": ("base", "poppler cairo libxml2 jpeg png tiff gdcm zxing fontconfig seccomp"),
    "paper": ("base fhir", "cairo pango qrencode libical libarchive"),
    "records": ("base fhir vault", ""),
    "sync": ("base fhir vault records", "libsoup"),
    "mandate": ("base fhir vault", "sodium"),
    "space": ("base fhir vault prevention forms import render paper records sync mandate", ""),
    "ui": ("base fhir records prevention forms render space", "gtk adwaita"),
    "cli": ("base fhir records prevention forms space", ""),
}

# The headers of the sandboxed process that others may include, and the other way round: what goes over the wire.
WIRE = re.compile(r"render/hy-[a-z-]*wire\.h$")

# A header that names the vault's handle, or is called private, is its own room's alone; this one is space's too.
PRIVATE = re.compile(r"-private\.h$")
HANDLE = re.compile(r"\bHyVault\b")
FOR_SPACE = "vault/hy-vault-private.h"

LIBRARIES = [
    ("sqlcipher", r"sqlcipher/|sqlite3\.h$"),
    ("sodium", r"sodium(\.h$|/)"),
    ("libsecret", r"libsecret/"),
    ("json-glib", r"json-glib/"),
    ("libxml2", r"libxml/"),
    ("libarchive", r"archive(_entry)?\.h$"),
    ("poppler", r"poppler|glib/poppler"),
    ("cairo", r"cairo[a-z-]*\.h$"),
    ("pango", r"pango/"),
    ("qrencode", r"qrencode\.h$"),
    ("libical", r"libical/"),
    ("libsoup", r"libsoup/"),
    ("jpeg", r"(jpeglib|jerror)\.h$"),
    ("png", r"png\.h$"),
    ("tiff", r"tiff[a-z]*\.h$"),
    ("gdcm", r"gdcm"),
    ("zxing", r"ZXing/"),
    ("fontconfig", r"fontconfig/"),
    ("seccomp", r"seccomp\.h$"),
    ("adwaita", r"adwaita\.h$"),
    ("gtk", r"(gtk|gdk|gsk|graphene)[a-z-]*(/|\.h$)"),
    ("", r"(glib|gio|gobject|gmodule)[a-z-]*(/|\.h$)|libdex\.h$"),
    # The C library and the kernel.
    ("", r"(sys|linux|asm|arpa|net|netinet|bits)/"),
    ("", r"(assert|complex|ctype|dirent|dlfcn|elf|endian|err|errno|fcntl|fenv|float|fnmatch|ftw|getopt|glob|grp|iconv"
         r"|inttypes|langinfo|libgen|libintl|limits|link|locale|malloc|math|memory|mntent|netdb|nl_types|poll|pthread|pty|pwd"
         r"|regex|sched|semaphore|setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbit|stdbool|stddef|stdint|stdio|stdlib"
         r"|stdnoreturn|string|strings|syscall|sysexits|syslog|termios|tgmath|threads|time|uchar|ucontext|unistd|utime|utmp"
         r"|wchar|wctype|wordexp|byteswap|execinfo|features|immintrin|emmintrin|xmmintrin)\.h$"),
]
LIBRARIES = [(name, re.compile(pattern)) for name, pattern in LIBRARIES]

# Meson's names of the same.
MESON_LIBRARIES = {
    "sqlcipher": "sqlcipher", "sodium": "sodium", "libsecret": "libsecret", "json_glib": "json-glib", "libxml": "libxml2",
    "libxml2": "libxml2", "archive": "libarchive", "libarchive": "libarchive", "poppler": "poppler", "cairo": "cairo",
    "pango": "pango", "pangocairo": "pango", "qrencode": "qrencode", "libical": "libical", "ical": "libical", "soup": "libsoup",
    "libsoup": "libsoup", "jpeg": "jpeg", "png": "png", "tiff": "tiff", "gdcm": "gdcm",
    "zxing": "zxing", "fontconfig": "fontconfig", "seccomp": "seccomp", "gtk": "gtk", "adw": "adwaita",
}

SOURCES = (".c", ".h", ".cc", ".cpp", ".py", ".sh", ".mjs", ".blp", ".css", ".in", ".xml", ".svg", ".po", ".supp")
SOURCE_NAMES = ("meson.build", "meson.options", "dev", "run", "POTFILES", "POTFILES.in")
# Received or generated: not ours to sign.
NOT_OURS = {"fixtures", "seeds", "node_modules", "__pycache__"}
# base/hy-async.c says why.
ASYNC = "src/base/hy-async."
AWAIT = re.compile(r"\bdex_await(_[a-z0-9]+)?\b")
SPAWN = re.compile(r"\bdex_scheduler_spawn\b")
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9._~$})-])/(?:work|farm|root|Users|opt)/")
HOME_PATH = re.compile(r"(?<![A-Za-z0-9._~$})-])/home/[a-z]+")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


class Checker:
    def __init__(self, top):
        self.top = top
        self.problems = []
        self.sources = dict(self.files())
        # Headers as they are included: from src.
        self.headers = {path[4:]: text for path, text in self.sources.items() if path.startswith("src/") and path.endswith(".h")}
        self.private = {header for header, text in self.headers.items()
                        if PRIVATE.search(header) or HANDLE.search(COMMENT.sub(blank, text))}

    def report(self, path, line, words):
        self.problems.append(f"{path}:{line}: {words}")

    def files(self):
        for folder, names, files in os.walk(self.top):
            names[:] = sorted(
                name for name in names
                if name not in NOT_OURS and (not name.startswith(".") or name == ".ci")
                and not (folder == self.top and name.startswith("build") and name != "build-aux"))
            for name in sorted(files):
                path = os.path.join(folder, name)
                if name.endswith(SOURCES + (".md",)) or name in SOURCE_NAMES:
                    with open(path, encoding="utf-8") as file:
                        yield os.path.relpath(path, self.top), file.read()

    def check(self):
        for path, text in self.sources.items():
            parts = path.split("/")
            if not path.endswith(".md"):
                self.check_licence(path, text)
            self.check_paths(path, text)
            if path.endswith((".c", ".h", ".cc", ".cpp")):
                if parts[0] == "src" and len(parts) > 2:
                    self.check_room(path, text, room_of(parts))
                    self.check_async(path, text)
                elif parts[0] == "tests" and len(parts) > 2:
                    self.check_test(path, text, parts[1])
            if parts[0] == "src" and parts[-1] == "meson.build" and len(parts) > 2:
                self.check_dependencies(path, text, room_of(parts))
        return self.problems

    def check_licence(self, path, text):
        lines = text.split("\n", 2)
        first = lines[1] if len(lines) > 1 and lines[0].startswith(("#!", "<?xml")) else lines[0]
        licence = METAINFO_LICENCE if ".metainfo." in path else LICENCE
        if licence not in first:
            self.report(path, 1, f"the first line is not “{licence}”")

    def check_paths(self, path, text):
        for number, line in enumerate(text.split("\n"), 1):
            # Tests may show Hygie an invented person's folder.
            match = MACHINE_PATH.search(line) or (not path.startswith("tests/") and HOME_PATH.search(line))
            if match:
                self.report(path, number, f"“{match[0]}” is a folder of one machine")

    def check_room(self, path, text, room):
        if room not in ROOMS:
            self.report(path, 1, f"there is no room “{room}” in CONTRIBUTING.md")
            return
        rooms, libraries = (words.split() for words in ROOMS[room])
        for line, header, quoted in includes(text):
            other = "/".join(header.split("/")[:-1])
            owner = room_of(["src", *header.split("/")]) if other else ""
            if owner in ROOMS:
                if owner != room and owner not in rooms and not (WIRE.search(header) and room.startswith("render")):
                    self.report(path, line, f"the room {room} may not use {owner} (“{header}”)")
                self.check_private(path, line, header, room)
            elif quoted and f"src/{room}/{header}" in self.sources:
                self.report(path, line, f"write “{header}” from src: “{room}/{header}”")
            elif not (quoted and is_generated(header)):
                self.check_library(path, line, header, libraries, room)

    def check_private(self, path, line, header, room):
        """What the header shows, by itself or through what it includes, must be for this room."""
        waiting, seen = [header], set()
        while waiting:
            shown = waiting.pop()
            if shown in seen or shown not in self.headers:
                continue
            seen.add(shown)
            owner = room_of(["src", *shown.split("/")])
            if owner == room or (room == "space" and shown == FOR_SPACE):
                continue  # and it may use its own room's private headers
            if shown in self.private:
                by = "" if shown == header else f", which “{header}” brings in,"
                self.report(path, line, f"“{shown}”{by} is private to {owner}" + (" and space" if shown == FOR_SPACE else ""))
                return
            waiting += [further for _, further, _ in includes(self.headers[shown])]

    def check_library(self, path, line, header, libraries, room):
        for name, pattern in LIBRARIES:
            if pattern.match(header):
                if name and name not in libraries:
                    self.report(path, line, f"the room {room} may not use the library {name} (“{header}”)")
                return
        self.report(path, line, f"“{header}” belongs to no library that tests/check-rooms.py knows")

    def check_async(self, path, text):
        code = COMMENT.sub(blank, text)
        if path.startswith(ASYNC):
            return
        for match in SPAWN.finditer(code):
            self.report(path, code.count("\n", 0, match.start()) + 1, "start fibers with hy_spawn, hy_fiber or hy_in_pool")
        match = AWAIT.search(code)
        if match and not any(header == "base/hy-async.h" for _, header, _ in includes(text)):
            self.report(path, code.count("\n", 0, match.start()) + 1, "who awaits includes “base/hy-async.h”")

    def check_test(self, path, text, room):
        """A test may use its room and what that room may use; only the vault's and space's own tests open a vault.
        Those of render try the worker too, and what is in it."""
        if room not in ROOMS:
            return
        rooms = ROOMS[room][0].split()
        for line, header, _ in includes(text):
            owner = room_of(["src", *header.split("/")]) if "/" in header else ""
            if owner not in ROOMS:
                continue
            if owner not in (room, room + "/worker") and owner not in rooms:
                self.report(path, line, f"the tests of {room} may not use {owner} (“{header}”)")
            self.check_private(path, line, header, room)

    def check_dependencies(self, path, text, room):
        if room not in ROOMS:
            return
        rooms, libraries = (words.split() for words in ROOMS[room])
        for number, line in enumerate(text.split("\n"), 1):
            for name in re.findall(r"\b([a-z0-9_]+)_dep\b", line.split("#")[0]):
                if name in ROOMS and name != room and name not in rooms:
                    self.report(path, number, f"the room {room} may not use {name}")
                library = MESON_LIBRARIES.get(name.removesuffix("4").removesuffix("_1"))
                if library and library not in libraries:
                    self.report(path, number, f"the room {room} may not use the library {library}")


def room_of(parts):
    """The room of src/ROOM/…; the sandboxed worker is a room inside a room."""
    return "render/worker" if parts[1:3] == ["render", "worker"] else parts[1]


def includes(text):
    for match in INCLUDE.finditer(COMMENT.sub(blank, text)):
        yield text.count("\n", 0, match.start(2)) + 1, match[2], match[1] == '"'


def blank(match):
    """Comments go, lines stay.  An include in quotes has no // that counts."""
    return re.sub(r"[^\n]", " ", match[0])


def is_generated(header):
    """Made in the build folder beside the room's own files (resources, tables, marshallers)."""
    return header == "config.h" or (header.startswith("hy-") and header.endswith(".h"))


def self_test():
    """Each file breaks one rule, or none where nothing is expected of it."""
    mine = f"/* {LICENCE} */\n"
    script = f"# {LICENCE}\n"
    folder = "/" + "work/place"
    tree = [
        ("src/base/hy-good.c", mine + '#include "config.h"\n#include "base/hy-good.h"\n#include <sodium.h>\n', None),
        ("src/base/hy-bad.c", mine + '#include "fhir/hy-person.h"\n', "src/base/hy-bad.c:2: the room base may not use fhir"),
        ("src/base/hy-good.h", mine, None),
        ("src/base/hy-near.c", mine + '#include "hy-good.h"\n#include "hy-made-by-meson.h"\n',
         "src/base/hy-near.c:2: write “hy-good.h” from src"),
        ("src/fhir/hy-key.c", mine + "#include <sodium.h>\n", "src/fhir/hy-key.c:2: the room fhir may not use the library sodium"),
        ("src/vault/hy-good.c", mine + '#include "vault/hy-vault-private.h"\n#include <sqlcipher/sqlite3.h>\n', None),
        ("src/space/hy-good.c", mine + '#include "vault/hy-vault-private.h"\n', None),
        ("src/space/hy-bad.c", mine + '#include "ui/hy-window.h"\n', "src/space/hy-bad.c:2: the room space may not use ui"),
        ("src/records/hy-good.c", mine + '/* #include "ui/hy-window.h" */\n#include "vault/hy-access.h"\n', None),
        ("src/records/hy-bad.c", mine + '\n#include "vault/hy-vault-private.h"\n',
         "src/records/hy-bad.c:3: “vault/hy-vault-private.h” is private to vault and space"),
        ("src/records/hy-sql.c", mine + "#include <sqlite3.h>\n",
         "src/records/hy-sql.c:2: the room records may not use the library sqlcipher"),
        ("src/ui/first/hy-good.c", mine + '#include "ui/first/hy-good.h"\n#include <adwaita.h>\n', None),
        ("src/cli/hy-bad.c", mine + "#include <gtk/gtk.h>\n", "src/cli/hy-bad.c:2: the room cli may not use the library gtk"),
        ("src/cli/hy-odd.c", mine + "#include <curl/curl.h>\n", "src/cli/hy-odd.c:2: “curl/curl.h” belongs to no library"),
        ("src/vault/hy-access.h", mine + "/* HyVault in words is fine */\ntypedef int HyAccess;\n", None),
        ("src/vault/hy-rows.h", mine + "HyVault *hy_rows_new (void);\n", None),
        ("src/records/hy-handle.c", mine + '#include "vault/hy-rows.h"\n',
         "src/records/hy-handle.c:2: “vault/hy-rows.h” is private to vault"),
        ("src/space/hy-leak.h", mine + '#include "vault/hy-vault-private.h"\n', None),
        ("src/ui/hy-leaked.c", mine + '#include "space/hy-leak.h"\n',
         "src/ui/hy-leaked.c:2: “vault/hy-vault-private.h”, which “space/hy-leak.h” brings in, is private to vault and space"),
        ("src/vault/hy-vault-private.h", mine + "typedef struct _HyVault HyVault;\n", None),
        ("src/attic/hy-old.c", mine, "src/attic/hy-old.c:1: there is no room “attic”"),
        ("src/import/meson.build", script + "import_dep = declare_dependency(dependencies: [fhir_dep, vault_dep])\n",
         "src/import/meson.build:2: the room import may not use vault"),
        ("src/records/meson.build", script + "records_lib = static_library('x', dependencies: [sqlcipher_dep])\n",
         "src/records/meson.build:2: the room records may not use the library sqlcipher"),
        ("src/ui/meson.build", script + "ui_deps = [gtk_dep, adw_dep, space_dep]\n", None),
        ("tests/vault/test-good.c", mine + '#include "vault/hy-vault-private.h"\n', None),
        ("tests/records/test-bad.c", mine + '#include "vault/hy-vault-private.h"\n',
         "tests/records/test-bad.c:2: “vault/hy-vault-private.h” is private to vault and space"),
        ("tests/fhir/test-bad.c", mine + '#include "vault/hy-access.h"\n',
         "tests/fhir/test-bad.c:2: the tests of fhir may not use vault"),
        ("src/base/hy-async.h", mine + "#define dex_await(future, error) (dex_await) (hy_settle (future), error)\n", None),
        ("src/space/hy-waits.c", mine + '#include "base/hy-async.h"\ndex_await (future, NULL);\n', None),
        ("src/space/hy-waits-badly.c", mine + "/* dex_await */\ndex_await_boxed (future, NULL);\n",
         "src/space/hy-waits-badly.c:3: who awaits includes “base/hy-async.h”"),
        ("src/space/hy-starts.c", mine + "dex_scheduler_spawn (NULL, 0, fiber, NULL, NULL);\n",
         "src/space/hy-starts.c:2: start fibers with hy_spawn, hy_fiber or hy_in_pool"),
        ("src/base/hy-bare.c", "#include <glib.h>\n", "src/base/hy-bare.c:1: the first line is not"),
        ("tests/good.py", "#!/usr/bin/env python3\n" + script, None),
        ("tests/path.sh", "#!/bin/sh\n" + script + f"cd {folder}\n", "tests/path.sh:3: “/" + "work/” is a folder of one machine"),
        ("tests/home.c", mine + 'open ("/home/claire/letter.pdf");\n', None),
        ("dev", "#!/bin/sh\n" + script + "cd /home/claire\n", "dev:3: “/home/claire” is a folder of one machine"),
        ("tests/fixtures/received.py", folder, None),
        ("build-x/src/base/hy-made.c", folder, None),
    ]
    with tempfile.TemporaryDirectory() as top:
        for path, text, _ in tree:
            os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
            with open(os.path.join(top, path), "w", encoding="utf-8") as file:
                file.write(text)
        problems = Checker(top).check()
    wrong = []
    for expected in (words for _, _, words in tree if words):
        found = [problem for problem in problems if problem.startswith(expected)]
        if not found:
            wrong.append(f"not reported: {expected}")
        problems = [problem for problem in problems if problem not in found]
    return wrong + [f"reported, but right: {problem}" for problem in problems]


def main():
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
    elif not sys.argv[1:]:
        problems = Checker(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))).check()
    else:
        sys.exit(__doc__)
    print(*problems, sep="\n", end="\n" if problems else "")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

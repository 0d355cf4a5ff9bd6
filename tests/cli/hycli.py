# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of hygie-cli share: a sandbox that holds everything a run may touch, and TAP output."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

PASSPHRASE = "cinq mots pour un essai"
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


class Result:
    """One finished run: code, out (bytes), err (text)."""

    def __init__(self, words, process):
        self.words = words
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr.decode("utf-8", "replace") if process.stderr is not None else ""

    @property
    def text(self):
        return self.out.decode("utf-8")

    @property
    def lines(self):
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def one(self):
        lines = self.lines
        assert len(lines) == 1, f"one line was expected: {self.text!r}"
        return lines[0]

    def __repr__(self):
        return f"{' '.join(map(str, self.words))}: exit {self.code}\n{self.out[-2000:]!r}\n{self.err[-2000:]}"


class Sandbox:
    """A folder of its own: `home` is all the program may write to, `files` is what the test brings and takes away."""

    def __init__(self, program):
        self.program = program
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hygie-cli-"))
        self.home = self.root / "home"
        self.files = self.root / "files"
        self.files.mkdir()
        self.env = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        self.env.update(LC_ALL="C.UTF-8", TZ="UTC", GIO_USE_PROXY_RESOLVER="dummy", G_DEBUG="fatal-criticals")
        for name, folder in (("HOME", "."), ("TMPDIR", "tmp"), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"),
                             ("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "runtime")):
            path = (self.home / folder).resolve()
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
            self.env[name] = str(path)
        self.vault = self.home / "data" / "vault"

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.root, ignore_errors=True)

    def command(self, *words, vault=None):
        return [self.program, "--vault", str(vault or self.vault), *map(str, words)]

    def start(self, *words, passphrase=PASSPHRASE, wrap=(), vault=None, also=(), **keywords):
        """Starts hygie-cli with the passphrase in a pipe; returns the Popen.  @also: more descriptors that it keeps."""
        keywords = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **keywords}
        reading, writing = os.pipe()
        os.write(writing, passphrase.encode() + b"\n")
        os.close(writing)
        env = self.env
        if wrap:
            # LeakSanitizer cannot look at a program that is being traced.
            env = {**env, "ASAN_OPTIONS": env.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        try:
            return subprocess.Popen([*wrap, *self.command("--passphrase-fd", str(reading), *words, vault=vault)],
                                    env=env, pass_fds=(reading, *also), **keywords)
        finally:
            os.close(reading)

    def run(self, *words, timeout=120, **keywords):
        process = self.start(*words, **keywords)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Result(words, subprocess.CompletedProcess(words, process.returncode, out, err))

    def ok(self, *words, **keywords):
        result = self.run(*words, **keywords)
        assert result.code == 0, result
        return result

    def create(self, given="Claire", family="Fontaine", birth_date="1979-05-14", sex="female"):
        """A vault with one space; returns the id of the space."""
        self.ok("create", "--kdf", "interactive")
        return self.add_space(given, family, birth_date, sex)

    def add_space(self, given, family, birth_date, sex):
        return self.ok("space", "add", "--given", given, "--family", family, "--birth-date", birth_date, "--sex", sex,
                       "--json").one["id"]

    def write(self, name, content):
        path = self.files / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


def observation(number, text="Weight", date="2024-03-05"):
    """The exact text of a small resource: its key order and its numbers are unusual on purpose."""
    return ('{"resourceType":"Observation", "valueQuantity":{"value":%d.50,"unit":"kg"},"id":"o%d","status":"final",'
            '"code":{"text":"%s"},"effectiveDateTime":"%s","x-unknown":12345678901234567890}' % (number, number, text, date))


def pdf(text, padding=0):
    """A small PDF whose page says @text; @padding random bytes make it larger than one chunk of a blob."""
    body = b"BT /F1 12 Tf 20 100 Td (" + text.encode("latin-1", "replace") + b") Tj ET"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               b"<</Length %d>>stream\n" % len(body) + body + b"\nendstream",
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    if padding:
        noise = os.urandom(padding)
        objects.append(b"<</Length %d>>stream\n" % len(noise) + noise + b"\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def tree(folder, without=("lock",)):
    """Relative path -> SHA-256 of every file below @folder."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file() and path.name not in without}


def fixture(name):
    return pathlib.Path(os.environ["HY_FIXTURES"]) / name


_tests = []


def test(function):
    """Marks a test; its name says what holds."""
    _tests.append(function)
    return function


def note(text):
    print("# " + text.replace("\n", "\n# "), flush=True)


def main():
    """Runs all marked tests on the program named by the first argument."""
    program = os.path.abspath(sys.argv[1])
    failed = 0

    print(f"1..{len(_tests)}", flush=True)
    for number, function in enumerate(_tests, 1):
        name = function.__name__.replace("_", " ")
        try:
            with Sandbox(program) as sandbox:
                function(sandbox)
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            failed += 1
            # Meson takes stdout for itself; what it shows of a failed test is stderr.
            traceback.print_exc()
            print(f"not ok {number} - {name}", flush=True)
    sys.exit(1 if failed else 0)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a release build: each figure beside what it is compared with, in the same run.

  bench.py BUILD [NAME...]      all, or some of: store search list window scroll render viewer documents sync

The two programs of a comparison run in turn, and the median of each counts; only ratios say something, for machines
differ and other programs run.  CPU time (user and system, all threads) stands beside the time on the clock, which
suffers when the machine is busy.  A figure never fails anything.
BENCH_COUNT: how many records (100000; a tenth of it for sync).  BENCH_RUNS: how often each (5).
BENCH_FILES_MB: how much of documents' bytes a sync fetches (200).
"""
import base64
import hashlib
import http.server
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))
from fhirserver import FhirServer  # noqa: E402

COUNT = int(os.environ.get("BENCH_COUNT", "100000"))
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
FILES_MB = int(os.environ.get("BENCH_FILES_MB", "200"))
# As a sync asks for them, and as most servers allow.
SYNC_PAGE = 1000
# What the invented records refer to: a few, as in a real life.
N_PRACTITIONERS = 20
PASSPHRASE = "lantern orchard river copper meadow"
# A process that takes longer than this has failed.
PATIENCE_S = 900


def say(text):
    print(text, file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


class Pages:
    """A server of one Patient whose pages of $everything lie ready; it has nothing else."""

    def __init__(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        self.pages = []
        for at in range(0, len(lines), SYNC_PAGE):
            link = f'"link":[{{"relation":"next","url":"?page={at // SYNC_PAGE + 1}"}}],' if at + SYNC_PAGE < len(lines) else ""
            entries = ",".join(f'{{"resource":{line}}}' for line in lines[at:at + SYNC_PAGE])
            self.pages.append(f'{{"resourceType":"Bundle","type":"searchset","total":{len(lines)},{link}"entry":[{entries}]}}'.encode())
        self.patient = lines[0].encode()

    def answer(self, path):
        if "?page=" in path:
            return self.pages[int(path.rpartition("=")[2])]
        if "$everything" in path:
            return self.pages[0]
        if "_history" in path:
            return b'{"resourceType":"Bundle","type":"history"}'
        if "/Patient?" in path:
            return b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":' + self.patient + b"}]}"
        if "/metadata" in path:
            return (b'{"resourceType":"CapabilityStatement","rest":[{"interaction":[{"code":"history-system"}],'
                    b'"resource":[{"type":"Patient","operation":[{"name":"everything"}]}]}]}')
        return self.patient if path.endswith("/Patient/1") else None

    def __enter__(self):
        pages = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = pages.answer(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "application/fhir+json")
                self.send_header("Content-Length", str(len(body or b"{}")))
                self.end_headers()
                self.wfile.write(body or b"{}")

            def log_message(self, *unused):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}/fhir"
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()


class Table:
    HEAD = ("what", "ours", "reference", "ratio", "goal", "ours, CPU", "reference, CPU", "ratio, CPU")

    def __init__(self):
        self.rows = []

    def add(self, what, ours="", reference="", ratio="", goal="", cpu="", reference_cpu="", cpu_ratio=""):
        self.rows.append((what, ours, reference, ratio, goal, cpu, reference_cpu, cpu_ratio))

    def compare(self, what, goal, ours, reference, ours_cpu=(), reference_cpu=(), unit=lambda ms: f"{ms / 1000:.2f} s"):
        """Lists of milliseconds."""
        cells = [unit(median(ours)), unit(median(reference)), f"{median(ours) / median(reference):.2f}", goal]
        if ours_cpu:
            cells += [unit(median(ours_cpu)), unit(median(reference_cpu)), f"{median(ours_cpu) / median(reference_cpu):.2f}"]
        self.add(what, *cells)

    def show(self):
        rows = [self.HEAD, *self.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(self.HEAD))]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


class Bench:
    def __init__(self, build):
        self.build = build
        self.programs = build / "tests" / "bench"
        self.cli = build / "src" / "cli" / "hygie-cli"
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=build))
        self.table = Table()
        self.passphrase = self.root / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.passphrase.chmod(0o600)
        self.env = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "LOCPATH")}
        self.env.update(HOME=str(self.root), LC_ALL="C.UTF-8", TZ="UTC", GIO_USE_PROXY_RESOLVER="dummy",
                        GSETTINGS_BACKEND="memory", GSETTINGS_SCHEMA_DIR=str(build / "data"),
                        HYGIE_PASSPHRASE_FILE=str(self.passphrase))
        for name in ("DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR"):
            folder = self.root / name.lower()
            folder.mkdir(mode=0o700)
            self.env["XDG_" + name] = str(folder)
        data_name = re.search(r'HY_DATA_NAME "(.*)"', (build / "config.h").read_text())[1]
        # Where the window looks for it.
        self.vault = self.root / "data_home" / data_name / "vault"
        self.made = set()

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, *words, env=None):
        """Returns (milliseconds, milliseconds of CPU, {name: value}) of a program that prints NAME VALUE lines."""
        begun = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen([str(word) for word in words], env=env or self.env, stdin=subprocess.DEVNULL, stdout=out)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = (time.monotonic() - begun) * 1000
            if process.returncode != 0:
                sys.exit(f"{words[0]} ended with {process.returncode}")
            out.seek(0)
            said = re.findall(r"^([a-z_0-9]+) ([-0-9.]+)$", out.read(65536).decode("utf-8", "replace"), re.MULTILINE)
        return wall, (used.ru_utime + used.ru_stime) * 1000, {name: float(value) for name, value in said}

    def program(self, name, *words, env=None):
        return self.run(self.programs / name, *words, env=env)[2]

    def records(self, kind):
        path = self.root / f"{kind}.ndjson"
        if not path.exists():
            say(f"Inventing {COUNT} records: {kind}")
            extra = [self.root / "queries.tsv"] if kind == "documents" else []
            self.run("python3", "-B", HERE / "make-records.py", kind, COUNT, HERE.parents[1] / "data" / "codes" / "document-types.json", path, *extra)
        return path

    def new_vault(self):
        shutil.rmtree(self.vault, ignore_errors=True)
        self.vault.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([self.cli, "--vault", self.vault, "create", "--kdf", "interactive"], env=self.env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([self.cli, "--vault", self.vault, "space", "add", "--given", "Claire", "--family", "Fontaine",
                        "--birth-date", "1961-05-14", "--sex", "female"], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def import_into_new_vault(self, path):
        self.new_vault()
        return self.run(self.cli, "--vault", self.vault, "--json", "import", path)[:2]

    def filled_vault(self):
        """A vault with COUNT documents."""
        path = self.records("documents")
        if self.filled != "documents":
            say(f"Storing {COUNT} documents")
            self.import_into_new_vault(path)
            self.filled = "documents"

    filled = None

    # -- the measures --

    def store(self):
        for kind, what in (("mixed", "a mixed record"), ("documents", "documents")):
            path = self.records(kind)
            ours, inside, reference = [], [], []
            for run in range(RUNS):
                say(f"Storing {COUNT}: {what}, run {run + 1} of {RUNS}")
                database = self.root / "reference.db"
                for leftover in self.root.glob("reference.db*"):
                    leftover.unlink()
                reference.append(self.run(self.programs / "bench-store-reference", database, path)[:2])
                self.new_vault()
                said = self.program("bench-store", self.vault, path)
                assert said["added"] == COUNT, said
                inside.append((said["wall_ms"], said["cpu_ms"]))
                ours.append(self.import_into_new_vault(path))
            self.filled = kind
            for leftover in self.root.glob("reference.db*"):
                leftover.unlink()
            for name, figures in ((f"store {COUNT}, {what} ({path.stat().st_size // COUNT} bytes each)", ours),
                                  ("  the same without process start and Argon2id", inside)):
                self.table.compare(name, "1.5", *(list(column) for pair in (figures, reference) for column in [next(zip(*pair))]),
                                   [cpu for _, cpu in figures], [cpu for _, cpu in reference])

    def search(self):
        self.filled_vault()
        kinds = {}
        say("Searching")
        found = subprocess.run([self.programs / "bench-search", self.vault, self.root / "queries.tsv"], env=self.env, check=True,
                               stdout=subprocess.PIPE, text=True, timeout=PATIENCE_S).stdout
        for line in found.splitlines():
            kind, ranked, keys, count = line.split("\t")
            kinds.setdefault(kind, []).append((float(ranked), float(keys), int(count)))
        for kind, figures in kinds.items():
            ranked, keys, counts = zip(*figures)
            self.table.add(f"search: {kind} ({int(median(counts))} match)", f"{median(ranked):.1f} ms, worst {max(ranked):.1f}",
                           "680 ms: paperless-ngx, as published, 13 700 documents", "", "20 ms")
            self.table.add("  the same, all matches as the page lists them", f"{median(keys):.1f} ms, worst {max(keys):.1f}")

    def list(self):
        self.filled_vault()
        runs = []
        for run in range(RUNS):
            say(f"Opening and listing, run {run + 1} of {RUNS}")
            runs.append(self.program("bench-list", self.vault))
        middle = {name: median([run[name] for run in runs]) for name in runs[0]}
        beyond = median([run["screen_ms"] - run["derive_ms"] for run in runs])
        self.table.add(f"Enter to rows of {middle['documents']:.0f} documents read, without painting", f"{middle['screen_ms']:.0f} ms",
                       f"{middle['derive_ms']:.0f} ms: Argon2id alone", f"+{beyond:.0f} ms", "+100 ms, with painting")
        self.table.add("  of which loading the list", f"{middle['load_ms']:.0f} ms")
        self.table.add("memory of the list and its first rows", f"{middle['list_mib']:.1f} MiB", "opened space", "", "60 MiB, with the window")
        self.table.add("  after looking through 2000 rows", f"{middle['looked_mib']:.1f} MiB", "opened space")
        self.table.add("  time of that, for each screen of 20 rows", f"{middle['look_through_ms'] / 100:.1f} ms")

    def window(self):
        self.filled_vault()
        app = self.build / "src" / "ui" / "hygie"
        if not app.exists():
            sys.exit("This build has no window: make one with -Dui=true.")
        floor, ours, derived = [], [], []
        with Display(self.env) as env:
            # The first of each warms what the system keeps in memory, and is dropped.
            for run in range(RUNS + 1):
                say(f"Opening windows, run {run} of {RUNS}")
                floor.append(self.program("window-watch", self.programs / "window-floor", env=env))
                ours.append(self.program("window-watch", "--type", self.passphrase, app, env=env))
                derived.append(self.program("bench-list", self.vault)["derive_ms"])
        floor, ours, derived = floor[1:], ours[1:], derived[1:]

        def milliseconds(ms):
            return f"{ms:.0f} ms"

        self.table.compare("lock screen shown, cold", "1.25", [run["shown_ms"] for run in ours], [run["shown_ms"] for run in floor],
                           [run["cpu_ms"] for run in ours], [run["cpu_ms"] for run in floor], unit=milliseconds)
        beyond = median([run["unlocked_ms"] - alone for run, alone in zip(ours, derived)])
        self.table.add(f"Enter to list of {COUNT} documents painted", milliseconds(median([run["unlocked_ms"] for run in ours])),
                       f"{median(derived):.0f} ms: Argon2id alone", f"+{beyond:.0f} ms", "+100 ms",
                       milliseconds(median([run["unlocked_cpu_ms"] for run in ours])))
        self.table.add(f"memory with {COUNT} listed", f"{median([run['unlocked_pss_mib'] for run in ours]):.1f} MiB",
                       f"{median([run['pss_mib'] for run in ours]):.1f} MiB: its lock screen",
                       f"+{median([run['unlocked_pss_mib'] - run['pss_mib'] for run in ours]):.1f} MiB", "+60 MiB")
        self.table.add("  the smallest window", f"{median([run['pss_mib'] for run in floor]):.1f} MiB")


    def scroll(self):
        self.filled_vault()
        say("Scrolling")
        with Display(self.env) as env:
            runs = [self.program("bench-scroll", self.vault, env=env) for _ in range(min(RUNS, 3))]
        for name, what in (("rows", "three rows a frame"), ("leaps", "150 leaps from end to end")):
            ours, paint = ({part: median([run[f"{name}_{kind}_{part}"] for run in runs]) for part in ("median", "p99", "worst")}
                           for kind in ("ours", "paint"))
            self.table.add(f"scrolling {runs[0]['documents']:.0f} documents, {what}: our part of a frame, 99th percentile",
                           f"{ours['p99']:.1f} ms; median {ours['median']:.1f}, worst {ours['worst']:.1f}",
                           f"painting {paint['p99']:.1f} ms; median {paint['median']:.1f} (cairo, no GPU)", "", "4 ms")

    # -- documents --

    def papers(self):
        """PDF files of this run: (what it is, path)."""
        folder = self.root / "papers"
        if not folder.exists():
            say("Making PDF files")
            folder.mkdir()
            make = self.programs / "make-pages"
            self.run(make, "text", 1, folder / "one.pdf")
            self.run(make, "text", 500, folder / "five-hundred.pdf")
            jpeg = folder / "scan.jpg"
            subprocess.run(["convert", "-size", "2480x3508", "plasma:white-lightblue", "-colorspace", "Gray", "-attenuate", "0.3",
                            "+noise", "Gaussian", "-colorspace", "sRGB", "-quality", "80", jpeg], check=True)
            self.run(make, "scan", 10, folder / "scans.pdf", jpeg)
            (folder / "no-fonts.pdf").write_bytes(pdf_without_fonts())
        return [("1 page, fonts embedded", folder / "one.pdf"), ("500 pages", folder / "five-hundred.pdf"),
                ("10 scans of 300 dpi", folder / "scans.pdf"), ("1 page, no embedded font", folder / "no-fonts.pdf")]

    def render(self):
        papers = self.papers()
        files = [path for _what, path in papers]
        ours, reference = [], []
        for run in range(RUNS + 1):
            say(f"Drawing first pages, run {run} of {RUNS}")
            ours.append(self.program("bench-render", PAGE_SCALE, *files))
            reference.append(self.program("bench-render-reference", PAGE_SCALE, *files))
        ours, reference = ours[1:], reference[1:]

        def figures(runs, name):
            return [run[name] for run in runs]

        for index, (what, _path) in enumerate(papers):
            self.table.compare(f"first page in memory, spare worker: {what}", "1.3", figures(ours, f"first_{index}"),
                               figures(reference, f"first_{index}"), unit=tenths)
            self.table.compare("  worker to be started", "", figures(ours, f"cold_{index}"), figures(reference, f"first_{index}"), unit=tenths)
        for index, (what, path) in enumerate(papers[:2]):
            pages = reference[0][f"pages_{index}"]
            whole = [self.run("pdftotext", path, "/dev/null")[0] for _run in range(RUNS)]
            self.table.compare(f"words of {pages:.0f} pages ({1000 * pages / median(figures(ours, f'text_{index}')):.0f} pages/s), poppler in process",
                               "", figures(ours, f"text_{index}"), figures(reference, f"text_{index}"), unit=tenths)
            self.table.compare("  against pdftotext, whole process", "", figures(ours, f"text_{index}"), whole, unit=tenths)
        self.new_vault()
        subprocess.run([self.cli, "--vault", self.vault, "import", *files], env=self.env, check=True, stdout=subprocess.DEVNULL)
        ids = [line.split()[0] for line in subprocess.run([self.cli, "--vault", self.vault, "list", "documents"], env=self.env, check=True,
                                                          stdout=subprocess.PIPE, text=True).stdout.splitlines()]
        drawn, alone, unlocked = [], [], []
        for run in range(RUNS):
            say(f"Drawing from the command line, run {run + 1} of {RUNS}")
            unlocked.append(self.run(self.cli, "--vault", self.vault, "list", "vaccinations")[0])
            drawn.append(self.run(self.cli, "--vault", self.vault, "render", ids[-1], "--page", 1, "--png", self.root / "page.png")[0])
            alone.append(self.run("pdftoppm", "-r", 72, "-png", "-f", 1, "-l", 1, files[0], self.root / "page")[0])
        beyond = [whole - opening for whole, opening in zip(drawn, unlocked)]
        self.table.compare("hygie-cli render, without opening the vault, against pdftoppm", "", beyond, alone, unit=tenths)
        self.table.add("  the whole command, Argon2id and all", tenths(median(drawn)))

    def viewer(self):
        """From the click, or the command, until the first page is on the screen: its band of green is seen there."""
        app = self.build / "src" / "ui" / "hygie"
        watch = self.programs / "marker-watch"
        blank = HERE.parent / "fixtures" / "pdf" / "minimal-document.pdf"
        rivals = [name for name in ("papers", "evince") if shutil.which(name)]
        for what, path in self.papers():
            ours, cold, warm = [], {name: [] for name in rivals}, {name: [] for name in rivals}
            self.new_vault()
            subprocess.run([self.cli, "--vault", self.vault, "import", path], env=self.env, check=True, stdout=subprocess.DEVNULL)
            # The first of each warms what the system keeps in memory, and is dropped.  What is left over of a program ends
            # with its display.
            for run in range(RUNS + 1):
                say(f"Opening in windows: {what}, run {run} of {RUNS}")
                with Display(self.env) as env:
                    ours.append(self.clicked(app, watch, env))
                for name in rivals:
                    with Display(self.env) as env:
                        cold[name].append(self.seen(env, watch, [name, path]))
                    with Display(self.env) as env, Program(env, name, blank):
                        time.sleep(SETTLED_S)
                        warm[name].append(self.seen(env, watch, [name, path]))
            for name in rivals:
                self.table.compare(f"click to first page: {what}; {name} running", "1", ours[1:], warm[name][1:], unit=tenths)
                self.table.compare(f"  {name} started for it", "", ours[1:], cold[name][1:], unit=tenths)

    def seen(self, env, watch, command):
        """Milliseconds until the green is seen."""
        said = subprocess.run([str(word) for word in (watch, "008040", *command)], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
        return float(said.split()[1])

    def clicked(self, app, watch, env):
        """The only row of the list, clicked twice."""
        with Program(env, app):
            time.sleep(SETTLED_S)
            # There is no window manager to give it the keyboard.
            subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "Hygie", "windowfocus"], env=env, check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["xdotool", "type", "--delay", "20", PASSPHRASE], env=env, check=True)
            subprocess.run(["xdotool", "key", "Return"], env=env, check=True)
            time.sleep(SETTLED_S)
            return self.seen(env, watch, ["xdotool", "mousemove", *FIRST_ROW, "click", "--repeat", "2", "--delay", "20", "1"])

    def documents(self):
        """Importing real files against copying them."""
        fixtures = HERE.parent / "fixtures"
        files = sorted(path for folder in ("pdf", "cda", "cda/fr") for path in (fixtures / folder).glob("*")
                       if path.suffix.lower() in (".pdf", ".xml", ".zip"))
        size = sum(path.stat().st_size for path in files)
        ours, copied, opened = [], [], []
        for run in range(RUNS):
            say(f"Importing {len(files)} files, run {run + 1} of {RUNS}")
            target = self.root / "copies"
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            copied.append(self.run("cp", "-t", target, *files)[0])
            self.new_vault()
            opened.append(self.run(self.cli, "--vault", self.vault, "list", "documents")[0])
            begun = time.monotonic()
            # Some of them are refused, with exit 1.
            subprocess.run([self.cli, "--vault", self.vault, "import", *files], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            ours.append((time.monotonic() - begun) * 1000)
        beyond = [whole - opening for whole, opening in zip(ours, opened)]
        self.table.compare(f"import of {len(files)} files, {size / 1e6:.1f} MB, words read ({1000 * len(files) / median(beyond):.0f} files/s, "
                           f"{size / 1000 / median(beyond):.1f} MB/s), against cp", "", beyond, copied, unit=tenths)

    # -- sync --

    def server_records(self, count):
        """The mixed record as a server holds it: what is referred to is there; no documents, whose files are another measure."""
        path = self.root / f"server-{count}.ndjson"
        if path.exists():
            return path
        with open(self.records("mixed"), encoding="utf-8") as records:
            lines = list(itertools.islice((line for line in records if json.loads(line)["resourceType"] != "DocumentReference"), count))
        encounters = itertools.cycle([record["id"] for record in map(json.loads, lines) if record["resourceType"] == "Encounter"])
        with open(path, "w", encoding="utf-8") as out:
            out.write('{"resourceType":"Patient","id":"1","birthDate":"1961-05-14","gender":"female","name":[{"family":"Fontaine","given":["Claire"]}]}\n')
            for number in range(N_PRACTITIONERS):
                out.write(f'{{"resourceType":"Practitioner","id":"{number}","name":[{{"family":"Exemple {number}"}}]}}\n')
            for line in lines:
                line = re.sub(r"Practitioner/(\d+)", lambda found: f"Practitioner/{int(found[1]) % N_PRACTITIONERS}", line)
                out.write(re.sub(r"Encounter/[\w.-]+", lambda found: f"Encounter/{next(encounters)}", line))
        return path

    def sync_once(self, server):
        """(milliseconds, of CPU, MiB at the peak) of a sync."""
        command = [self.cli, "--vault", self.vault, "--json", "sync", "--server", server.base, "--patient", "1"]
        begun = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen([str(word) for word in command], env=self.env, stdin=subprocess.DEVNULL, stdout=out)
            peak_kib = 0
            while True:
                # The peak so far; what getrusage says would have this program's own in it.
                try:
                    found = re.search(r"^VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
                    peak_kib = int(found[1]) if found else peak_kib
                except OSError:
                    pass
                ended, status, used = os.wait4(process.pid, os.WNOHANG)
                if ended:
                    break
                time.sleep(0.002)
            wall = (time.monotonic() - begun) * 1000
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            said = out.read().decode()
            if process.returncode != 0 or not json.loads(said.splitlines()[-1])["done"]:
                sys.exit(f"the sync ended with {process.returncode}: {said[-2000:]}")
        return wall, (used.ru_utime + used.ru_stime) * 1000, peak_kib / 1024

    def fetch_once(self, server, requests):
        """curl: the same addresses one after another, on one connection.  Milliseconds, of CPU."""
        config = self.root / "curl"
        origin = server.base.removesuffix("/fhir")
        config.write_text("".join(f'url = "{origin}{request.removeprefix("GET ")}"\noutput = "/dev/null"\n' for request in requests))
        return self.run("curl", "--silent", "--globoff", "--header", "Accept: application/fhir+json, */*;q=0.5", "--config", config)[:2]

    def syncs(self, server, runs, what):
        """Runs of a sync into a new vault beside curl: lists of (beyond opening, curl's, requests, peak MiB)."""
        ours, theirs, requests = [], [], []
        for run in range(runs):
            say(f"{what}, run {run + 1} of {runs}")
            self.new_vault()
            opened = self.run(self.cli, "--vault", self.vault, "list", "vaccinations")[:2]
            server.log()
            wall, cpu, peak = self.sync_once(server)
            requests = server.log()
            ours.append((wall - opened[0], cpu - opened[1], peak, opened[0]))
            # A batch of reads has no counterpart: curl is the faster for it.
            theirs.append(self.fetch_once(server, [request for request in requests if request.startswith("GET ")]))
        return ours, theirs, requests

    def sync(self):
        count = COUNT // 10
        with FhirServer(self.server_records(count), PAGE_MAX=SYNC_PAGE) as server:
            ours, theirs, requests = self.syncs(server, RUNS, f"Syncing {count}")
            others = [request for request in requests if not request.startswith("GET ")]
            self.table.compare(f"first sync of {count}, {len(requests)} requests, without opening the vault, against curl", "1.2",
                               [run[0] for run in ours], [run[0] for run in theirs], [run[1] for run in ours], [run[1] for run in theirs])
            if others:
                self.table.add(f"  of them not asked by curl: {len(others)}")
            self.table.add("  opening the vault: Argon2id and all", tenths(median([run[3] for run in ours])))
            self.table.add(f"  memory at its peak, {count}", f"{median([run[2] for run in ours]):.1f} MiB", "whole process, VmHWM")
            quiet, asked = [], []
            for run in range(RUNS):
                say(f"Syncing with nothing new, run {run + 1} of {RUNS}")
                opened = self.run(self.cli, "--vault", self.vault, "list", "vaccinations")[0]
                server.log()
                quiet.append(self.sync_once(server)[0] - opened)
                asked = server.log()
            self.table.add(f"sync with nothing new, {len(asked)} requests", tenths(median(quiet)), "without opening the vault")
        self.sync_large()
        self.sync_files()

    def sync_large(self):
        """Memory, with pages that are ready: the test server works them out anew for each, which takes minutes here."""
        say(f"Syncing {COUNT}")
        with Pages(self.server_records(COUNT)) as server:
            self.new_vault()
            opened = self.run(self.cli, "--vault", self.vault, "list", "vaccinations")[0]
            wall, _cpu, peak = self.sync_once(server)
        self.table.add(f"first sync of {COUNT}, pages ready to be sent", f"{(wall - opened) / 1000:.2f} s", "without opening the vault")
        self.table.add(f"  memory at its peak, {COUNT}", f"{peak:.1f} MiB", "whole process, VmHWM")

    def sync_files(self):
        """Bytes of documents.  They are of no kind that has words, so that reading them is not measured."""
        dice = random.Random(1)
        total = 0
        with FhirServer([{"resourceType": "Patient", "id": "1", "birthDate": "1961-05-14", "gender": "female",
                          "name": [{"family": "Fontaine", "given": ["Claire"]}]}]) as server:
            say(f"Inventing {FILES_MB} MB of documents")
            for number in itertools.count():
                content = dice.randbytes(dice.randrange(1_000_000, 5_000_000))
                server.seed({"resourceType": "DocumentReference", "id": f"d{number}", "status": "current", "subject": {"reference": "Patient/1"},
                             "date": "2026-01-01T00:00:00Z", "description": f"Document {number}",
                             "content": [{"attachment": {"contentType": "application/octet-stream", "url": f"Binary/d{number}", "size": len(content),
                                                         "hash": base64.b64encode(hashlib.sha1(content).digest()).decode()}}]},
                            {"resourceType": "Binary", "id": f"d{number}", "contentType": "application/octet-stream",
                             "data": base64.b64encode(content).decode()})
                total += len(content)
                if total >= FILES_MB * 1_000_000:
                    break
            ours, theirs, _requests = self.syncs(server, RUNS, f"Syncing {total / 1e6:.0f} MB of documents")
            beyond, plain = [run[0] for run in ours], [run[0] for run in theirs]
            self.table.compare(f"files of {number + 1} documents, {total / 1e6:.0f} MB ({total / 1000 / median(beyond):.0f} MB/s, "
                               f"curl {total / 1000 / median(plain):.0f} MB/s)", "", beyond, plain, [run[1] for run in ours], [run[1] for run in theirs])
            self.table.add("  memory at its peak", f"{median([run[2] for run in ours]):.1f} MiB", "whole process, VmHWM")


def tenths(ms):
    return f"{ms:.1f} ms"


# A program with its page on the screen has come to rest by then.
SETTLED_S = 2.5
# Where the first row of the list stands in a window of the size that Hygie opens with.
FIRST_ROW = (700, 200)


class Program:
    """Runs in the background, and ends with the block."""

    def __init__(self, env, *command):
        self.process = subprocess.Popen([str(word) for word in command], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait()


# Pixels a point: a page that fills a window of 1000 pixels.
PAGE_SCALE = 1.5


def pdf_without_fonts():
    """A page in Helvetica, which every reader has to have, with the green band."""
    lines = ["0 0.50196 0.25098 rg 0 742 595 100 re f 0 g", "BT /F1 9 Tf 50 720 Td 13 TL"]
    lines += [f"(glycemie hemoglobine leucocytes plaquettes creatinine ordonnance {number}) Tj T*" for number in range(50)]
    content = "\n".join(lines + ["ET"]).encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, words in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, words)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


class Display:
    """A virtual display without a window manager, and a session bus."""

    def __init__(self, env):
        self.env = dict(env, GDK_BACKEND="x11", GSK_RENDERER="cairo")
        self.processes = []

    def __enter__(self):
        reading, writing = os.pipe()
        self.start("Xvfb", "-displayfd", str(writing), "-noreset", "-nolisten", "tcp", "-screen", "0", "1400x1000x24", pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.env["DISPLAY"] = ":" + pipe.readline().strip()
        bus = self.start("dbus-daemon", "--session", "--nofork", "--print-address", stdout=subprocess.PIPE)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        return self.env

    def start(self, *words, **keywords):
        keywords = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **keywords}
        self.processes.append(subprocess.Popen(words, env=self.env, **keywords))
        return self.processes[-1]

    def __exit__(self, *unused):
        for process in reversed(self.processes):
            process.terminate()
            process.wait()


def load():
    return "load " + " ".join(f"{value:.1f}" for value in os.getloadavg())


def main(build, *names):
    measures = ["store", "search", "list", "window", "scroll", "render", "viewer", "documents", "sync"]
    if any(name not in measures for name in names):
        sys.exit(__doc__)
    bench = Bench(pathlib.Path(build).resolve())
    before = load()
    try:
        for name in measures:
            if not names or name in names:
                getattr(bench, name)()
    finally:
        bench.close()
    print(f"{COUNT} records, {RUNS} runs, {os.cpu_count()} processors, {before} before, {load()} after")
    bench.table.show()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])

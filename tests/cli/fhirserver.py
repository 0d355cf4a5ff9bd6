# SPDX-License-Identifier: GPL-3.0-or-later
"""The FHIR test server (tests/fhir-server) in a process of its own, and a plain client that says what it holds."""

import base64
import ctypes
import hashlib
import http.client
import http.cookiejar
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "fhir-server"
PERSON = "p-alice"
# A busy machine under ASan needs some seconds; longer means that it hangs.
READY_S = 60
ANSWER_S = 60
PR_SET_PDEATHSIG = 1
# Of other people nothing is read, and bytes come with their document.
REFERENCE = re.compile(r'"reference":"((?!Patient/|Binary/)[A-Z]\w+/[\w.-]+)"')
REDIRECT = "http://127.0.0.1/callback"

_libc = ctypes.CDLL(None)


def end_with_parent():
    """In the child: no server stays behind, however the test ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def documents(count, person=PERSON):
    """Resources: @count documents with their Binary.  Of five and more, 2 has a wrong hash and 3 leads nowhere."""
    made = subprocess.run(["node", "seed-documents.mjs", person, str(count)], cwd=FOLDER, check=True, capture_output=True)
    return [json.loads(line) for line in made.stdout.splitlines()]


def alice():
    """The invented people of the fixtures, as a list of resources."""
    path = FOLDER.parent / "fixtures" / "fhir" / "space" / "alice.json"
    return [entry["resource"] for entry in json.loads(path.read_text(), parse_float=Number)["entry"]]


class Number(float):
    """A decimal that keeps its digits when it is written again."""

    def __new__(cls, text):
        self = super().__new__(cls, text)
        self.text = text
        return self


def ndjson(resources):
    return "".join(exact(resource) + "\n" for resource in resources).encode()


def exact(value):
    """JSON without blanks; decimals with their digits."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{exact(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(exact, value)) + "]"
    return value.text if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


class FhirServer:
    """A server that runs until the end of the block.  @resources: what it begins with, and begins with again after reset();
    or the NDJSON file that has them."""

    def __init__(self, resources=(), **variables):
        if not (FOLDER / "node_modules").is_dir():
            raise RuntimeError("The FHIR test server lacks what npm fetches for it: ./dev test and ./dev server do that.")
        self.folder = tempfile.TemporaryDirectory(prefix="hygie-fhir-")
        root = pathlib.Path(self.folder.name)
        seed = resources
        if not isinstance(resources, pathlib.Path):
            seed = root / "seed.ndjson"
            seed.write_bytes(ndjson(resources))
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        with open(root / "output", "wb") as output:
            self.process = subprocess.Popen(
                ["node", "server.mjs"], cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,
                env={**kept, "TZ": "UTC", "PORT": "0", "AUTH": "0", "SEED": str(seed), **{name: str(value) for name, value in variables.items()}})
        try:
            self.base = self.wait_until_ready(root / "output")
        except BaseException:
            self.stop()
            raise
        self.address = urllib.parse.urlsplit(self.base).netloc
        self.connection = None
        self.token = None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    def wait_until_ready(self, output):
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            said = output.read_text(errors="replace")
            ready = re.search(r"^READY (\S+) .*\n", said, re.MULTILINE)
            if ready:
                return ready[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"The FHIR test server did not start:\n{output.read_text(errors='replace')}")

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    # -- talking to it --

    def ask(self, method, path, body=None, accept="application/fhir+json", kind="application/fhir+json"):
        """One request; @path begins with a slash.  Waits when the server asks for it.  Returns (status, bytes)."""
        headers = {"Accept": accept}
        if body is not None:
            headers["Content-Type"] = kind
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        while True:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address, timeout=ANSWER_S)
            try:
                self.connection.request(method, path, body, headers)
                reply = self.connection.getresponse()
                content = reply.read()
            except (ConnectionError, http.client.HTTPException):
                # It closes connections that rest; these requests may all be made twice.
                self.connection.close()
                self.connection = None
                continue
            if reply.status != 429:
                return reply.status, content
            time.sleep(int(reply.headers.get("Retry-After", "1")))

    def must(self, method, path, body=None, **keywords):
        status, content = self.ask(method, path, body, **keywords)
        assert status < 300, f"{method} {path}: {status} {content[:500]!r}"
        return content

    def faults(self, *rules):
        self.must("POST", "/_test/faults", json.dumps(rules), kind="application/json")

    def log(self, clear=True):
        """The requests since the last call, such as "GET /fhir/metadata"."""
        return json.loads(self.must("DELETE" if clear else "GET", "/_test/log"))

    def seed(self, *resources):
        """Adds or changes, as if another client had written it."""
        self.must("POST", "/_test/seed", ndjson(resources), kind="application/x-ndjson")

    def reset(self):
        self.must("POST", "/_test/reset", b"")

    def delete(self, reference):
        self.must("DELETE", f"/fhir/{reference}")

    def read(self, reference):
        """Exact bytes of a resource, or None."""
        status, content = self.ask("GET", f"/fhir/{reference}")
        assert status in (200, 403, 404, 410), (reference, status, content)
        return content if status == 200 else None

    def attachment(self, url):
        status, content = self.ask("GET", f"/fhir/{url}", accept="*/*")
        return content if status == 200 else None

    # -- what it holds --

    def everything(self, person=PERSON):
        """"Type/id" of all of the person's compartment."""
        path = f"/fhir/Patient/{person}/$everything?_count=1000"
        found = []
        while path:
            page = json.loads(self.must("GET", path))
            found += [f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in page.get("entry", [])]
            after = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
            path = after and after[len(f"http://{self.address}"):]
        assert len(set(found)) == len(found)
        return found

    def holds(self, person=PERSON):
        """{"Type/id": bytes}: the person's compartment, and what that refers to, one level."""
        own = {reference: self.read(reference) for reference in self.everything(person)}
        assert None not in own.values()
        named = {found for content in own.values() for found in REFERENCE.findall(content.decode())}
        beyond = {reference: self.read(reference) for reference in sorted(named - own.keys())}
        return own | {reference: content for reference, content in beyond.items() if content is not None}

    # -- signing in --

    def sign_in(self, login="alice", scope="patient/*.rs"):
        """Plays the browser and the app: authorization code with PKCE.  Returns an access token."""
        issuer = self.base.removesuffix("/fhir") + "/oidc"
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), StayHere(),
                                             urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        address = f"{issuer}/auth?" + urllib.parse.urlencode({
            "client_id": "hygie", "response_type": "code", "redirect_uri": REDIRECT, "scope": f"openid offline_access {scope}",
            "prompt": "consent", "state": "s", "code_challenge": challenge, "code_challenge_method": "S256"})
        forms = iter(({"prompt": "login", "login": login, "password": "x"}, {"prompt": "consent"}))
        while not address.startswith(REDIRECT):
            status, where = visit(opener, address)
            if status == 200:
                status, where = visit(opener, address, next(forms))
            assert status in (302, 303), (address, status)
            address = urllib.parse.urljoin(address, where)
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["code"][0]
        request = urllib.parse.urlencode({"grant_type": "authorization_code", "client_id": "hygie", "code": code, "redirect_uri": REDIRECT,
                                          "code_verifier": verifier}).encode()
        with opener.open(f"{issuer}/token", request, timeout=ANSWER_S) as reply:
            return json.load(reply)["access_token"]


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *unused):
        return None


def visit(opener, address, form=None):
    """(status, Location)"""
    try:
        with opener.open(address, form and urllib.parse.urlencode(form).encode(), timeout=ANSWER_S) as reply:
            return reply.status, None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location")

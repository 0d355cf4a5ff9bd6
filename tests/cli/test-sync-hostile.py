# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that are wrong, broken or hostile, seen from hygie-cli sync.

Each case: a space that followed a good server, which then turns; the sync ends by itself with words, loses nothing of what was
here, takes nothing in that it must not, and asks nobody else; then the server is good again and all is as it was, or goes on."""

import gzip
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse

from hycli import main, note, test
from syncing import Journal, held, prepare

PERSON = "p1"
N_OBSERVATIONS = 25
PAGE = 10
BOUND_S = 120
TOKEN = "secret-token-of-the-hostile-test"
CONTENT = b"%PDF-1.4\nA letter\n%%EOF\n"
ME = {"reference": f"Patient/{PERSON}"}
DECLARED = ("Patient", "Observation", "Condition", "DocumentReference", "Practitioner", "Binary")


def resources():
    """What the server holds when it is good."""
    made = [{"resourceType": "Patient", "id": PERSON, "birthDate": "1984-05-12", "gender": "female",
             "name": [{"family": "EXEMPLE-VERDIER", "given": ["Alice"]}]},
            {"resourceType": "Practitioner", "id": "pr1", "name": [{"family": "Exemple"}]},
            {"resourceType": "Condition", "id": "c1", "subject": ME, "code": {"text": "Invented"}},
            {"resourceType": "DocumentReference", "id": "d1", "status": "current", "subject": ME, "date": "2026-01-01T00:00:00Z",
             "author": [{"reference": "Practitioner/pr1"}],
             "content": [{"attachment": {"contentType": "application/pdf", "url": "Binary/b1"}}]}]
    made += [{"resourceType": "Observation", "id": f"o{number}", "status": "final", "subject": ME, "code": {"text": f"Invented {number}"}}
             for number in range(N_OBSERVATIONS)]
    for resource in made:
        resource["meta"] = {"versionId": "1", "lastUpdated": "2026-01-01T00:00:00.000Z"}
    return {f"{resource['resourceType']}/{resource['id']}": json.dumps(resource) for resource in made}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = BOUND_S
    # Each answer leaves in one piece, at once: otherwise every request costs a delayed acknowledgement.
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def do_GET(self):
        server = self.server.owner
        server.asked.append((self.path, self.headers.get("Authorization")))
        server.names.update(self.headers)
        try:
            server.turn(server, self, server.good)
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "0"))
        self.rfile.read(length)
        self.server.owner.asked.append((self.path, self.headers.get("Authorization")))
        self.answer(405, outcome("no writing here"))

    do_PUT = do_DELETE = do_PATCH = do_POST

    def answer(self, status, body=b"", kind="application/fhir+json", **headers):
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass

    def log_message(self, *unused):
        pass


def outcome(words):
    return json.dumps({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "processing", "diagnostics": words}]})


class Listening:
    """An HTTP server in threads of this process, with a list of what it was asked."""

    def __init__(self):
        self.asked = []
        self.names = set()
        self.turn = lambda server, request, good: good(request)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.owner = self
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.base = self.origin + "/fhir"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()

    def good(self, request):
        request.answer(404, outcome("nothing here"))


class Fhir(Listening):
    """A small FHIR server: metadata, reads and searches by patient, in pages."""

    def __init__(self):
        super().__init__()
        self.holds = resources()
        self.total = True

    def good(self, request):
        url = urllib.parse.urlsplit(request.path)
        path = url.path.removeprefix("/fhir/")
        query = dict(urllib.parse.parse_qsl(url.query))
        if path == "metadata":
            request.answer(200, json.dumps(self.declared()))
        elif path == "Binary/b1":
            request.answer(200, CONTENT, "application/pdf", ETag='W/"1"')
        elif path in self.holds:
            request.answer(200, self.holds[path], ETag='W/"1"')
        elif path in DECLARED:
            request.answer(200, self.page(path, self.matches(path, query), query))
        else:
            request.answer(404, outcome(f"{path} is not served"))

    def matches(self, kind, query):
        if kind in ("Patient", "Practitioner"):
            named = query.get("_id")
            return [key for key in self.holds if key.startswith(f"{kind}/") and (not named or key.partition("/")[2] in named.split(","))]
        person = next((query[name] for name in ("patient", "subject") if name in query), "")
        return [key for key in self.holds if key.startswith(f"{kind}/")] if person.rpartition("/")[2] == PERSON else []

    def page(self, kind, keys, query, at=None, after=None, origin=None, entries=None):
        """A searchset; @after: another address of the next page."""
        at = int(query.get("_offset", "0")) if at is None else at
        links = [{"relation": "self", "url": f"{origin or self.origin}/fhir/{kind}"}]
        if after is None and at + PAGE < len(keys):
            after = f"{origin or self.origin}/fhir/{kind}?" + urllib.parse.urlencode({**query, "_offset": at + PAGE})
        if after:
            links.append({"relation": "next", "url": after})
        entries = entries if entries is not None else [self.holds[key] for key in keys[at:at + PAGE]]
        listed = ",".join('{"resource":%s,"search":{"mode":"match"}}' % entry for entry in entries)
        total = f'"total":{len(keys)},' if self.total is True else f'"total":{self.total},' if self.total is not None else ""
        return '{"resourceType":"Bundle","type":"searchset",%s"link":%s,"entry":[%s]}' % (total, json.dumps(links), listed)

    def declared(self):
        return {"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1", "date": "2026-01-01",
                "format": ["json"],
                "rest": [{"mode": "server", "resource": [
                    {"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}],
                     "searchParam": [{"name": name, "type": "reference"} for name in ("patient", "subject")]
                     + [{"name": "_id", "type": "token"}, {"name": "_lastUpdated", "type": "date"}]} for kind in DECLARED]}]}


class Case:
    """A space that has followed the good server once; and another listener, which nobody may ask."""

    def __init__(self, box, fresh=False):
        self.box = box
        self.fhir = Fhir()
        self.elsewhere = Listening()
        self.fhir.elsewhere = self.elsewhere
        prepare(box)
        box.env["HYGIE_TOKEN_FILE"] = str(box.write("token", TOKEN))
        self.before = ({}, {})
        if not fresh:
            journal = self.sync()
            assert journal.state == "done" and not journal.refused, journal
            self.before = held(box)
            assert self.before[0] == {key: value.encode() for key, value in self.fhir.holds.items()}, self.before
            assert self.before[1] == {"d1": CONTENT}

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.fhir.__exit__()
        self.elsewhere.__exit__()

    def sync(self, code=0, **keywords):
        """One sync, within the bound; nobody else was asked, and the token is in no words."""
        self.fhir.asked.clear()
        result = self.box.run("sync", "--json", "--server", self.fhir.base, "--patient", PERSON, timeout=BOUND_S, **keywords)
        assert result.code == code if code is not None else result.code in (0, 1), result
        assert result.code == 0 or result.err.strip(), result
        assert not self.elsewhere.asked, (self.elsewhere.asked, result)
        assert TOKEN not in result.err + result.text, result
        return Journal(result) if result.out else result

    def nothing_lost(self, more=()):
        """All from before is here, byte for byte, and beside it only what is in @more."""
        here, files = held(self.box)
        gone = self.before[0].keys() - here.keys()
        assert not gone, f"lost: {sorted(gone)}"
        assert all(here[key] == value for key, value in self.before[0].items())
        assert here.keys() - self.before[0].keys() <= set(more), f"taken in: {sorted(here.keys() - self.before[0].keys())}"
        assert files == self.before[1]
        assert self.box.ok("verify", "--json").out == b""

    def turned(self, turn, code=None):
        """The server turns, and a sync meets that.  Returns its journal.  What it did is looked at by recovers(): until the server
        is good again nothing that was lost can come back."""
        self.fhir.turn = turn
        return self.sync(code=code)

    def recovers(self):
        """The server is good again."""
        self.nothing_lost()
        self.fhir.turn = lambda server, request, good: good(request)
        assert self.sync().state == "done"
        self.nothing_lost()


def kind_of(request):
    return urllib.parse.urlsplit(request.path).path.removeprefix("/fhir/").partition("/")[0]


def always(status, body=b"", kind="application/fhir+json", **headers):
    return lambda server, request, good: request.answer(status, body, kind, **headers)


def only(kinds, turn):
    """@turn for searches and reads of these types, good otherwise."""
    return lambda server, request, good: turn(server, request, good) if kind_of(request) in kinds else good(request)


@test
def redirects_to_others_are_not_followed(box):
    with Case(box) as case:
        place = case.elsewhere.origin
        for target in (f"{place}/fhir", place.replace("127.0.0.1", "localhost"), "http://elsewhere.invalid/fhir", "https://elsewhere.invalid/",
                       "//elsewhere.invalid/", f"http://user@{place[7:]}/", "file:///etc/passwd", "ftp://127.0.0.1/", "javascript:1", "", "\t",
                       "http://[::1", "http://127.0.0.1:99999/"):
            case.turned(always(302, Location=target), code=1)
        for status in (301, 303, 307, 308):
            case.turned(always(status, Location=f"{place}/x"), code=1)
        for target in (f"{place}/x", "http://elsewhere.invalid/x"):
            case.turned(only(("Observation", "Binary"), always(307, Location=target)))
        case.recovers()


@test
def redirects_in_a_circle_end(box):
    with Case(box) as case:
        count = [0]

        def circle(server, request, good):
            count[0] += 1
            request.answer(302, Location=f"{server.base}/{count[0]}")

        case.turned(circle, code=1)
        assert count[0] <= 6 * 12, count
        case.recovers()


@test
def a_next_link_by_another_name_of_the_server_is_read_from_the_server(box):
    with Case(box, fresh=True) as case:
        for origin in ("http://alias.invalid:8080", case.elsewhere.origin):
            prepare(box)
            case.fhir.turn = lambda server, request, good: (
                request.answer(200, server.page(kind_of(request), server.matches(kind_of(request), query_of(request)), query_of(request), origin=origin))
                if kind_of(request) in DECLARED and "/" not in request.path.removeprefix("/fhir/").partition("?")[0] else good(request))
            journal = case.sync()
            assert journal.state == "done" and not journal.refused, journal
            assert len(held(box)[0]) == len(case.fhir.holds)


def query_of(request):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.path).query))


def searched(turn, kinds=("Observation",)):
    """@turn (server, request, kind, query) for searches of @kinds."""
    def look(server, request, good):
        path = urllib.parse.urlsplit(request.path).path.removeprefix("/fhir/")
        if path in kinds:
            turn(server, request, path, query_of(request))
        else:
            good(request)
    return look


@test
def pages_that_come_twice_end(box):
    def same_next(server, request, kind, query):
        keys = server.matches(kind, query)
        request.answer(200, server.page(kind, keys, query, at=0, after=f"{server.base}/{kind}?patient={PERSON}&_offset=10"))

    with Case(box) as case:
        said = case.turned(searched(same_next))
        assert ("Observation", None) in said.refused, said
        assert sum("Observation?" in path for path, _ in case.fhir.asked) < 100
        case.recovers()


def pages_without_end_end(box):
    def endless(server, request, kind, query):
        at = int(query.get("_offset", "0"))
        request.answer(200, server.page(kind, [], query, after=f"{server.base}/{kind}?patient={PERSON}&_offset={at + 1}"))

    with Case(box) as case:
        said = case.turned(searched(endless))
        assert ("Observation", None) in said.refused, said
        note(f"pages without end: {len(case.fhir.asked)} requests")
        case.recovers()


@test
def bodies_without_end_end(box):
    def chunked(piece):
        def body(server, request, good):
            request.send_response(200)
            request.send_header("Content-Type", "application/fhir+json")
            request.send_header("Transfer-Encoding", "chunked")
            request.end_headers()
            while True:
                request.wfile.write(b"%x\r\n" % len(piece) + piece + b"\r\n")
        return body

    def lying(server, request, good):
        request.send_response(200)
        request.send_header("Content-Type", "application/fhir+json")
        request.send_header("Content-Length", str(1 << 50))
        request.end_headers()
        request.wfile.write(b"{" + b" " * 1000)
        request.close_connection = True

    with Case(box) as case:
        for turn in (chunked(b" " * (1 << 20)), chunked(b'{"a":[' * 20_000)):
            case.turned(only(("Observation",), turn))
        case.turned(only(("Condition",), lying))
        case.nothing_lost()
        # Binary: a new document whose file never ends.
        case.fhir.holds["DocumentReference/d2"] = case.fhir.holds["DocumentReference/d1"].replace('"d1"', '"d2"').replace("b1", "b2")
        case.fhir.turn = lambda server, request, good: (chunked(b"x" * (1 << 20))(server, request, good) if request.path.endswith("/b2") else good(request))
        journal = case.sync(code=None)
        assert journal.types["DocumentReference"]["refused"], (journal, case.fhir.asked)
        case.nothing_lost(more=["DocumentReference/d2"])


@test
def a_small_answer_that_grows_beyond_bounds_is_refused(box):
    bomb = gzip.compress(b" " * (60 << 20))
    good_page = gzip.compress(b'{"resourceType":"Bundle","type":"searchset","entry":[]}')

    with Case(box) as case:
        said = case.turned(only(("Observation",), always(200, bomb, Content_Encoding="gzip")))
        assert ("Observation", None) in said.refused, said
        case.turned(always(200, bomb, Content_Encoding="gzip"), code=1)
        case.turned(only(("Observation",), always(200, good_page[:-12], Content_Encoding="gzip")))
        case.turned(only(("Observation",), always(200, b"not gzip", Content_Encoding="gzip")))
        case.turned(only(("Observation",), always(200, good_page, Content_Encoding="br")))
        case.recovers()


@test
def a_slow_answer_is_waited_for(box):
    def slowly(server, request, kind, query):
        content = server.page(kind, server.matches(kind, query), query).encode()
        request.send_response(200)
        request.send_header("Content-Type", "application/fhir+json")
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        for at in range(0, len(content), 500):
            request.wfile.write(content[at:at + 500])
            request.wfile.flush()
            time.sleep(0.1)

    with Case(box, fresh=True) as case:
        case.fhir.turn = searched(slowly)
        assert case.sync().state == "done"
        assert len(held(box)[0]) == len(case.fhir.holds)


@test
def what_is_not_fhir_is_refused(box):
    page = "<html><body>Please sign in</body></html>"
    odd = ["", "null", "[]", "{}", '"x"', "{", '{"resourceType":"Bundle"', '{"resourceType":"Bundle","entry":{}}', '{"resourceType":"Bundle","entry":[1,null,{}]}',
           '{"resourceType":"Bundle","entry":[{"resource":{}}]}', '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation"}}]}',
           '{"resourceType":"Bundle","link":[{"relation":"next","url":7}]}', '{"resourceType":"Bundle","total":-1}', "\0" * 50, "[" * 100_000,
           "\ufeff{}", outcome("no")]

    with Case(box) as case:
        case.turned(always(200, page, "text/html"), code=1)
        said = case.turned(only(("Observation", "Condition"), always(200, page, "text/html")))
        assert ("Observation", None) in said.refused and ("Condition", None) in said.refused, said
        for body in odd:
            case.turned(only(("Observation",), always(200, body)))
        case.turned(only(("Observation",), always(200, b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","id":"\xff\xfe"}}]}')))
        case.turned(only(("Patient",), always(200, outcome("no"))))
        case.recovers()


@test
def refusals_of_all_or_one_are_told(box):
    with Case(box) as case:
        said = case.turned(always(401, outcome("no"), WWW_Authenticate="Bearer"), code=1)
        assert said.state == "sign-in" and len(case.fhir.asked) <= 3, said
        for status in (400, 403, 404, 405, 410, 418, 501, 200):
            case.turned(always(status, outcome("no")))
        for status in (403, 404, 405):
            said = case.turned(only(("Observation",), always(status, outcome("no"))))
            assert ("Observation", None) in said.refused, said
        case.recovers()


@test
def what_a_server_no_longer_lists_is_not_deleted_unless_it_says_so(box):
    empty = json.dumps({"resourceType": "Bundle", "type": "searchset", "total": 0})
    with Case(box) as case:
        # It forgot everything, and is there: 404 is no word of a deletion of its own, nor is an empty list.
        case.turned(searched(lambda server, request, kind, query: request.answer(200, empty), ("Observation", "Condition", "DocumentReference")))
        half = {key: value for key, value in case.fhir.holds.items() if not key.startswith("Observation/o1")}
        whole = case.fhir.holds

        def forgetful(server, request, good):
            server.holds = half if kind_of(request) == "Observation" and "?" in request.path else whole
            good(request)

        case.turned(forgetful)
        case.fhir.holds = whole
        case.recovers()
        # 410 is its word.
        gone = "Observation/o7"
        case.fhir.holds = {key: value for key, value in whole.items() if key != gone}
        case.fhir.turn = lambda server, request, good: (request.answer(410, outcome("deleted")) if request.path.partition("?")[0] == f"/fhir/{gone}" else good(request))
        journal = case.sync()
        assert journal.types["Observation"]["deleted"] == 1, journal
        assert held(box)[0].keys() == case.fhir.holds.keys()


@test
def totals_may_be_missing_or_wrong(box):
    for total in (None, 0, 10_000_000, -5, '"many"'):
        with Case(box, fresh=True) as case:
            case.fhir.total = total
            journal = case.sync()
            assert journal.state == "done" and not journal.refused, (total, journal)
            assert len(held(box)[0]) == len(case.fhir.holds), total


@test
def a_server_that_declares_nothing_or_too_much_is_read_all_the_same(box):
    history = {"resourceType": "Bundle", "type": "history", "total": 0}
    declares_all = Fhir.declared(None)
    declares_all["rest"][0]["interaction"] = [{"code": "history-system"}, {"code": "batch"}]
    for kind in declares_all["rest"][0]["resource"]:
        kind["interaction"] += [{"code": "history-type"}, {"code": "history-instance"}]
        kind["operation"] = [{"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"}]

    def boasting(server, request, good):
        if kind_of(request) == "metadata":
            request.answer(200, json.dumps(declares_all))
        elif "_history" in request.path:
            request.answer(200, json.dumps(history))
        else:
            good(request)

    turns = [only(("metadata",), always(status, outcome("no"))) for status in (404, 403)]
    turns += [only(("metadata",), always(200, body)) for body in ("{}", '{"resourceType":"CapabilityStatement","rest":[]}')]
    for turn in (*turns, boasting):
        with Case(box, fresh=True) as case:
            case.fhir.turn = turn
            journal = case.sync()
            assert journal.state == "done", journal
            missing = case.fhir.holds.keys() - held(box)[0].keys()
            assert not missing, (missing, journal)
            # Nor is an empty history a word of deletion.
            case.sync()
            assert held(box)[0].keys() == case.fhir.holds.keys()


@test
def what_is_listed_twice_is_here_once(box):
    def twice(server, request, kind, query):
        keys = server.matches(kind, query)
        at = int(query.get("_offset", "0"))
        # Each page repeats half of the one before.
        shifted = [key for key in keys[max(0, at - PAGE // 2):at + PAGE]]
        request.answer(200, server.page(kind, keys, query, entries=[server.holds[key] for key in shifted + shifted]))

    with Case(box, fresh=True) as case:
        case.fhir.turn = searched(twice)
        journal = case.sync()
        assert journal.state == "done" and not journal.refused, journal
        assert held(box)[0].keys() == case.fhir.holds.keys()
        assert journal.types["Observation"]["added"] == N_OBSERVATIONS, journal


@test
def what_was_not_asked_for_is_not_taken_in(box):
    def page_with(entry):
        return searched(lambda server, request, kind, query: request.answer(200, server.page(
            kind, server.matches(kind, query), query, entries=[entry, *(server.holds[key] for key in server.matches(kind, query)[:PAGE])])))

    def resource(**more):
        return json.dumps({"resourceType": "Observation", "id": "odd", "status": "final", "subject": ME, **more})

    odd = [resource(subject={"reference": "Patient/p2"}), resource(subject={"reference": "http://elsewhere.invalid/fhir/Patient/p1"}),
           resource(resourceType="Basic", id="odd"), resource(resourceType="../../x"), resource(id="../../x"), resource(id="a" * 5000),
           resource(id=7), resource(resourceType="Bundle"), resource(resourceType="Parameters")]
    with Case(box) as case:
        for entry in odd:
            case.turned(page_with(entry))
        case.nothing_lost()
        # A whole Patient who is somebody else is not asked for either.
        case.turned(searched(lambda server, request, kind, query: request.answer(200, server.page(
            kind, [f"Patient/{PERSON}"], query, entries=[server.holds[f"Patient/{PERSON}"].replace('"p1"', '"p2"')])), ("Patient",)))
        case.recovers()


@test
def files_are_fetched_from_the_server_only(box):
    with Case(box) as case:
        place = case.elsewhere.origin
        addresses = [f"{place}/secret", f"{place}/fhir/Binary/b1", "http://elsewhere.invalid/x", "https://elsewhere.invalid/x", "//elsewhere.invalid/x",
                     "file:///etc/passwd", "ftp://127.0.0.1/x", "http://169.254.169.254/latest", "/etc/passwd", "../../../etc/passwd", "urn:uuid:1", "data:,x",
                     "http://[", "", " ", "Binary/b1\r\nX-Injected: 1", "http://127.0.0.1:1@elsewhere.invalid/"]
        for number, url in enumerate(addresses):
            document = json.loads(case.fhir.holds["DocumentReference/d1"])
            document.update(id=f"far{number}")
            document["content"][0]["attachment"]["url"] = url
            case.fhir.holds[f"DocumentReference/far{number}"] = json.dumps(document)
        case.sync(code=None)
        asked = {path for path, _ in case.fhir.asked}
        assert all(path.startswith("/fhir/") for path in asked) and "X-Injected" not in case.fhir.names, asked
        here, files = held(box)
        assert here.keys() == case.fhir.holds.keys()
        assert files == {"d1": CONTENT}, files.keys()
        # What cannot be fetched is not asked for again and again.
        assert case.sync(code=None).total("added") == 0


@test
def no_socket_leads_anywhere_else(box):
    log = box.files / "strace.log"
    with Case(box) as case:
        port = case.fhir.origin.rpartition(":")[2]
        for turn in (lambda server, request, good: good(request), always(302, Location="http://elsewhere.invalid/"),
                     always(302, Location=case.elsewhere.origin)):
            case.fhir.turn = turn
            case.sync(code=None, wrap=("strace", "-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(log)))
            connected = re.findall(r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(|inet_pton\(AF_INET6, )\"([^\"]+)\"", log.read_text(errors="replace"))
            assert (port, "127.0.0.1") in connected and set(connected) == {(port, "127.0.0.1")}, connected


if __name__ == "__main__":
    if "--long" in sys.argv:
        test(pages_without_end_end)
    main()

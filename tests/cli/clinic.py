# SPDX-License-Identifier: GPL-3.0-or-later
"""A server to sync with, in a few lines."""

import http.server
import json


class Clinic(http.server.BaseHTTPRequestHandler):
    """The smallest server that a space can follow: one person, one measure, and nothing about appointments for this sign-in."""
    PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Fontaine", "given": ["Claire"]}], "gender": "female",
               "birthDate": "1979-05-14"}
    MEASURE = {"resourceType": "Observation", "id": "o1", "subject": {"reference": "Patient/p1"}, "code": {"text": "Weight"}}
    TYPES = {"Observation": "subject", "Appointment": "actor"}

    def do_GET(self):
        path = self.path.partition("?")[0].removeprefix("/fhir/")
        found = {"metadata": {"resourceType": "CapabilityStatement", "rest": [{"resource": [
            {"type": kind, "searchParam": [{"name": name}]} for kind, name in self.TYPES.items()]}]},
            "Patient": [self.PATIENT], "Patient/p1": self.PATIENT, "Observation": [self.MEASURE]}.get(path)
        status = 401 if self.headers["Authorization"] != "Bearer good" else 403 if path == "Appointment" else 200 if found else 404
        if isinstance(found, list):
            found = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in found]}
        body = json.dumps(found if status == 200 else {"resourceType": "OperationOutcome"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        pass

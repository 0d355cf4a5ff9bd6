/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The worker's readings of XML, as JSON (verb READ).  A member that the document does not have is left out.
 * All text is as received but for white space, which is folded where XML says it has no meaning.  Dates ("date"):
 * HL7 times as FHIR ones, as exact as they came and no more: "2024", "2024-03", "2024-03-12",
 * "2024-03-12T10:15:00+01:00" (seconds filled with 00, no zone kept as it came).
 *
 * CDA:
 * { "kind": "cda",
 *   "header": {
 *     "id": "OID or OID^extension", "setId": same form, "version": "1",
 *     "code": CODE, "title": "...", "date": "...", "confidentiality": CODE, "language": "fr-FR",
 *     "templates": ["OID", "OID^extension"], "wrapped": true where a style sheet was around it,
 *     "patient": { "ids": ["OID^extension"], "given": ["..."], "families": [{ "use": "BR" | "SP" | "CL" | "", "text": "..." }],
 *                  "sex": "F" | "M" | "UN", "birthDate": "...", "guardians": [PARTY] },
 *     "authors": [PARTY], "custodian": "...", "legalAuthenticator": PARTY, "recipients": [PARTY],
 *     "informants": [PARTY], "requester": PARTY (participant REF),
 *     "services": [{ "code": CODE, "from": date, "to": date, "performer": PARTY }],
 *     "encounter": { "code": CODE, "from": date, "to": date, "place": "..." },
 *     "replaces": ["OID^extension"] },
 *   "bodies": [{ "mediaType": as declared, "found": "application/pdf" | "image/png" | "image/jpeg" | "image/tiff" | "text/plain"
 *                | "text/rtf" | "application/octet-stream" (by content), "size": bytes, "id": of observationMedia,
 *                "level1": true for the nonXMLBody }],
 *   "sections": [SECTION], "cut": true where a bound below left something out }
 *   "header", "bodies" and "sections" are always there.
 * CODE: { "code": "...", "system": "OID", "display": "...", "translations": [CODE] }
 * PARTY: { "name": "Dr Anne Guérin", "organization": "...", "specialty": "...", "date": "...", "id": "OID^extension",
 *          "role": "..." (relationship, function), "telecom": ["tel:..."] }
 * SECTION: { "code": CODE, "title": "...", "blocks": [BLOCK], "results": [RESULT], "sections": [SECTION] }
 * BLOCK: { "p": [RUN] } | { "h": [RUN] } (caption) | { "list": [[BLOCK]], "ordered": bool }
 *      | { "table": [ROW], "columns": number, "caption": [RUN] } | { "image": index in bodies, "alt": "..." }
 * ROW: { "head": bool, "cells": [{ "blocks": [BLOCK], "columns": span, "rows": span, "head": bool, "align": "left" | "center" | "right" }] }
 *      (spans of 1 are left out)
 * RUN: { "t": "text", "b": bold, "i": italics, "u": underline, "sup": true, "sub": true, "href": "https://..." } (true only;
 *      a line break is "\n" in the text)
 * RESULT: { "name": "...", "code": CODE, "group": name of its organizer, "value": as received, "unit": "...",
 *           "type": "PQ" | "CD" | "ST" | "IVL_PQ" | ..., "flag": "H" | "HH" | "L" | "LL" | "N" | "A" | ..., "low": "...", "high": "...",
 *           "rangeUnit": "...", "range": text of the reference, "date": "...", "status": "...", "comment": "...",
 *           "previous": [{ "value", "unit", "date" }], "negated": true }
 *   Values and bounds are text with their digits as received.
 *
 * XDM metadata:
 * { "kind": "xdm",
 *   "submissions": [{ "id": entry UUID, "uniqueId", "title", "date", "comments", "author": PARTY, "patientId" }],
 *   "documents": [{ "id": entry UUID, "uniqueId", "uri", "hash": SHA-1 hexadecimal, "size": "123" as received, "mediaType", "title", "comments",
 *     "created": date, "from": date, "to": date, "language", "class": CODE, "type": CODE, "format": CODE,
 *     "confidentiality": [CODE], "facility": CODE, "practice": CODE, "events": [CODE], "authors": [PARTY],
 *     "patient": as in a CDA's header (sourcePatientId and sourcePatientInfo), "patientId": "...", "legalAuthenticator": "...",
 *     "availability": "...", "version": "...", "logicalId": "...", "submission": index in submissions }],
 *   (patientId: "OID^extension", as in "ids".  Times are UTC: "...Z".)
 *   "associations": [{ "type": "RPLC" | "XFRM" | "APND" | "signs" | "HasMember" | ..., "source": UUID, "target": UUID }],
 *   "cut": true }
 */

/* Bounds of a reading; beyond one the worker answers TOO_LARGE, or where it says so leaves out and marks "cut": true. */
#define HY_READING_MAX_XML (100 * 1024 * 1024) /* bytes of a document */
#define HY_READING_MAX_DEPTH 256               /* elements within each other (SECURITY-DESIGN 5.2) */
#define HY_READING_MAX_NESTING 12              /* blocks or sections within each other; deeper ones become plain paragraphs, for JSON has 64 levels */
#define HY_READING_MAX_COLUMNS 200             /* of a table; spans are cut to it */
#define HY_READING_MAX_ROWS 20000              /* of all tables of a document: then cut */
#define HY_READING_MAX_BODIES 200              /* embedded files: then cut */
#define HY_READING_MAX_ENTRIES 20000           /* results, or documents of a parcel: then cut */

G_END_DECLS

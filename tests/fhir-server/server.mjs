// SPDX-License-Identifier: GPL-3.0-or-later
// Disposable FHIR R4 + OAuth2/OIDC server for tests; see README.md. Loopback only, everything in memory.
import http from 'node:http';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import * as core from '@medplum/core';
import * as fhir from '@medplum/fhir-router';
import { Repo } from './repo.mjs';
import { makeAuth } from './auth.mjs';
import { guard, rights, session } from './access.mjs';
import { bytes, capability, env, fail, page, parse, stringify, subset, TYPES, understood } from './rest.mjs';

const PORT = +env('PORT', 8085), AUTH = env('AUTH', '1') !== '0', HISTORY = env('HISTORY', '1') !== '0', CLIENT_IDS = env('CLIENT_IDS', '1') !== '0';
const [RATE, SECONDS = 60] = env('RATE_LIMIT', '0').split('/').map(Number);
const router = new fhir.FhirRouter();
let repo = new Repo(), faults = [], seen = [], minute = { start: 0, n: 0 }, base, auth;
const etag = (m) => ({ etag: `W/"${m.versionId}"`, 'last-modified': new Date(m.lastUpdated).toUTCString() });
const CODES = { 400: 'invalid', 401: 'login', 403: 'forbidden', 404: 'not-found', 405: 'not-supported', 409: 'conflict', 410: 'deleted', 412: 'conflict', 415: 'not-supported', 429: 'throttled', 503: 'transient' };
const outcome = (status, diagnostics) => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: CODES[status] ?? 'processing', diagnostics }] });
const stored = (type, id) => repo.resources.get(type)?.get(id);

function throttle() { // RATE_LIMIT: every request and every entry of a batch counts
  if (Date.now() - minute.start >= SECONDS * 1000) minute = { start: Date.now(), n: 0 };
  if (RATE && ++minute.n > RATE) fail(429, `more than ${RATE} requests in ${SECONDS} s`, { 'retry-after': Math.ceil((minute.start + SECONDS * 1000 - Date.now()) / 1000) });
}

function failure(e) { // any error → [status, OperationOutcome, headers]
  const status = e.status ?? (e instanceof SyntaxError ? 400 : e.outcome ? core.getStatus(e.outcome) : 500);
  return [status, e.outcome ?? outcome(status, e.message), { ...e.headers, ...(status === 401 && { 'www-authenticate': 'Bearer' }) }];
}

async function answer(req, url, raw) { // one HTTP request → [status, body, headers]
  const path = url.pathname.replace(/^\/fhir\/?/, '').replace(/\/$/, '');
  if (path === '.well-known/smart-configuration') return [200, auth.smart];
  if (path === 'metadata') return [200, capability(AUTH)];
  const token = AUTH ? await auth.check(req) : undefined;
  return session.run(token && { ...rights(repo, token.login, token.ids), scope: token.scope }, async () => {
    if (path !== '' || req.method !== 'POST') return interact({ method: req.method, path, url, headers: req.headers, raw });
    const bundle = parse(raw);
    if (bundle.resourceType !== 'Bundle' || !['batch', 'transaction'].includes(bundle.type) || !bundle.entry?.length) fail(400, 'a Bundle of type batch or transaction with entries is needed');
    if (bundle.type === 'transaction') throttle();
    return [200, { resourceType: 'Bundle', id: randomUUID(), type: `${bundle.type}-response`, entry: await (bundle.type === 'batch' ? batch : transaction)(bundle) }];
  });
}

async function single({ request: r, resource }) { // one entry, answered as if it had come alone
  const url = new URL(`${base}/${r.url.replace(/^\//, '')}`), path = url.pathname.replace(/^\/fhir\//, ''), patch = r.method === 'PATCH' && resource?.resourceType === 'Binary';
  const headers = { accept: 'application/fhir+json', 'content-type': 'application/fhir+json' };
  for (const [from, to] of [['ifMatch', 'if-match'], ['ifNoneMatch', 'if-none-match'], ['ifNoneExist', 'if-none-exist']]) if (r[from]) headers[to] = r[from];
  return interact({ method: r.method, path, url, headers, raw: '', body: patch ? parse(Buffer.from(resource.data, 'base64')) : resource });
}

const entryOf = ([status, body, headers = {}]) => ({
  resource: status < 300 ? body : undefined,
  response: { status: String(status), location: headers.location, etag: headers.etag, lastModified: body?.meta?.lastUpdated, outcome: status < 300 ? undefined : body },
});

async function batch({ entry }) {
  const out = [];
  for (const e of entry) out.push(entryOf(await (async () => (e.request?.url ? single(e) : fail(400, 'entry without request')))().catch(failure)));
  return out;
}

async function transaction({ entry, ...bundle }) { // Medplum's router writes, then the reads; all or nothing
  const reads = entry.filter((e) => e.request?.method === 'GET'), writes = entry.filter((e) => e.request?.method !== 'GET'), out = new Map();
  for (const { request: r } of entry) {
    session.getStore()?.scope(r?.method);
    if (r?.method === 'PUT' && !CLIENT_IDS && !r.url.includes('?') && !stored(...r.url.split('/')) && !repo.gone.has(r.url)) fail(404, 'this server assigns the ids: use POST');
  }
  return repo.withTransaction(async () => {
    if (writes.length) {
      const [done, result] = await router.handleRequest({ method: 'POST', url: '/', pathname: '', params: {}, query: {}, headers: {}, config: { transactions: true }, body: { ...bundle, entry: writes } }, repo);
      if (!result) throw new core.OperationOutcomeError(done);
      result.entry.forEach((e, i) => out.set(writes[i], e));
    }
    for (const e of reads) {
      const reply = await single(e);
      if (reply[0] >= 400) throw Object.assign(new Error(), { status: reply[0], outcome: reply[1] });
      out.set(e, entryOf(reply));
    }
    return entry.map((e) => out.get(e));
  });
}

async function interact({ method, path, url, headers, raw, body }) { // one FHIR interaction → [status, body, headers]
  throttle();
  const q = url.searchParams, type = (headers['content-type'] ?? '').split(';')[0], form = type === 'application/x-www-form-urlencoded', kind = path.split('/')[0];
  const search = (method === 'GET' && /^\w+$/.test(path)) || (method === 'POST' && /^\w+\/_search$/.test(path));
  session.getStore()?.scope(search ? 'GET' : method);
  const past = /^(?:(\w+)(?:\/([\w.-]+))?\/)?_history$/.exec(path), whole = /^Patient\/([\w.-]+)\/\$everything$/.exec(path), one = /^(\w+)\/([\w.-]+)$/.exec(path);
  if (past && method === 'GET' && !past[2] && !HISTORY) fail(past[1] ? 404 : 400, 'only the history of one resource is kept');
  if (kind !== '_history' && !TYPES.has(kind)) fail(404, `${kind || 'a search of all types'} is not served`);
  if (past && method === 'GET') return page(base, 'history', repo.past(past[1], past[2], q), url);
  if (whole && method === 'GET') return page(base, 'searchset', await repo.everything(whole[1], q), url);

  const had = one && stored(one[1], one[2]), tag = (h) => /"([^"]+)"/.exec(headers[h] ?? '')?.[1];
  if (had) guard('read', had);
  if (had && tag('if-match') && tag('if-match') !== had.meta.versionId) fail(412, `the current version is ${had.meta.versionId}`);
  if (had && headers['if-none-match'] === '*') fail(412, 'it exists already');
  if (had && method === 'GET' && tag('if-none-match') === had.meta.versionId) return [304, undefined, etag(had.meta)];
  if (had && method === 'GET' && one[1] === 'Binary' && !/json/.test(headers.accept ?? '')) return bytes(Buffer.from(had.data ?? '', 'base64'), headers, { ...etag(had.meta), 'content-type': had.contentType });
  if (method === 'PUT' && one && !had && !repo.gone.has(path) && !CLIENT_IDS) fail(404, 'this server assigns the ids: use POST');

  if (raw.length && !form && /json/.test(type)) body = parse(raw);
  else if (raw.length && !form && kind === 'Binary' && (one || path === kind)) {
    const context = headers['x-security-context'];
    body = { resourceType: 'Binary', id: one?.[2], contentType: type, ...(context && { securityContext: { reference: context } }), data: raw.toString('base64') };
  } else if (raw.length && !form) fail(415, `unsupported content type ${type}`);

  let where = url.search, self;
  if (form) for (const [k, v] of new URLSearchParams(raw.toString())) q.append(k, v);
  const conditional = q.size && path === kind && ['PUT', 'PATCH', 'DELETE'].includes(method);
  if (search || conditional) {
    const filters = understood(kind, q, base, (v) => repo.withIdentifier('Patient', v));
    for (const k of ['patient', 'subject']) for (const ref of filters.getAll(k)) for (const reference of ref.split(',')) if (reference !== 'Patient/-none-') guard('read', { resourceType: kind, patient: { reference } });
    if (conditional && method === 'PATCH' && kind === 'DocumentReference') return patchMetadata(filters, body);
    self = new URL(`${base}/${kind}?${filters}`);
    for (const k of ['_count', '_offset', '_format', '_pretty', '_elements', '_summary']) filters.delete(k); // paging is done here
    if (search) filters.set('_count', 1e6);
    where = `?${filters}`;
  }
  const want = { method: search ? 'GET' : method, url: `/${search ? kind : path}${where}`, pathname: '', params: {}, query: {}, body, headers, config: { transactions: true } };
  const [out, resource] = await router.handleRequest(want, repo), status = core.getStatus(out);
  if (search && resource) {
    const list = resource.entry.map(({ resource: r }) => ({ fullUrl: `${r.resourceType}/${r.id}`, resource: subset(r, q.get('_elements')), search: { mode: 'match' } }));
    return page(base, 'searchset', list, self);
  }
  if (status < 300 && method === 'DELETE') return [204];
  const made = resource?.meta && (status === 201 || (status === 200 && method === 'PUT' && one && !had));
  const shown = resource?.resourceType === 'Binary' && method !== 'GET' ? { ...resource, data: undefined } : resource;
  return [made ? 201 : status, shown ?? out, { ...(resource?.meta?.versionId && etag(resource.meta)), ...(made && { location: `${base}/${resource.resourceType}/${resource.id}/_history/${resource.meta.versionId}` }) }];
}

async function patchMetadata(filters, patch) { // PDSm: PATCH DocumentReference?identifier=… may change three things only
  const found = await repo.searchResources(core.parseSearchRequest(`DocumentReference?${filters}`)), archived = (x) => /pdsm-ext-is-archived$/.test(x.url);
  if (found.length !== 1) fail(found.length ? 412 : 404, `${found.length} documents match`);
  const rest = ({ status, securityLabel, meta, extension = [], ...others }) => JSON.stringify([Object.entries(others).sort(), extension.filter((x) => !archived(x))]);
  return repo.withTransaction(async () => { // an unwanted change is rolled back
    const after = await repo.patchResource('DocumentReference', found[0].id, patch);
    if (rest(after) !== rest(found[0])) fail(405, 'only status, securityLabel and the isArchived extension may change', { allow: 'GET, PUT, DELETE' });
    return [200, after, etag(after.meta)];
  });
}

async function load(value) { // a resource, a bundle of any type, a .json/.ndjson file or a folder of them
  if (typeof value === 'string') {
    if (statSync(value).isDirectory()) { for (const f of readdirSync(value).sort()) if (/\.(nd)?json$/.test(f)) await load(join(value, f)); return; }
    const text = readFileSync(value, 'utf8');
    for (const part of value.endsWith('.ndjson') ? text.split('\n').filter(Boolean) : [text]) await load(parse(part));
  } else if (value.resourceType === 'Bundle' && value.type !== 'document') { // urn:uuid references become Type/id
    const names = new Map((value.entry ?? []).filter((e) => e.resource && /^urn:/.test(e.fullUrl ?? '')).map((e) => [e.fullUrl, `${e.resource.resourceType}/${e.resource.id ??= e.fullUrl.split(':').pop()}`]));
    const text = JSON.stringify((value.entry ?? []).map((e) => e.resource).filter(Boolean)).replace(/"(urn:(?:uuid|oid):[^"]+)"/g, (all, u) => (names.has(u) ? `"${names.get(u)}"` : all));
    for (const r of JSON.parse(text)) await repo.createResource(r);
  } else await repo.createResource(value);
}

async function control(req, path, raw) { // /_test/…: steer the server from a test
  if (path === 'faults' && req.method === 'POST') { faults = [JSON.parse(raw)].flat().map((f) => ({ times: 1, ...f })); return [204]; }
  if (path === 'faults') return [200, faults];
  if (path === 'log') { const out = seen; if (req.method === 'DELETE') seen = []; return [200, out]; }
  if (path === 'reset') { repo = new Repo(); faults = []; seen = []; minute.n = 0; if (env('SEED')) await load(env('SEED')); return [204]; }
  if (path === 'seed') { for (const part of /ndjson/.test(req.headers['content-type']) ? String(raw).split('\n').filter(Boolean) : [raw]) await load(parse(part)); return [200, { changes: repo.changes.length }]; }
  return [404, outcome(404, path)];
}

const server = http.createServer(async (req, res) => {
  const head = req.method === 'HEAD';
  if (head) req.method = 'GET';
  const url = new URL(req.url, base), send = ([status, body, headers = {}], cut) => {
    const raw = body === undefined || status === 204 ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(stringify(body));
    res.writeHead(status, { ...(raw.length && { 'content-type': 'application/fhir+json; charset=utf-8' }), 'content-length': raw.length, ...headers });
    if (cut === undefined) return res.end(head ? undefined : raw);
    res.write(raw.subarray(0, cut), () => setTimeout(() => res.socket?.destroy(), 50));
  };
  try {
    const path = url.pathname, isOidc = path.startsWith('/oidc/'), isFhir = /^\/fhir(\/|$)/.test(path), chunks = [];
    if (!isOidc) for await (const c of req) chunks.push(c);
    const raw = Buffer.concat(chunks);
    if (path.startsWith('/_test/')) return send(await control(req, path.slice(7), raw));
    seen.push(`${req.method} ${req.url}`);
    const f = faults.find((x) => (x.match ? req.url.includes(x.match) : isFhir) && (!x.method || x.method === req.method));
    if (f && --f.times <= 0) faults = faults.filter((x) => x !== f);
    if (f?.latencyMs) await new Promise((r) => setTimeout(r, f.latencyMs));
    if (f?.drop === 'before') return res.socket.destroy();
    if (f?.status) return send([f.status, outcome(f.status, 'injected fault'), f.retryAfter !== undefined ? { 'retry-after': String(f.retryAfter) } : {}]);
    if (isOidc) return auth.handle(Object.assign(req, { originalUrl: req.url, url: req.url.slice(5) }), res);
    if (path === '/.well-known/smart-configuration') return send([200, auth.smart]);
    if (!isFhir) return send([404, outcome(404, path)]);
    const reply = await answer(req, url, raw);
    if (f?.drop === 'after') return res.socket.destroy(); // the write happened, the client never learns
    send(f?.garbage ? [200, Buffer.from('<html>not FHIR</html>'), { 'content-type': 'text/html' }] : reply, f?.truncate);
  } catch (e) {
    if (!res.headersSent) send(failure(e));
  }
});
server.listen(PORT, '127.0.0.1', async () => {
  const port = server.address().port, issuer = `http://127.0.0.1:${port}/oidc`, users = Object.fromEntries(env('USERS', 'alice=p-alice+p-bob,bob=p-bob').split(',').map((u) => u.split('=')).map(([u, p]) => [u, p.split('+')]));
  base = `http://127.0.0.1:${port}/fhir`;
  auth = makeAuth({ issuer, base, users, redirects: env('REDIRECTS', 'http://127.0.0.1/callback http://[::1]/callback org.example.hygie:/callback').split(' '), accessTtl: +env('ACCESS_TTL', 3600), refreshTtl: +env('REFRESH_TTL', 86400), rotate: env('ROTATE', '1') !== '0' });
  if (env('SEED')) await load(env('SEED'));
  console.log(`READY ${base} auth=${AUTH ? 'on' : 'off'} resources=${repo.changes.length}`);
});
for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => process.exit(0));

// SPDX-License-Identifier: GPL-3.0-or-later
// Medplum's MemoryRepository plus what it lacks: server-owned meta, deletions in history, rollback, $everything, access.
import { randomUUID } from 'node:crypto';
import * as core from '@medplum/core';
import * as fhir from '@medplum/fhir-router';
import { COMPARTMENT, fail } from './rest.mjs';
import { guard, visible } from './access.mjs';

const since = (q) => (q.get('_since') ? new Date(q.get('_since')).toISOString() : '');

export class Repo extends fhir.MemoryRepository {
  changes = []; count = new Map(); gone = new Set(); clock = 0;
  stamp(key) { // versionId counts from 1; lastUpdated strictly increases, so that _since misses nothing
    this.clock = Math.max(Date.now(), this.clock + 1);
    this.count.set(key, (this.count.get(key) ?? 0) + 1);
    return { versionId: process.env.VERSIONS === 'opaque' ? randomUUID() : String(this.count.get(key)), lastUpdated: new Date(this.clock).toISOString() };
  }
  async createResource(r) {
    const had = r.id && this.resources.get(r.resourceType)?.get(r.id);
    for (const x of had ? [had, r] : [r]) guard('write', x);
    const id = r.id ?? randomUUID(), key = `${r.resourceType}/${id}`, meta = { ...r.meta, ...this.stamp(key) };
    const saved = await super.createResource({ ...r, id, meta });
    this.gone.delete(key);
    this.changes.push({ key, meta, method: r.id ? 'PUT' : 'POST', resource: saved });
    return saved;
  }
  async deleteResource(type, id) {
    const key = `${type}/${id}`, was = this.resources.get(type)?.get(id);
    if (this.gone.has(key)) return;
    if (was) guard('write', was);
    await super.deleteResource(type, id);
    this.gone.add(key);
    this.changes.push({ key, meta: this.stamp(key), method: 'DELETE', was });
  }
  async readResource(type, id) {
    if (this.gone.has(`${type}/${id}`)) throw new core.OperationOutcomeError(core.gone);
    const found = await super.readResource(type, id);
    guard('read', found);
    return found;
  }
  async readVersion(type, id, vid) {
    const found = this.changes.find((c) => c.key === `${type}/${id}` && c.meta.versionId === vid);
    if (!found?.resource) throw new core.OperationOutcomeError(found ? core.gone : core.notFound);
    guard('read', found.resource);
    return found.resource;
  }
  async search(req) {
    const all = ((await super.search({ ...req, count: undefined, offset: undefined })).entry ?? []).filter((e) => visible(e.resource)), from = req.offset ?? 0;
    return { resourceType: 'Bundle', type: 'searchset', total: all.length, entry: all.slice(from, req.count === undefined ? undefined : from + req.count) };
  }
  async withTransaction(work) {
    const maps = [...this.resources].map(([t, m]) => [t, new Map(m)]), n = this.changes.length, old = { count: new Map(this.count), gone: new Set(this.gone) };
    try { return await work(); } catch (e) {
      this.resources.clear();
      for (const [t, m] of maps) this.resources.set(t, m);
      this.changes.length = n;
      throw Object.assign(this, old) && e;
    }
  }
  withIdentifier(type, value) { // ids of those that have SYSTEM|VALUE, or VALUE
    const has = (i) => (value.includes('|') ? `${i.system ?? ''}|${i.value}` === value : i.value === value);
    return [...(this.resources.get(type)?.values() ?? [])].filter((r) => r.identifier?.some(has)).map((r) => r.id);
  }
  past(type, id, q) { // of one resource, a type or everything; newest first
    const key = id ? `${type}/${id}` : type ? `${type}/` : '', from = since(q);
    const list = this.changes.filter((c) => (id ? c.key === key : c.key.startsWith(key)));
    if (id && !list.length) fail(404, 'not found');
    if (id) guard('read', list.at(-1).resource ?? list.at(-1).was);
    return list.filter((c) => c.meta.lastUpdated >= from && visible(c.resource ?? c.was)).reverse().map((c) => ({
      fullUrl: c.key, resource: c.resource, request: { method: c.method, url: c.key },
      response: { status: { DELETE: '204', POST: '201', PUT: '200' }[c.method], etag: `W/"${c.meta.versionId}"`, lastModified: c.meta.lastUpdated },
    }));
  }
  async everything(id, q) { // the Patient and all that its compartment definition names
    const out = [await this.readResource('Patient', id)], from = since(q), mention = `"Patient/${id}"`;
    for (const { code, param } of COMPARTMENT)
      for (const r of this.resources.get(code)?.values() ?? [])
        if (code !== 'Patient' && JSON.stringify(r).includes(mention) && param.some((p) => core.matchesSearchRequest(r, { resourceType: code, filters: [{ code: p, operator: 'eq', value: `Patient/${id}` }] })) && visible(r)) out.push(r);
    return out.filter((r) => r.meta.lastUpdated >= from).map((r) => ({ fullUrl: `${r.resourceType}/${r.id}`, resource: r, search: { mode: 'match' } }));
  }
}

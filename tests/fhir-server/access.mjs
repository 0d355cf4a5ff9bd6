// SPDX-License-Identifier: GPL-3.0-or-later
// Who may see and change what (AUTH=1): the Patient ids of the login (USERS), narrowed by Consent for a caregiver. See README.
import { AsyncLocalStorage } from 'node:async_hooks';
import * as core from '@medplum/core';

export const session = new AsyncLocalStorage(); // rights of the request being answered; none = no limits (seeding, AUTH=0)
const patientIn = (ref) => /(?:^|\/)Patient\/([\w.-]+)/.exec(ref?.reference ?? '')?.[1];
const within = ({ start, end } = {}, now = new Date().toISOString()) => // FHIR dates may be partial: 2026-12 lasts to its end
  (!start || (start.length > 10 ? Date.parse(start) <= Date.now() : start <= now)) && (!end || (end.length > 10 ? Date.parse(end) >= Date.now() : now.slice(0, end.length) <= end));

export function rights(repo, login, ids) {
  const all = (type) => [...(repo.resources.get(type)?.values() ?? [])], keys = (r) => (r?.identifier ?? []).map((i) => `${i.system}|${i.value}`);
  const me = keys(repo.resources.get('Patient')?.get(ids[0]));
  const consents = (id) => { // undefined = no Consent speaks of this login: no limit; [] = there are some, none is in force
    if (id === ids[0]) return undefined;
    const as = all('RelatedPerson').filter((p) => patientIn(p.patient) === id && keys(p).some((k) => me.includes(k))).map((p) => `RelatedPerson/${p.id}`);
    const found = all('Consent').filter((c) => patientIn(c.patient) === id && c.provision?.actor?.some((a) => as.includes(a.reference?.reference)));
    return found.length ? found.filter((c) => c.status === 'active' && c.provision.type !== 'deny' && within(c.provision.period)) : undefined;
  };
  const mine = new Map(ids.map((id) => [id, consents(id)]));
  let files; // Binary id → its patients, through the DocumentReferences that name it
  const owners = (r) => {
    if (r.resourceType === 'Patient') return [r.id];
    const own = patientIn(r.patient) ?? patientIn(r.subject) ?? patientIn(r.securityContext);
    if (own) return [own];
    if (r.resourceType !== 'Binary') return [...JSON.stringify(r).matchAll(/"reference":"(?:[^"]*\/)?Patient\/([\w.-]+)"/g)].map((m) => m[1]);
    files ??= all('DocumentReference').reduce((map, d) => {
      for (const c of d.content ?? []) { const b = /Binary\/([\w.-]+)/.exec(c.attachment?.url ?? '')?.[1]; if (b) map.set(b, [...(map.get(b) ?? []), ...owners(d)]); }
      return map;
    }, new Map());
    return files.get(r.id) ?? [];
  };
  const allows = (op, type) => (id) => mine.has(id) && (mine.get(id)?.some(({ provision: p }) =>
    !(op === 'write' && ['Consent', 'RelatedPerson'].includes(type)) && (!p.class || p.class.some((c) => c.code === type)) && (!p.action || p.action.some((a) => a.coding?.some((c) => c.code === { read: 'access', write: 'correct' }[op])))) ?? true);
  const may = (op, r) => { // what names no patient (Practitioner, Organization, an unlinked Binary…) is shared by all
    const who = owners(r), ok = allows(op, r.resourceType === 'Binary' ? 'DocumentReference' : r.resourceType);
    return !who.length || (op === 'read' ? who.some(ok) : who.every(ok));
  };
  return { login, may };
}

export const visible = (r) => session.getStore()?.may('read', r) ?? true;
export function guard(op, r) {
  const s = session.getStore();
  if (!s || s.may(op, r)) return;
  const diagnostics = `${s.login} may not ${op} ${r.resourceType}${r.id ? `/${r.id}` : ''}`;
  throw new core.OperationOutcomeError({ ...core.forbidden, issue: [{ severity: 'error', code: 'forbidden', diagnostics }] });
}

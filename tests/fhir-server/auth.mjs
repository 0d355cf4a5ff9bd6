// SPDX-License-Identifier: GPL-3.0-or-later
// OAuth2 / OIDC: authorization code + PKCE + refresh tokens, with oidc-provider's own dev login and consent pages.
import Provider from 'oidc-provider';
import { fail } from './rest.mjs';

const ACCESS = ['patient', 'user'].flatMap((c) => ['read', 'write', '*', 'rs', 'cruds'].map((a) => `${c}/*.${a}`));
const SCOPES = ['openid', 'fhirUser', 'offline_access', 'launch/patient', ...ACCESS];

export function makeAuth({ issuer, base, users, redirects, accessTtl, refreshTtl, rotate }) {
  const oidc = new Provider(issuer, {
    clients: [{ client_id: 'hygie', application_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'], redirect_uris: redirects }],
    scopes: SCOPES, claims: { openid: ['sub'], fhirUser: ['fhirUser'] },
    pkce: { methods: ['S256'], required: () => true },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true }, introspection: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    ttl: { AccessToken: accessTtl, RefreshToken: refreshTtl, Session: 86400, Grant: 86400, Interaction: 600, IdToken: 3600 },
    rotateRefreshToken: rotate, cookies: { keys: ['test only'] },
    findAccount: (_, sub) => users[sub] && { accountId: sub, claims: async () => ({ sub, fhirUser: `${base}/Patient/${users[sub][0]}` }) },
  });
  oidc.use(async (ctx, next) => { // SMART launch context: the patients of whoever logged in
    await next();
    const mine = ctx.oidc?.route === 'token' && ctx.body?.access_token && users[ctx.oidc.account?.accountId];
    if (mine) Object.assign(ctx.body, { patient: mine[0], test_patients: mine });
  });
  const smart = {
    issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`,
    revocation_endpoint: `${issuer}/token/revocation`, introspection_endpoint: `${issuer}/token/introspection`,
    grant_types_supported: ['authorization_code'], response_types_supported: ['code'], code_challenge_methods_supported: ['S256'], scopes_supported: SCOPES,
    capabilities: ['launch-standalone', 'client-public', 'sso-openid-connect', 'context-standalone-patient', 'permission-offline', 'permission-patient', 'permission-user', 'permission-v1', 'permission-v2'],
  };
  const check = async (req) => {
    const bearer = /^Bearer (.+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const token = bearer && (await oidc.AccessToken.find(bearer));
    if (!token || token.isExpired) fail(401, 'missing, unknown or expired access token');
    const scope = (method) => { // one call per interaction: those of a batch are judged one by one
      const need = ['GET', 'HEAD'].includes(method) ? /\.(read|\*|rs|cruds)$/ : /\.(write|\*|cruds)$/;
      if (![...token.scopes].some((s) => need.test(s))) fail(403, `no granted scope allows ${method}`);
    };
    return { login: token.accountId, ids: users[token.accountId] ?? [], scope };
  };
  return { smart, check, handle: oidc.callback() };
}

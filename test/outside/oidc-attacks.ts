import type { Attack } from './attacks.ts';

/** On the log-in by an OpenID provider. */
export const oidcAttacks: readonly Attack[] = [
  {
    id: 'attack/oidc-forged-session',
    attack: 'OpenID log-in: forged, changed, truncated and doubled session cookies',
    outcome: '{forged} cookies: none is a session',
  },
  {
    id: 'attack/oidc-foreign-session',
    attack: 'The session of another site, another host of the site, another provider or another client',
    outcome: '{tried} tried: each leads to the log-in',
  },
  {
    id: 'attack/oidc-log-in-csrf',
    attack: "A visitor is lured to the call-back of the attacker's log-in",
    outcome: '{status}; no session, and the code is not redeemed',
  },
  {
    id: 'attack/oidc-replay',
    attack: 'A call-back is visited again, with and without the cookies of its log-in',
    outcome: 'no session: the cookie of a log-in is deleted at its end, and the provider redeems a code once',
  },
  {
    id: 'attack/oidc-fixation',
    attack: 'The visitor brings along a session cookie that somebody else chose',
    outcome: 'the log-in replaces it by a new one',
  },
  {
    id: 'attack/oidc-csrf',
    attack:
      'Another website, or a sibling subdomain, posts to the app or the log-out, or opens a WebSocket, with the cookie',
    outcome: '{statuses}; the app sees nothing',
  },
  {
    id: 'attack/oidc-forged-fields',
    attack: 'A visitor with a session sends X-Forwarded-User, X-Forwarded-Email, Remote-User … of somebody else',
    outcome: 'the app gets those of the session',
  },
  {
    id: 'attack/oidc-open-redirect',
    attack: 'Return addresses that lead to another website: `//`, `\\`, encoded, absolute, with control characters',
    outcome: '{traps} traps and {random} random texts: all stay on the site',
  },
  {
    id: 'attack/oidc-lies',
    attack:
      'The provider lies: another issuer, audience, nonce or key, no signature, a signature under the shared secret, expired tokens, line breaks in names',
    outcome: '{refused} of {tried} refused',
  },
  {
    id: 'attack/oidc-mix-up',
    attack: 'The call-back comes from another provider (RFC 9207)',
    outcome: 'refused before the code is sent anywhere',
  },
];

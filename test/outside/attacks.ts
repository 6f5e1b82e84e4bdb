import { logInAttacks } from './log-in-attacks.ts';
import { oidcAttacks } from './oidc-attacks.ts';

/** An attack on who may come in, and on what the app believes of the visitor. */
export interface Attack {
  /** `attack/name`. */
  id: string;
  attack: string;
  /** What happens. `{x}` is what a test measured (`mends` in test/support/outside.ts). */
  outcome: string;
}

export const attacks: readonly Attack[] = [
  {
    id: 'attack/address-by-field',
    attack:
      'An address that `allow` does not admit says another in X-Forwarded-For, X-Real-IP, Forwarded, CF-Connecting-IP …',
    outcome: '{fields} fields tried over HTTP/1.1 and HTTP/2: {statuses}; the app saw {reached} requests',
  },
  {
    id: 'attack/path-spelling',
    attack:
      'The path of a route with access, or one beside a public path, in another spelling: case, `%2e`, `//`, `;`, `\\`, a dot or white space at the end, `..`',
    outcome:
      'Some 700 spellings, most of them random, read by {programs} real programs: each time one of them took a spelling for the path, Everyhop asked for the key or refused the path',
  },
  {
    id: 'attack/key-elsewhere',
    attack:
      'A key in the query, as a password, in another case, cut or lengthened, in a field with `_`; a forged X-Forwarded-User; HEAD, OPTIONS, a WebSocket without a key',
    outcome: '{attempts} requests: {statuses}; the app saw {reached}',
  },
  {
    id: 'attack/revoked-key',
    attack: 'A key goes on being used after it was revoked: in new requests, and in streams that are open',
    outcome:
      '{refused} new requests over HTTP/2 to {workers} workers: 401; with `--end-streams`, {streams} of the key ended (openai for Python and Node, HTTP/2), others went on',
  },
  {
    id: 'attack/key-guessing',
    attack: 'Guessing keys, from the address that a holder of a right key has, too',
    outcome: 'after {wrong} wrong keys in a minute: 429 with Retry-After; the holder of the right key: {holder}',
  },
  {
    id: 'attack/forged-identity',
    attack:
      'X-Forwarded-User, Remote-User, X-Auth-Request-User and other names of identity fields beside a right key or password, with `_` and `.` too; from a visitor, and through a trusted proxy that passes them on',
    outcome:
      '{spellings} spellings, none reaches the app: it sees the name of the key or user alone, and neither key nor password',
  },
  {
    id: 'attack/next-request',
    attack: 'A request without a key behind one with a key, on one connection',
    outcome: '{next}; the app saw the first alone',
  },
  {
    id: 'attack/body-as-request',
    attack: 'A refused request whose body is a request with a right key: by length, chunked, after Expect',
    outcome: '401 once, then the connection ends; the app saw {reached} requests',
  },
  {
    id: 'attack/websocket-first',
    attack: 'A WebSocket without credentials, with a first message in the same packet; over HTTP/2 as well',
    outcome: '401; {connections} connections to the app',
  },
  ...logInAttacks,
  ...oidcAttacks,
];

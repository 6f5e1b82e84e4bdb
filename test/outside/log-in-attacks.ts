import type { Attack } from './attacks.ts';

/** On passwords, and on a service that decides who may come in. */
export const logInAttacks: readonly Attack[] = [
  {
    id: 'attack/password-guessing',
    attack: 'Guessing the password of a user, who is logged in from the same address',
    outcome: 'after {free} wrong passwords 429 with Retry-After; the user: {user}',
  },
  {
    id: 'attack/password-flood',
    attack: '100 guesses at once, against a costly hash, while a visitor receives tokens',
    outcome: '{most} hashes at most, the rest refused with 429 or 503; tokens arrive during the hashes',
  },
  {
    id: 'attack/user-names',
    attack: 'Telling by the time of the answer which user names exist',
    outcome: 'an unknown name costs a hash, too',
  },
  {
    id: 'attack/costly-hash',
    attack: 'A line of an htpasswd file whose hash takes minutes or gigabytes to verify',
    outcome: 'refused when the file is read, with its line; {forms} forms tried',
  },
  {
    id: 'attack/forward-auth-forgery',
    attack:
      'Fields of oauth2-proxy, Authelia and Authentik from a visitor, and one of `copy_headers`: beside a session, in other spellings, on a public path, as trailers',
    outcome: '{fields} fields, none reaches the app',
  },
  {
    id: 'attack/forward-auth-misled',
    attack:
      'X-Forwarded-Uri, X-Forwarded-Method, X-Original-URL of a visitor, to have the service judge another request',
    outcome: 'the service gets {misled} of them, and the true ones once each',
  },
  {
    id: 'attack/forward-auth-lies',
    attack:
      'A service that fails, is slow, cuts its 200, sends endless fields or an endless body, speaks another protocol, is down, has a wrong certificate, or is the guarded route itself',
    outcome: '{lies} ways tried; closed each time, and the app saw {reached} connections',
  },
];

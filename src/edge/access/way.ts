import type { EdgeContext } from '../connection.ts';
import type { LocalResponse } from '../local-response.ts';
import type { EdgeRequest } from '../request.ts';

/** The visitor, as the edge knows it. */
export interface Identity {
  way: 'certificate' | 'key' | 'user' | 'oidc' | 'forward-auth';
  /** For X-Forwarded-User and the access log. Never a secret. */
  name: string;
  /** Further fields for the app: names and values alternate. */
  fields: readonly string[];
  /** Names, in lower case, of the fields that carried the credentials: the app does not get them. */
  consumed: readonly string[];
  /** Cookies that carried the credentials: the app does not get them. */
  cookies?: readonly string[];
  /** For the response: a renewed session, for example. */
  responseFields?: readonly string[];
}

/** `refused`: credentials were given, and are wrong; the code for the log, and what the visitor gets (default: 401). */
export type Outcome = { identity: Identity } | { refused: string; answer?: LocalResponse };

type Soon<T> = T | Promise<T>;

/** A way for visitors to identify. */
export interface Way {
  /** undefined: the request has no credentials of this kind. */
  identify(request: EdgeRequest, context: EdgeContext): Soon<Outcome | undefined>;
  /** The answer for a visitor without credentials; undefined: leave it to the next way. */
  challenge?(request: EdgeRequest, context: EdgeContext): LocalResponse | undefined;
  /** The answer on a path of its own, such as the end of a log-in; undefined: the path is the app's. */
  serve?(request: EdgeRequest, context: EdgeContext): Soon<LocalResponse | undefined>;
}

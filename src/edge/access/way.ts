import type { EdgeContext } from '../connection.ts';
import type { LocalResponse } from '../local-response.ts';
import type { EdgeRequest } from '../request.ts';
import type { Identity } from './identity.ts';

/** Credentials were given, and are wrong. */
export interface Refusal {
  /** Code for the log. */
  refused: string;
  /** For the visitor. Default: 401. */
  answer?: LocalResponse;
}

export type Outcome = { identity: Identity } | Refusal;

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

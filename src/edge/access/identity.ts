/** The visitor, as the edge knows it. */
export interface Identity {
  way: 'certificate' | 'key' | 'user' | 'oidc' | 'forward-auth';
  /** For X-Forwarded-User and the access log. Never a secret. */
  name: string;
  /** Further fields for the app: names and values alternate. */
  fields: readonly string[];
  /** Of an access key: its digest, to end its streams. */
  digest?: string;
  /** Names, in lower case, of the fields that carried the credentials: the app does not get them. */
  consumed: readonly string[];
  /** Cookies that carried the credentials: the app does not get them. */
  cookies?: readonly string[];
  /** For the response: a renewed session, for example. */
  responseFields?: readonly string[];
}

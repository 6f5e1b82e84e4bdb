/** How an app sends what it has not finished yet: server-sent events, WebSocket messages, or JSON values line by line. */
export type Streaming = 'sse' | 'websocket' | 'ndjson';

/** What a server in front of an app needs to know of it. */
export interface AppProfile {
  /** As `--app` takes it; the name of its file in `profiles/`. */
  id: string;
  title: string;
  /** Where it listens by default; the port for browsers comes first. */
  ports: readonly number[];
  streaming: readonly Streaming[];
  /** The longest silence within an answer: a first token, a WebSocket on which the user does not type. */
  readTimeoutSeconds: number;
  /** Of a request; 0 leaves the limit to the app. */
  maxBodyBytes: number;
  /** The only foreign Host that it answers to; undefined: the visitor's. */
  upstreamHost?: string;
  /** `running`: recognised and measured on the app itself. `documented`: from its sources and manual. */
  seen: 'running' | 'documented';
}

/** A profile, and how its app is recognised. */
export interface KnownApp extends AppProfile {
  /** Apps are built with it, and those are recognised before it. */
  isFramework?: true;
  /** One is enough. */
  marks: readonly Mark[];
}

/** Something that only this app answers. */
export interface Mark {
  /** `/` is the page that a browser gets first; the other paths are asked only where no page tells. */
  path: string;
  isIn: (answer: AppAnswer) => boolean;
}

export interface AppAnswer {
  body: string;
  /** Of a page; '' for anything else. */
  title: string;
  /** undefined: it is no JSON, or only the beginning of one. */
  json: unknown;
}

export const hourSeconds = 3600;
export const mebibyte = 1024 * 1024;

/** How an app streams its output: server-sent events, WebSocket messages, or JSON lines. */
export type Streaming = 'sse' | 'websocket' | 'ndjson';

/** Whether the app asks its visitors to log in: never, if it is set up to, or by default. */
export type LogIn = 'none' | 'optional' | 'own';

/** `impossible`: the app needs its own host name. */
export type SubPath =
  | 'impossible'
  | {
      /** The app's own setting, with `{path}` in place of the path (no slash at its end). undefined: it needs none. */
      setting?: string;
      /** The app expects the path in front of every request, so the route must not strip it. */
      keepsPath?: true;
    };

/** The settings that a proxy in front of an app needs. */
export interface AppProfile {
  /** The value for `--app`, and the name of the file in `profiles/`. */
  id: string;
  title: string;
  /** Default ports, the one for browsers first. */
  ports: readonly number[];
  streaming: readonly Streaming[];
  /** The longest silence to expect: before the first token, or on a WebSocket while the user is idle. */
  readTimeoutSeconds: number;
  /** Limit for request bodies. 0: the app enforces its own. */
  maxBodyBytes: number;
  /** The name that the app requires in Host; its own port is added (`requiredHost`). undefined: the visitor's Host is fine. */
  upstreamHost?: string;
  /** Paths at which the app checks Host. Default: its start page. */
  hostPaths?: readonly string[];
  /** The app refuses an Origin or Referer that does not agree with Host. */
  origin?: true;
  login: LogIn;
  /** Answers 200 to everyone while the log-in is off. undefined: visits cannot tell. */
  openPath?: string;
  /** How to serve the app below a path. undefined: not known. */
  subPath?: SubPath;
  /** Makes the app listen on 127.0.0.1 only. */
  bind?: string;
  /** Anyone can make the app fetch any address through a path `within`, such as `example`; it works with `needed` alone. */
  openProxy?: { within: string; example: string; needed: readonly string[] };
  /** The WebSocket that its page opens, below the root of the site. The app compares Origin with Host there. */
  socketPath?: string;
  /** `measured`: tested with the running app. `documented`: from its sources and manual. */
  basis: 'measured' | 'documented';
}

/** A profile with the marks by which the app is recognised. */
export interface KnownApp extends AppProfile {
  /** Other apps are built with it; they are matched first. */
  isFramework?: true;
  /** Any one suffices. */
  marks: readonly Mark[];
}

/** A response that only this app gives. */
export interface Mark {
  /** `/` is the start page. Other paths are requested only if the start page matches no app. */
  path: string;
  /** Further header fields of the request. */
  headers?: Readonly<Record<string, string>>;
  /** Default: 200. */
  statuses?: readonly number[];
  isIn: (answer: AppAnswer) => boolean;
}

export interface AppAnswer {
  body: string;
  /** The title of an HTML page; '' for anything else. */
  title: string;
  /** undefined: not JSON, or truncated. */
  json: unknown;
}

export const hourSeconds = 3600;
export const mebibyte = 1024 * 1024;

/** The Host that the app behind `port` requires; undefined: the visitor's is fine. */
export function requiredHost({ upstreamHost }: Pick<AppProfile, 'upstreamHost'>, port: number): string | undefined {
  return upstreamHost === undefined ? undefined : `${upstreamHost}:${port}`;
}

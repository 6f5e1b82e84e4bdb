/** A configuration of nginx as people have them, and what is asked of it. */
import type { TestContext } from 'node:test';
import type { ToolName } from '../../support/tools.ts';

/** Where a sample is laid out: folders and ports that are chosen when it is tried. */
export interface At {
  /** Stands for `/`. */
  root: string;
  /** For pid files, logs and sockets: what is in it belongs to the running nginx, not to the configuration. */
  run: string;
  /** Where the site takes plain requests, unless the sample says otherwise. */
  http: number;
  /** For a second listener. */
  second: number;
  /** The port that TLS is to come to. */
  tls: number;
  /** Of the app behind: it says what it was asked, streams at `/stream`, and takes WebSockets. */
  app: number;
  /** A certificate that signs itself, for any name, and its key. */
  snakeoil: { certificate: string; key: string };
}

/** A file's bytes, a link (its target as written), or a file with a mode of its own. Strings are written as UTF-8. */
export type Entry = string | Buffer | { link: string } | { content: string; mode: number };

/** Paths below `root`. */
export type Tree = Record<string, Entry>;

export interface Request {
  /** Default 127.0.0.1. */
  address?: string;
  /** A socket in the file system, in place of address and port. */
  socket?: string;
  port: number;
  /** Host, and SNI. */
  name: string;
  /** Default `/`. */
  path?: string | undefined;
  /** Over TLS; its certificate is looked at too (default false). */
  isTls?: boolean;
  /** Says where it comes from by the PROXY protocol first (default false). */
  saysProxy?: boolean | undefined;
  headers?: Record<string, string> | undefined;
}

export interface Sample {
  title: string;
  /** What is to be secured. */
  names: readonly [string, ...string[]];
  tree(at: At): Tree;
  /** The main configuration below `root` (default `etc/nginx/nginx.conf`). */
  main?: string;
  needs?: readonly ToolName[];
  /** What is asked of the site, once over TLS and once in plain text. */
  site?: Partial<Site>;
  /** What `secure` must remark. */
  tells?: RegExp;
  /** What must answer as before, while the site is secured and after that was undone. */
  others?(at: At): Request[];
}

export interface Site {
  /** Default `/`. */
  path: string;
  headers: Record<string, string>;
  /** Over TLS (default 200). */
  status: number;
  /** Is it the app behind that answers (default true), or nginx itself? */
  isApp: boolean;
  /** Must the app be told of HTTPS and its name (default: isApp)? */
  forwards: boolean;
  /** Must what is streamed arrive as it is sent (default: isApp)? */
  streams: boolean;
  /** Must WebSockets come through (default: isApp)? */
  upgrades: boolean;
  /** Must be in the body. */
  says: string;
  /** Addresses with listeners; each gets TLS (default 127.0.0.1 alone). */
  addresses: readonly string[];
  /** Does it say where it comes from by the PROXY protocol first (default false)? */
  saysProxy: boolean;
  /** Headers of the answer that must be there. */
  sends: Record<string, string>;
  /** Where it is HTTPS in the end (default: the port that TLS is to come to). */
  tlsPort(at: At): number;
}

/** What nginx or this program cannot go on with: it is refused, and nothing changes. */
export interface BadSample extends Pick<Sample, 'title' | 'names' | 'main' | 'needs'> {
  tree: (at: At) => Tree;
  /** What nginx runs with, where that is no longer what lies there (default: `tree`); undefined where it does not run. */
  runsWith?: ((at: At) => Tree) | undefined;
  /** Arguments beside the usual ones (default `--yes`); what is said twice counts as said last. */
  args?: (at: At) => string[];
  /** What else is so while the command runs. */
  meanwhile?(t: TestContext, at: At): Promise<void>;
  /** Can only root bring it about (default false)? */
  asRoot?: boolean;
  /** Of the error. */
  code: string;
  /** Must be in what is said: a place, a name. */
  says?: RegExp;
}

/** Text as it stands, backslashes too. */
export const conf = String.raw;

/** The beginning of a main configuration: where this nginx keeps what belongs to it alone. */
export function preamble(at: At, more = ''): string {
  return conf`pid ${at.run}/nginx.pid;
error_log ${at.run}/error.log;
${more}`;
}

/** A main configuration with nothing but these blocks in `http`. */
export function plainMain(at: At, http: string, more = ''): string {
  return conf`${preamble(at, more)}
events {
    worker_connections 256;
}

http {
    access_log off;
    default_type application/octet-stream;
${http}}
`;
}

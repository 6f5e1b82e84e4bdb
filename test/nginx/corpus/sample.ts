/** A realistic nginx configuration, with the requests to check it. */
import type { TestContext } from 'node:test';
import type { ToolName } from '../../support/tools.ts';

/** Folders and ports of an installed sample. */
export interface SampleEnvironment {
  /** In place of `/`. */
  root: string;
  /** For pid files, logs and sockets of the running nginx, which are not part of the configuration. */
  run: string;
  /** Folder for `load_module`. */
  modules: string;
  /** Port of the site over plain HTTP, unless the sample uses another one. */
  http: number;
  /** Port of a second listener. */
  second: number;
  /** Port for TLS. */
  tls: number;
  /** Port of the app, which echoes requests, streams at `/stream`, and accepts WebSockets. */
  app: number;
  /** A self-signed certificate for any name, and its key. */
  snakeoil: { certificate: string; key: string };
}

/** The contents of a file, a link with its target, or a file with a mode. Strings are written as UTF-8. */
export type Entry = string | Buffer | { link: string } | { content: string; mode: number };

/** Paths below `root`. */
export type Tree = Record<string, Entry>;

export interface Request {
  /** Default 127.0.0.1. */
  address?: string;
  /** A Unix socket, instead of address and port. */
  socket?: string;
  port: number;
  /** For Host and SNI. */
  name: string;
  /** Default `/`. */
  path?: string | undefined;
  /** Over TLS; also returns the certificate (default false). */
  isTls?: boolean;
  /** Sends a PROXY line first (default false). */
  saysProxy?: boolean | undefined;
  headers?: Record<string, string> | undefined;
}

export interface Sample {
  title: string;
  /** Names to secure. */
  names: readonly [string, ...string[]];
  tree(at: SampleEnvironment): Tree;
  /** The main configuration below `root` (default `etc/nginx/nginx.conf`). */
  main?: string;
  needs?: readonly ToolName[];
  /** Expected answers of the site, over TLS and plain HTTP. */
  site?: Partial<Site>;
  /** Must match the output of `secure`. */
  reports?: RegExp;
  /** Requests that must have the same answers before, while the site is secured, and after the undo. */
  others?(at: SampleEnvironment): Request[];
}

export interface Site {
  /** Default `/`. */
  path: string;
  headers: Record<string, string>;
  /** Over TLS (default 200). */
  status: number;
  /** True if the app answers (default), false if nginx does. */
  isApp: boolean;
  /** The app must receive the forwarded scheme and host (default: isApp). */
  forwards: boolean;
  /** Streams must arrive as the app sends them (default: isApp). */
  streams: boolean;
  /** WebSockets must work (default: isApp). */
  upgrades: boolean;
  /** Must occur in the body. */
  says: string;
  /** Addresses with listeners, each of which gets TLS (default: only 127.0.0.1). */
  addresses: readonly string[];
  /** Requests must send a PROXY line first (default false). */
  saysProxy: boolean;
  /** Required headers of the answer. */
  sends: Record<string, string>;
  /** Port of HTTPS after securing (default: `tls` of the environment). */
  tlsPort(at: SampleEnvironment): number;
}

/** A configuration or situation in which `secure` must fail and change nothing. */
export interface BadSample extends Pick<Sample, 'title' | 'names' | 'main' | 'needs'> {
  tree: (at: SampleEnvironment) => Tree;
  /** The files that nginx was started with, if different from `tree`. Undefined if nginx is not running. */
  runsWith?: ((at: SampleEnvironment) => Tree) | undefined;
  /** Additional arguments (default `--yes`). The last one of a repeated option counts. */
  args?: (at: SampleEnvironment) => string[];
  /** Sets up the situation before the command runs. */
  meanwhile?(t: TestContext, at: SampleEnvironment): Promise<void>;
  /** Requires root (default false). */
  asRoot?: boolean;
  /** Expected error code. */
  code: string;
  /** Must match the error's text, for example with a place or a name. */
  says?: RegExp;
}

/** Text with literal backslashes. */
export const conf = String.raw;

/** The start of a main configuration, with the pid file and error log of this nginx. */
export function preamble(at: SampleEnvironment, more = ''): string {
  return conf`pid ${at.run}/nginx.pid;
error_log ${at.run}/error.log;
${more}`;
}

/** A main configuration with only these blocks in `http`. */
export function plainMain(at: SampleEnvironment, http: string, more = ''): string {
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

import { readdirSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import tls from 'node:tls';
import { Agent, buildConnector, Dispatcher, Dispatcher1Wrapper } from 'undici';
import { type Clock, systemClock } from '../base/clock.ts';
import { FileWatch } from '../config/watch.ts';
import { encodePem } from '../x509/pem.ts';
import { makeBundle } from './bundle/make.ts';
import { openSslRoots } from './bundle/openssl-roots.ts';
import { systemRootFiles } from './bundle/system-files.ts';

export interface TrustSettings {
  /** PEM or DER files of private roots, or folders of such files. */
  rootFiles?: readonly string[];
  /** Public roots to trust in addition (default: the system's). `mozilla` is the set compiled into Node. */
  publicSet?: 'system' | 'mozilla' | 'none';
  /**
   * Environment with SSL_CERT_FILE and SSL_CERT_DIR (default: `process.env`); ignored if `publicSet` is given. As in OpenSSL, each
   * variable replaces its half of the system's roots: see `openSslRoots`. Unlike OpenSSL, every file of a folder counts, not only
   * those with hashed names.
   */
  env?: Readonly<Record<string, string | undefined>>;
  /** Called when a file's new content is rejected. The former roots stay in use. */
  onRejected?: (error: unknown) => void;
  clock?: Clock;
}

/** Public and private roots for a program's connections. Changes of the files take effect without a restart. */
export interface Trust {
  /** PEM, one root each, in the order of the bundle. */
  roots(): readonly string[];
  /** A context with the current roots, for `tls.connect({ secureContext })`. Stays the same object until the roots change. */
  secureContext(): tls.SecureContext;
  /** For `node:https` and libraries that accept its agents. Each new connection uses the current roots. */
  httpsAgent(options?: https.AgentOptions): https.Agent;
  /** For undici and libraries that accept its dispatchers. */
  readonly dispatcher: Dispatcher;
  /** The global `fetch` with `dispatcher`. It works with the global classes `Request`, `FormData` and `Response`. HTTP/1.1. */
  readonly fetch: typeof fetch;
  /** Rereads the files; resolves when they are in use. @throws EveryhopError if they are rejected. */
  reload(): Promise<void>;
  /** Stops watching the files and closes the connections of `dispatcher`. */
  close(): Promise<void>;
}

/**
 * Reads the roots and watches their files.
 * @throws GatheredError `trust.bundle-refused` with file, line and block of every rejected root; EveryhopError
 * `trust.no-system-roots`, `trust.bundle-empty`.
 */
export async function createTrust(settings: TrustSettings = {}): Promise<Trust> {
  const { clock = systemClock } = settings;
  let current = await readAll(settings, clock);
  const dispatcher = new TrustingDispatcher(current.context);
  // Node's built-in undici may be older than ours, with a different handler API.
  const wrapped = new Dispatcher1Wrapper(dispatcher) as unknown as NonNullable<RequestInit['dispatcher']>;
  const reload = async (): Promise<void> => {
    const next = await readAll(settings, clock);
    if (next.pems.join() === current.pems.join()) return;
    current = next;
    dispatcher.renew(next.context);
  };
  let watch: FileWatch;
  const startWatch = (): void => {
    watch = new FileWatch(watchedFiles(settings), clock, () => {
      watch.end();
      startWatch(); // the files of a folder may have changed
      reload().catch((error: unknown) => settings.onRejected?.(error));
    });
  };
  startWatch();
  return {
    roots: () => current.pems,
    secureContext: () => current.context,
    httpsAgent: (options) => new TrustingAgent(options, () => current.context),
    dispatcher,
    fetch: (input, init) => fetch(input, { dispatcher: wrapped, ...init }),
    reload,
    async close() {
      watch.end();
      await dispatcher.close();
    },
  };
}

interface Roots {
  pems: string[];
  context: tls.SecureContext;
}

async function readAll(settings: TrustSettings, clock: Clock): Promise<Roots> {
  const { files, folders, publicSet } = sourcesOf(settings);
  const bundle = await makeBundle({
    nowMs: clock.now(),
    publicSet,
    rootFiles: settings.rootFiles ?? [],
    environmentFiles: [...files, ...folders],
    allowSmaller: true,
  });
  const pems = bundle.anchors.map(({ certificate }) => encodePem('CERTIFICATE', certificate.der));
  return { pems, context: tls.createSecureContext({ ca: pems, minVersion: 'TLSv1.2' }) };
}

function sourcesOf({ env = process.env, publicSet }: TrustSettings): {
  files: string[];
  folders: string[];
  publicSet: 'system' | 'mozilla' | 'none';
} {
  // An explicit set overrides the environment.
  if (publicSet !== undefined) return { files: [], folders: [], publicSet };
  const { files, folders, hasSystem } = openSslRoots(env);
  return { files, folders, publicSet: hasSystem ? 'system' : 'none' };
}

/** Includes the files of each folder, because rewriting a file does not change its folder. */
function watchedFiles(settings: TrustSettings): string[] {
  const { files, folders, publicSet } = sourcesOf(settings);
  const system = publicSet === 'system' ? systemRootFiles : [];
  const named = [...(settings.rootFiles ?? []), ...files, ...folders, ...system];
  return named.flatMap((name) => [name, ...entriesOf(name)]);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return []; // a file, or nothing yet
  }
}

/** After a change of the roots, old connections close when their requests end, and their TLS sessions are not resumed. */
class TrustingDispatcher extends Dispatcher {
  #agent: Agent;

  constructor(context: tls.SecureContext) {
    super();
    this.#agent = agentOf(context);
  }

  renew(context: tls.SecureContext): void {
    const former = this.#agent;
    this.#agent = agentOf(context);
    former.close().catch(() => {});
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.#agent.dispatch(options, handler);
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): Promise<void> | void {
    return callback ? this.#agent.close(callback) : this.#agent.close();
  }
}

function agentOf(context: tls.SecureContext): Agent {
  return new Agent({ connect: buildConnector({ secureContext: context, rejectUnauthorized: true }) });
}

/** The same for `node:https`: the pool key of connections and sessions includes the generation of the roots. */
class TrustingAgent extends https.Agent {
  readonly #context: () => tls.SecureContext;
  #named: tls.SecureContext | undefined;
  #generation = 0;

  constructor(options: https.AgentOptions | undefined, context: () => tls.SecureContext) {
    super({ ...options, rejectUnauthorized: true });
    this.#context = context;
  }

  override createConnection(
    options: https.RequestOptions & tls.ConnectionOptions,
    callback?: Parameters<https.Agent['createConnection']>[1],
  ): ReturnType<https.Agent['createConnection']> {
    const secured: https.RequestOptions & tls.ConnectionOptions = { ...options, secureContext: this.#context() };
    return super.createConnection(secured, callback);
  }

  override getName(options?: https.RequestOptions): string {
    const context = this.#context();
    if (context !== this.#named) this.#generation += 1;
    this.#named = context;
    return `${super.getName(options)}:${this.#generation}`;
  }
}

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
  /** Whose public roots are trusted beside them (default: the system's); `mozilla` is the set in this Node. */
  publicSet?: 'system' | 'mozilla' | 'none';
  /**
   * Where SSL_CERT_FILE and SSL_CERT_DIR are looked up (default: `process.env`), unless `publicSet` is given. As OpenSSL has it, each
   * replaces its own half of the system's roots: see `openSslRoots`. Of a folder every file counts, not only those that
   * `openssl rehash` has named.
   */
  env?: Readonly<Record<string, string | undefined>>;
  /** Called when a file has changed and what it holds now cannot be trusted; what was trusted before goes on. */
  onRejected?: (error: unknown) => void;
  clock?: Clock;
}

/** Public and private roots for the connections of a program; changed files count without a restart. */
export interface Trust {
  /** PEM, one root each, in the order of the bundle. */
  roots(): readonly string[];
  /** Of the roots as they are now; for `tls.connect({ secureContext })`. The same one until they change. */
  secureContext(): tls.SecureContext;
  /** For `node:https` and whatever takes its agents. Every new connection goes by the roots as they are then. */
  httpsAgent(options?: https.AgentOptions): https.Agent;
  /** For undici and whatever takes its dispatchers. */
  readonly dispatcher: Dispatcher;
  /** The global one over `dispatcher`: it takes and gives the global classes (`Request`, `FormData`, `Response`). HTTP/1.1. */
  readonly fetch: typeof fetch;
  /** Resolves when the files, as they are now, count. @throws EveryhopError what is wrong with them. */
  reload(): Promise<void>;
  /** Ends the watching of files and the connections of `dispatcher`. */
  close(): Promise<void>;
}

/**
 * Reads the roots, and goes on watching their files.
 * @throws GatheredError `trust.bundle-refused` with file, line and block of every root that cannot be trusted; EveryhopError
 * `trust.no-system-roots`, `trust.bundle-empty`.
 */
export async function createTrust(settings: TrustSettings = {}): Promise<Trust> {
  const { clock = systemClock } = settings;
  let current = await readAll(settings, clock);
  const dispatcher = new TrustingDispatcher(current.context);
  // The undici inside of Node may be an older one than ours, with other calls.
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
      startWatch(); // there may be other files in a folder now
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
  return { pems, context: tls.createSecureContext({ ca: pems }) };
}

function sourcesOf({ env = process.env, publicSet }: TrustSettings): {
  files: string[];
  folders: string[];
  publicSet: 'system' | 'mozilla' | 'none';
} {
  // Whoever names a set wants that one.
  if (publicSet !== undefined) return { files: [], folders: [], publicSet };
  const { files, folders, hasSystem } = openSslRoots(env);
  return { files, folders, publicSet: hasSystem ? 'system' : 'none' };
}

/** The files in a folder too: where one is written anew, the folder stays as it is. */
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

/** Connections that were made by other roots end when their requests have; nothing of their sessions is used again. */
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
  return new Agent({ connect: buildConnector({ secureContext: context }) });
}

/** As above, for `node:https`: its connections and sessions are kept under the name of the roots that they were made by. */
class TrustingAgent extends https.Agent {
  readonly #context: () => tls.SecureContext;
  #named: tls.SecureContext | undefined;
  #generation = 0;

  constructor(options: https.AgentOptions | undefined, context: () => tls.SecureContext) {
    super(options);
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

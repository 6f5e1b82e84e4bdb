import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type ErrorData, EveryhopError } from '../base/errors.ts';
import type { Finding } from '../hop/finding.ts';
import { controlSocket } from '../store/control-socket.ts';

/** The operations behind the admin API. */
export interface Controls<Status> {
  status(): Promise<Status>;
  /**
   * @returns the revision now in service, and problems with new certificates.
   * @throws EveryhopError for an invalid new configuration; the old one then stays in service.
   */
  reload(): Promise<{ revision: number; problems: EveryhopError[] }>;
  /**
   * Renews the certificates of the sites with one of these names, or of all sites without names.
   * @param insists do not wait because of earlier failures, only for the limits of the authority.
   * @throws EveryhopError of the first failure; the certificate served before stays in service.
   */
  renewCertificates(names: string[], insists: boolean): Promise<RenewedCertificate[]>;
  /**
   * Reads the access keys from the store again; every worker has them when this resolves.
   * @param ended digests of revoked keys whose open streams are to end.
   * @returns whether any route asks for a key.
   */
  applyAccessKeys(ended: string[]): Promise<AppliedKeys>;
  /** Writes to the store when keys were last used. */
  recordKeyUses(): Promise<void>;
  /** What a renewal would find; keeps nothing. */
  rehearseCertificates(names: string[]): Promise<RehearsedSet[]>;
}

/** Response to `POST /access/apply-keys`. */
export interface AppliedKeys {
  isAsked: boolean;
}

/** A dry run for the names of one certificate. */
export interface RehearsedSet {
  names: string[];
  /** Empty for the private authority, which checks nothing. */
  findings: Finding[];
  /** The authority of the test certificate; `error`: why it issued none. Undefined: none was requested. */
  rehearsal: { authority: string; error: ErrorData | undefined } | undefined;
}

/** Response to `POST /reload`. */
export interface ReloadResult {
  revision: number;
  problems: ErrorData[];
}

export interface RenewedCertificate {
  names: string[];
  issuer: string;
  /** Lower-case hex. */
  serial: string;
  notAfterMs: number;
}

/**
 * Serves the admin API on a Unix socket that only its owner may open: `GET /status`, `POST /reload`,
 * `POST /certificates/renew?name=…&now=1`, `POST /certificates/rehearse?name=…`, `POST /access/apply-keys?end=…`,
 * `POST /access/record-uses`. The caller must hold the lock of the state folder: an existing socket file is then
 * stale and is replaced.
 */
export async function startControl<Status>(
  stateFolder: string,
  controls: Controls<Status>,
): Promise<{ close(): Promise<void> }> {
  const socket = await controlSocket(stateFolder);
  const app = new Hono();
  app.get('/status', async (context) => context.json((await controls.status()) as object));
  const answer = async (context: Context, work: () => Promise<object>): Promise<Response> => {
    try {
      return context.json(await work());
    } catch (error) {
      return context.json(refusal(error), 409);
    }
  };
  app.post('/reload', (context) =>
    answer(context, async (): Promise<ReloadResult> => {
      const { revision, problems } = await controls.reload();
      return { revision, problems: problems.map((problem) => problem.data()) };
    }),
  );
  app.post('/certificates/renew', (context) =>
    answer(context, () =>
      controls.renewCertificates(context.req.queries('name') ?? [], context.req.query('now') === '1'),
    ),
  );
  app.post('/certificates/rehearse', (context) =>
    answer(context, () => controls.rehearseCertificates(context.req.queries('name') ?? [])),
  );
  app.post('/access/apply-keys', (context) =>
    answer(context, () => controls.applyAccessKeys(context.req.queries('end') ?? [])),
  );
  app.post('/access/record-uses', (context) =>
    answer(context, async () => {
      await controls.recordKeyUses();
      return {};
    }),
  );
  const listener = getRequestListener(app.fetch);
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await rm(socket.file, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket.address, resolve);
    });
  } catch (error) {
    await socket.close();
    throw error;
  } finally {
    process.umask(umask);
  }
  await chmod(socket.file, 0o600);
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve)); // removes the socket by its address
      await socket.close();
    },
  };
}

/** Response to a failed `POST`; nothing was changed. */
export interface Refusal {
  error: ErrorData;
}

function refusal(error: unknown): Refusal {
  if (!(error instanceof EveryhopError)) throw error;
  return { error: error.data() };
}

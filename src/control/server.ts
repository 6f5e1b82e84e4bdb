import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type ErrorData, EveryhopError } from '../base/errors.ts';
import { controlSocketPath } from '../store/control-socket.ts';

/** What the running program does for `status` and `reload`. */
export interface Controls<Status> {
  status(): Promise<Status>;
  /**
   * @returns what kept new certificates from being there, beside the revision that is served now.
   * @throws EveryhopError what is wrong with the new configuration; the old one then goes on.
   */
  reload(): Promise<{ revision: number; problems: EveryhopError[] }>;
  /**
   * Renews the certificates of every site, or of those that have one of these names.
   * @throws EveryhopError of the first that failed; what was served before it goes on.
   */
  renewCertificates(names: string[]): Promise<RenewedCertificate[]>;
}

/** What `POST /reload` answers. */
export interface Reloaded {
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
 * The admin API on a Unix socket that only its owner may open: `GET /status`, `POST /reload`,
 * `POST /certificates/renew?name=…`.
 * The caller holds the state folder's lock, so a socket file that is there already is a dead one's.
 */
export async function startControl<Status>(
  stateFolder: string,
  controls: Controls<Status>,
): Promise<{ close(): Promise<void> }> {
  const socket = controlSocketPath(stateFolder);
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
    answer(context, async (): Promise<Reloaded> => {
      const { revision, problems } = await controls.reload();
      return { revision, problems: problems.map((problem) => problem.data()) };
    }),
  );
  app.post('/certificates/renew', (context) =>
    answer(context, () => controls.renewCertificates(context.req.queries('name') ?? [])),
  );
  const listener = getRequestListener(app.fetch);
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await rm(socket, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socket, resolve);
    });
  } finally {
    process.umask(umask);
  }
  await chmod(socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** What a `POST` answers when nothing was changed. */
export interface Refusal {
  error: ErrorData;
}

function refusal(error: unknown): Refusal {
  if (!(error instanceof EveryhopError)) throw error;
  return { error: error.data() };
}

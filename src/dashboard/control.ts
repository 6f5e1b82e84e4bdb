import { chmod, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { EveryhopError, type ErrorReport } from '../base/errors.ts';
import type { Language } from '../base/messages/index.ts';
import { controlSocketPath } from '../store/control-socket.ts';

/** What the running program does for `status` and `reload`. */
export interface Controls<Status> {
  status(): Promise<Status>;
  /** @throws EveryhopError what is wrong with the new configuration; the old one then goes on. */
  reload(): Promise<{ revision: number }>;
}

/**
 * The admin API on a Unix socket that only its owner may open: `GET /status`, `POST /reload`.
 * The caller holds the state folder's lock, so a socket file that is there already is a dead one's.
 */
export async function startControl<Status>(
  stateFolder: string,
  controls: Controls<Status>,
): Promise<{ close(): Promise<void> }> {
  const socket = controlSocketPath(stateFolder);
  const app = new Hono();
  app.get('/status', async (context) => context.json((await controls.status()) as object));
  app.post('/reload', async (context) => {
    try {
      return context.json(await controls.reload());
    } catch (error) {
      const language: Language = context.req.query('language') === 'zh' ? 'zh' : 'en';
      return context.json(refusal(error, language), 409);
    }
  });
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

/** What `POST /reload` answers when the old configuration goes on. */
export interface Refusal {
  code: string;
  problems: ErrorReport[];
}

function refusal(error: unknown, language: Language): Refusal {
  if (!(error instanceof EveryhopError)) throw error;
  const problems = (error as { problems?: EveryhopError[] }).problems ?? [error];
  return { code: error.code, problems: problems.map((problem) => problem.report(language)) };
}

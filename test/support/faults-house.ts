/** An authority, a web server and a template of a state folder, for testing faults one by one. */
import { once } from 'node:events';
import { createReadStream, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type LyingAuthority, startLyingAuthority } from '../acme/lying-authority.ts';
import { AccountBook, obtainAndPublish, type Place } from './faults-world.ts';
import { atEnd, temporaryFolder } from './up.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** A 21-day certificate after 20 days: valid, and due for renewal. */
const due = (): { notBeforeMs: number; notAfterMs: number } => ({
  notBeforeMs: Date.now() - 20 * dayMs,
  notAfterMs: Date.now() + dayMs,
});

export type Beginning = 'nothing' | 'a due certificate';

export interface House {
  authority: LyingAuthority;
  accounts: AccountBook;
  /** Number of orders so far. */
  orders(): number;
  /** Serves the webroots on one more port: some authorities validate on a port of their choice. */
  serve(port: number): Promise<void>;
  /** A new place with this beginning; certificates issued from then on are not due for a while. */
  place(beginning: Beginning): Promise<Place>;
}

export async function openHouse(t: TestContext): Promise<House> {
  const accounts = new AccountBook();
  const authority = await startLyingAuthority(t, accounts.lie);
  const folder = await temporaryFolder(t, 'faults');
  const httpPort = await serveWebroots(t, folder);
  let count = 0;
  const placeAt = async (name: string): Promise<Place> => {
    const webroot = path.join(folder, name, 'web');
    await mkdir(webroot, { recursive: true });
    await writeFile(path.join(folder, 'webroot'), webroot);
    const { directoryUrl, rootPem } = authority;
    return { stateFolder: path.join(folder, name, 'state'), webroot, httpPort, directoryUrl, rootPem };
  };
  // Enough renewals for the next one to prune the oldest published folders.
  const template = await placeAt('template');
  authority.certificate = due();
  for (let renewal = 0; renewal < 4; renewal += 1) await obtainAndPublish(template);
  authority.certificate = {};
  return {
    authority,
    accounts,
    orders: () => authority.seen.filter(({ path }) => path === '/want/').length,
    serve: async (port) => void (await serveWebroots(t, folder, port)),
    async place(beginning) {
      count += 1;
      const place = await placeAt(String(count));
      const whole = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };
      if (beginning !== 'nothing') await cp(template.stateFolder, place.stateFolder, whole);
      return place;
    },
  };
}

/** Serves the webroot of the latest place: the program checks its answer before requesting validation. */
async function serveWebroots(t: TestContext, folder: string, port = 0): Promise<number> {
  const server = createServer((request, response) => {
    const webroot = readFileSync(path.join(folder, 'webroot'), 'utf8');
    createReadStream(path.join(webroot, path.normalize(request.url!)))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

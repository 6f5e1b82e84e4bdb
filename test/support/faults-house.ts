/** An authority, a web server and a template of a state folder, for faults that are tried one by one. */
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
/** A certificate of 21 days of which 20 are over: it is good, and due. */
const due = (): { notBeforeMs: number; notAfterMs: number } => ({
  notBeforeMs: Date.now() - 20 * dayMs,
  notAfterMs: Date.now() + dayMs,
});

export type Beginning = 'nothing' | 'a certificate that is due';

export interface House {
  authority: LyingAuthority;
  accounts: AccountBook;
  /** Orders so far. */
  orders(): number;
  /** Serves the webroot at one more port: an authority may look at a port of its own. */
  serve(port: number): Promise<void>;
  /** A new place that stands as described; what the authority hands out from then on is good for a while. */
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
  // So many that the oldest published ones are taken away by the next renewal.
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

/** Serves the webroot of the place that was made last: the program looks at its answer before the authority does. */
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

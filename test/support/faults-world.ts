/** One certificate, from an empty state folder to `live/`, with all of this program except the edge. */
import assert from 'node:assert/strict';
import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { WebrootSolver } from '../../src/acme/http-01/webroot.ts';
import { Authority } from '../../src/authority/authority.ts';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import type { ErrorData } from '../../src/base/errors.ts';
import { EventBus } from '../../src/base/events.ts';
import { systemRandom } from '../../src/base/random.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { servedGenerations } from '../../src/certificates/generation.ts';
import { Issuers } from '../../src/certificates/issuers.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { livePaths, publishLive } from '../../src/certificates/publish.ts';
import { publicDns } from '../../src/dns/public-dns.ts';
import { openState } from '../../src/store/state.ts';
import { type Lie, problem } from '../acme/lying-authority.ts';
import { toLoopback } from '../acme/support.ts';

export const names = ['chat.example.com'];

/** The folders and addresses of one run, as JSON for a command line. */
export interface Place {
  stateFolder: string;
  webroot: string;
  /** The port that serves this webroot. */
  httpPort: number;
  directoryUrl: string;
  rootPem: string;
}

export interface ObtainOutcome {
  serial: string;
  /** Why issuing failed, if an older certificate is served. */
  failure: ErrorData | undefined;
}

/**
 * Does what `everyhop certificates obtain --webroot` does, except that the self-check goes to a port of the test.
 * @throws EveryhopError.
 */
export async function obtainAndPublish(place: Place, clock: Clock = systemClock): Promise<ObtainOutcome> {
  const state = await openState(place.stateFolder);
  try {
    const { database } = state;
    const random = systemRandom;
    const authority = await Authority.open(database, { clock, random, names: [] });
    const ledger = new Ledger(database, clock, random);
    const issuers = new Issuers({
      database,
      authority: () => Promise.resolve(authority),
      ledger,
      clock,
      random,
      userAgent: 'everyhop/test',
    });
    const { directoryUrl, rootPem: rootsPem, webroot: folder, httpPort: validationPort } = place;
    issuers.configure({
      email: undefined,
      profile: undefined,
      solvers: [new WebrootSolver({ folder, validationPort, lookup: toLoopback })],
      dns: publicDns({ clock, random }),
      termsAgreed: true,
      authorities: {
        [directoryUrl]: { directoryUrl, rootsPem, profile: undefined, preferredChain: undefined, binding: undefined },
      },
      chosen: [{ names, certificate: [directoryUrl] }],
    });
    const issuersFor = (set: readonly string[]) => issuers.for(set);
    const events = new EventBus();
    let failure: ErrorData | undefined;
    events.on('certificate.failed', ({ error }) => (failure = error));
    const certificates = new Certificates({ database, issuersFor, clock, random, events });
    try {
      const [generation] = await certificates.ensure([names]);
      await publishLive(place.stateFolder, generation!);
      return { serial: generation!.serial, failure };
    } finally {
      await certificates.stop();
      await issuers.close();
    }
  } finally {
    await state.close();
  }
}

/** The accounts of an authority that identifies them by key. */
export class AccountBook {
  /** Thumbprints of the keys, in order of registration. */
  readonly keys: string[] = [];

  readonly lie: Lie = (seen, honest) => {
    const { path, header, payload } = seen;
    const refused = { ...problem(400, 'accountDoesNotExist') };
    refused.headers = { ...honest.headers, ...refused.headers };
    if (header.jwk) {
      const key = thumbprint(header.jwk);
      const isKnown = this.keys.includes(key);
      if (path !== '/join/') return honest;
      if (!isKnown && (payload as { onlyReturnExisting?: boolean }).onlyReturnExisting) return refused;
      if (!isKnown) this.keys.push(key);
      const location = String(honest.headers['location']).replace(/\d+$/, String(this.keys.indexOf(key)));
      return { ...honest, status: isKnown ? 200 : 201, headers: { ...honest.headers, location } };
    }
    const number = /\/member\/(\d+)$/.exec(header.kid ?? '')?.[1];
    return number !== undefined && this.keys[Number(number)] === undefined ? refused : honest;
  };
}

function thumbprint(jwk: object): string {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** The state after a run, however it ended. */
export interface StateSnapshot {
  /** All in the store, oldest first. */
  serials: string[];
  /** The one to serve from the store; undefined: none yet. */
  served: string | undefined;
  /** The published one; undefined: none yet. */
  live: string | undefined;
  attempts: string[];
  accounts: { url: string | null; thumbprint: string }[];
}

/** Reads store and `live/`. @throws AssertionError if they are inconsistent. */
export async function readSnapshot(stateFolder: string): Promise<StateSnapshot> {
  const nothing = { serials: [], served: undefined, live: undefined, attempts: [], accounts: [] };
  if (!existsSync(path.join(stateFolder, 'everyhop.db'))) return nothing;
  const state = await openState(stateFolder);
  try {
    const { database } = state;
    const [served] = await servedGenerations(database, Date.now());
    const rows = await database.query<{ serial: string; chain_pem: string; private_key: Uint8Array }>(
      'SELECT serial, chain_pem, private_key FROM generations ORDER BY created_ms',
    );
    const accounts = await database.query<{ url: string | null; private_key: Uint8Array }>(
      'SELECT url, private_key FROM acme_accounts',
    );
    const attempts = await database.query<{ outcome: string }>('SELECT outcome FROM attempts ORDER BY began_ms');
    for (const row of rows) {
      assert.equal(publicPart(row.private_key), publicPartOf(new X509Certificate(row.chain_pem)));
    }
    return {
      serials: rows.map(({ serial }) => serial),
      served: served?.serial,
      live: await publishedSerial(stateFolder),
      attempts: attempts.map(({ outcome }) => outcome),
      accounts: accounts.map(({ url, private_key }) => ({ url, thumbprint: publicPart(private_key) })),
    };
  } finally {
    await state.close();
  }
}

function publicPart(pkcs8: Uint8Array): string {
  const key = createPublicKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' } as never);
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function publicPartOf({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** The published serial number; asserts that all four files exist and match. undefined without the folder. */
async function publishedSerial(stateFolder: string): Promise<string | undefined> {
  const paths = livePaths(stateFolder, names[0]!);
  const folder = path.dirname(paths.cert);
  if ((await readlink(folder).catch(() => undefined)) === undefined) return undefined;
  const files = await readdir(folder);
  for (const file of ['cert.pem', 'chain.pem', 'fullchain.pem', 'privkey.pem']) assert.ok(files.includes(file), file);
  const texts = await Promise.all(
    [paths.cert, paths.chain, paths.fullchain, paths.privkey].map((file) => readFile(file, 'utf8')),
  );
  const [cert, chain, fullchain, privkey] = texts as [string, string, string, string];
  assert.equal(fullchain, cert + chain);
  const leaf = new X509Certificate(cert);
  const key = createPublicKey(privkey);
  assert.ok(leaf.publicKey.equals(key), 'the key matches the certificate');
  return leaf.serialNumber.toLowerCase();
}

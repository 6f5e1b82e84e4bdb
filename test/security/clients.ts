/** Connects with each TLS client of ours and prints which connections were made. Arguments: port, [file of the upstream's root]. */
import { readFileSync } from 'node:fs';
import { AcmeClient } from '../../src/acme/client.ts';
import { openTunnel } from '../../src/acme/tunnel.ts';
import { systemClock } from '../../src/base/clock.ts';
import { UpstreamConnection } from '../../src/edge/upstream/connection.ts';
import { createTrust } from '../../src/index.ts';
import { probeTls } from '../../src/probe/tls.ts';

const port = Number(process.argv[2]);
const rootFile = process.argv[3];
const rootsPem = rootFile === undefined ? undefined : readFileSync(rootFile, 'utf8');
const host = 'localhost';
const url = `https://${host}:${port}/`;

async function works(connect: () => Promise<unknown>): Promise<boolean> {
  try {
    await connect();
    return true;
  } catch {
    return false;
  }
}

function upstream(): Promise<void> {
  const connection = new UpstreamConnection({ protocol: 'https', host, port, basePath: '', rootsPem }, 1000);
  return new Promise((resolve, reject) => {
    connection.user = {
      onReady: () => (resolve(), connection.destroy()),
      onData: () => {},
      onDrain: () => {},
      onClosed: (error) => reject(error ?? new Error('closed')),
    };
  });
}

async function acme(): Promise<void> {
  const client = new AcmeClient({ directoryUrl: url, ...(rootsPem === undefined ? {} : { rootsPem }) });
  try {
    await client.directory(AbortSignal.timeout(20_000));
  } finally {
    await client.close();
  }
}

async function proxy(): Promise<void> {
  const given = { variable: 'https_proxy', protocol: 'https', host, port, credentials: undefined } as const;
  (await openTunnel(given, 'authority.test', 443, 20_000, AbortSignal.timeout(20_000))).destroy();
}

async function library(): Promise<void> {
  const trust = await createTrust({ env: {}, rootFiles: rootFile === undefined ? [] : [rootFile], publicSet: 'none' });
  try {
    await trust.fetch(url);
  } finally {
    await trust.close();
  }
}

async function probe(): Promise<void> {
  const facts = await probeTls({
    host,
    port,
    clock: systemClock,
    ...(rootsPem === undefined ? {} : { roots: [rootsPem] }),
  });
  if (!facts.reached || !facts.verified) throw new Error('not verified');
}

const clients = { upstream, acme, proxy, library, probe };
const connected: string[] = [];
for (const [name, connect] of Object.entries(clients)) if (await works(connect)) connected.push(name);
process.stdout.write(JSON.stringify(connected));
process.exit();

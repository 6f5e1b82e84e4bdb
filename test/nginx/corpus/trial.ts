/** The full trial of a sample: secure, check independently, undo, compare with the original. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { NewerNginx } from '../../support/newer-nginx.ts';
import type { RunningNginx } from '../../support/nginx.ts';
import { type Pebble, startPebble } from '../../support/pebble.ts';
import { temporaryFolder } from '../../support/up.ts';
import { type ReceivedRequest, pieceEveryMs, piecesOfStream } from './app.ts';
import type { CommandResult, Everyhop } from './command.ts';
import { type InstalledSample, installSample, snapshot, startWith } from './install.ts';
import type { Request, Sample, Site } from './sample.ts';
import { ask, handshake, lasting, poll, upgrade } from './visitor.ts';

export interface Trial extends InstalledSample {
  sample: Sample;
  site: Site;
  /** State folder. Its parent is the home folder. */
  state: string;
  pebble: Pebble | undefined;
  nginx: RunningNginx;
  everyhop: (...args: string[]) => Promise<CommandResult>;
  /** Visitors reach HTTPS on port 443: another machine passes it on. */
  isOn443: boolean;
}

/** True if the sample uses a public authority. */
export const isPublic = ({ names }: Pick<Sample, 'names'>): boolean => names[0].endsWith('.example.com');

/** Installs a sample and starts its nginx, and its authority if it needs one. */
export async function begin(
  t: TestContext,
  sample: Sample,
  appPort: number,
  everyhop: Everyhop,
  options: { nginx?: NewerNginx | undefined; isOn443?: boolean } = {},
): Promise<Trial> {
  const laidOut = await installSample(t, sample, appPort, options.nginx);
  const { http: httpPort, tls: tlsPort } = laidOut.at;
  const pebble = isPublic(sample) ? await startPebble(t, { config: { httpPort, tlsPort } }) : undefined;
  const running = await startWith(t, laidOut);
  const state = await stateFolder(t);
  const isApp = sample.site?.isApp ?? true;
  const site: Site = {
    path: '/',
    headers: {},
    status: 200,
    isApp,
    forwards: isApp,
    streams: isApp,
    upgrades: isApp,
    says: '',
    addresses: ['127.0.0.1'],
    saysProxy: false,
    sends: {},
    tlsPort: ({ tls }) => tls,
    ...sample.site,
  };
  const home = path.dirname(state);
  return {
    ...laidOut,
    sample,
    site,
    state,
    pebble,
    nginx: running,
    isOn443: options.isOn443 ?? false,
    everyhop: (...args) => everyhop(['nginx', ...args, ...laidOut.args, '--state', state], home),
  };
}

/** The nginx master reads the certificate as root, so other users need no access to this folder. */
async function stateFolder(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t, 'nginx-state');
  await chmod(folder, 0o755);
  const state = path.join(folder, 'state');
  await mkdir(state, { mode: 0o700 });
  return state;
}

/** Runs `secure` like a user. */
export async function secure({ everyhop, sample, site, pebble, at, isOn443 }: Trial): Promise<CommandResult> {
  const app = site.isApp ? ['--app', 'any'] : [];
  const authority = pebble ? ['--authority', pebble.directoryUrl, '--authority-root', pebble.rootFile] : [];
  const account = pebble ? ['--agree-tos', '--email', 'ops@example.com', '--dns-resolver', pebble.dnsAddress] : [];
  const port = ['--tls-port', String(at.tls), ...(isOn443 ? ['--public-port', '443'] : [])];
  return everyhop('secure', ...sample.names, '--yes', ...port, ...app, ...authority, ...account);
}

/** Secures, checks, undoes and checks again, under continuous requests. */
export async function runTrial(trial: Trial): Promise<void> {
  const { at, sample } = trial;
  const before = await snapshot(at.root);
  const answersBefore = await everyAnswer(trial);
  const polling = poll(plainRequests(trial)[0]!);
  try {
    const secured = await secure(trial);
    succeeded(secured);
    if (sample.reports) assert.match(secured.stdout + secured.stderr, sample.reports);
    await isSecured(trial);
    const others = othersOf(trial);
    assert.deepEqual(await answers(others), answersBefore.slice(-others.length || Infinity), 'other sites');
    succeeded(await trial.everyhop('undo', sample.names[0], '--yes'));
  } finally {
    const { asked, failures } = await polling.stop();
    assert.ok(asked > 20, `only ${asked} requests`);
    assert.deepEqual(failures, [], `of ${asked} requests`);
  }
  assert.deepEqual(await snapshot(at.root), before, 'byte for byte as before');
  assert.deepEqual(await everyAnswer(trial), answersBefore);
}

export function succeeded({ code, stdout, stderr }: CommandResult): void {
  assert.equal(code, 0, `${stdout}${stderr}`);
}

/** Checks the site as a visitor, by each name on each address. */
export async function isSecured(trial: Trial): Promise<void> {
  const { sample, site, at, state, pebble } = trial;
  const ca = pebble ? await pebble.issuerRoot() : await readFile(path.join(state, 'root.pem'), 'utf8');
  const [live] = await readdir(path.join(state, 'live'));
  const leaf = new X509Certificate(await readFile(path.join(state, 'live', live!, 'cert.pem')));
  for (const address of site.addresses) {
    for (const name of sample.names.map((one) => one.toLowerCase())) {
      const secured = { ...base(trial, address, name), port: site.tlsPort(at), isTls: true, ca };
      const seen = await handshake(secured);
      assert.equal(seen.serial, leaf.serialNumber.toLowerCase());
      await isRedirected(trial, address, name);
      await answersWell(trial, secured);
    }
  }
}

async function isRedirected(trial: Trial, address: string, name: string): Promise<void> {
  const { site, at, isOn443 } = trial;
  const wanted = `${site.path.replace(/\/$/, '')}/some%20path?a=1&b=%2F`;
  const redirect = await ask({ ...base(trial, address, name), port: at.http, path: wanted });
  const to = `https://${name}${isOn443 ? '' : `:${site.tlsPort(at)}`}${wanted}`;
  // The original configuration may already redirect with 301.
  assert.ok([301, 308].includes(redirect.status), `status ${redirect.status} of ${name} at ${address}`);
  assert.equal(redirect.headers['location'], to);
}

async function answersWell({ site, sample, isOn443 }: Trial, secured: Request & { ca: string }): Promise<void> {
  const answer = await ask({ ...secured, path: site.path });
  assert.equal(answer.status, site.status, answer.body);
  assert.ok(answer.body.includes(site.says), answer.body);
  for (const [name, value] of Object.entries(site.sends)) assert.equal(answer.headers[name], value, name);
  // nginx answers 400 without the headers of the block. On another port, the header would break the host's http ports.
  if (isOn443 && site.status !== 400) assert.match(answer.headers['strict-transport-security'] ?? '', /^max-age=\d+/);
  else assert.equal(answer.headers['strict-transport-security'], site.sends['strict-transport-security']);
  if (!site.isApp) return;
  const { headers } = JSON.parse(answer.body) as ReceivedRequest;
  if (site.forwards) assert.equal(headers['x-forwarded-proto'], 'https');
  const told = [headers['host'], headers['x-forwarded-host']].filter((host) => host?.split(':')[0] === secured.name);
  assert.ok(told.length > 0, `${sample.title}: the app hears ${headers['host']}, ${headers['x-forwarded-host']}`);
  if (site.upgrades) assert.deepEqual(await upgrade({ ...secured, path: site.path }), { status: 101, echoed: 'ping' });
  if (!site.streams) return;
  const stream = await ask({ ...secured, path: `${site.path.replace(/\/$/, '')}/stream` });
  assert.equal(stream.body.match(/^data: /gm)?.length, piecesOfStream);
  assert.ok(stream.bodyMs > (pieceEveryMs * piecesOfStream) / 2, `a stream came in one burst of ${stream.bodyMs} ms`);
}

function base({ site }: Trial, address: string, name: string): Omit<Request, 'port'> {
  return { address, name, headers: site.headers, saysProxy: site.saysProxy };
}

/** Requests to the site over plain HTTP, by each name and address. */
function plainRequests(trial: Trial): Request[] {
  const { site, sample, at } = trial;
  return site.addresses.flatMap((address) =>
    sample.names.map((name) => ({ ...base(trial, address, name), port: at.http, path: site.path })),
  );
}

export const othersOf = ({ sample, at }: Trial): Request[] => sample.others?.(at) ?? [];

export async function everyAnswer(trial: Trial): Promise<unknown[]> {
  return answers([...plainRequests(trial), ...othersOf(trial)]);
}

/** Sends the requests one after another; returns the comparable parts of the answers. */
export async function answers(requests: readonly Request[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const request of requests) found.push(lasting(await ask(request)));
  return found;
}

import {
  chosenStateFolder,
  listCertificates,
  obtainCertificate,
  type Refusal,
  type RenewedCertificate,
  readLedger,
} from '../app.ts';
import { EveryhopError } from '../base/errors.ts';
import { say } from '../base/messages/index.ts';
import { readHost } from '../config/names.ts';
import { askRunning } from './control-client.ts';
import type { CommandContext } from './context.ts';
import { reportRefusal } from './running.ts';

interface StateOption {
  state?: string;
}

interface ObtainFlags extends StateOption {
  authority?: string;
  authorityRoot?: string;
  challenge?: 'http-01' | 'tls-alpn-01' | 'dns-01';
  dns?: 'exec' | 'rfc2136';
  dnsResolver?: string[];
  webroot?: string;
  httpPort?: string;
  httpsPort?: string;
  profile?: string;
  email?: string;
  agreeTos?: true;
}

/** `everyhop certificates obtain`: one certificate, by a listener of its own, a webroot or DNS. */
export async function certificatesObtain(
  { output, env, version }: CommandContext,
  names: string[],
  options: ObtainFlags,
): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new Error('interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const obtained = await obtainCertificate({
    stateFolder: chosenStateFolder(options.state, env),
    names: names.map(hostOf),
    authority: options.authority,
    authorityRootFile: options.authorityRoot,
    challenge: options.challenge,
    dns: options.dns,
    dnsResolvers: options.dnsResolver,
    webroot: options.webroot,
    httpPort: portOf('--http-port', options.httpPort),
    httpsPort: portOf('--https-port', options.httpsPort),
    profile: options.profile,
    email: options.email,
    termsAgreed: options.agreeTos === true,
    env,
    version,
    signal: stopping.signal,
  });
  output.value(obtained);
  output.line('certificates.obtained', wordsOf(obtained), 'green');
  const { fullchain, privkey } = obtained.live;
  output.line('certificates.files', { fullchain, privkey });
}

/** `everyhop certificates list`: what the store has. */
export async function certificatesList({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const listed = await listCertificates(chosenStateFolder(options.state, env));
  output.value(listed);
  if (output.json) return;
  if (listed.length === 0) output.line('certificates.none', {});
  for (const one of listed) output.line('certificates.obtained', wordsOf(one));
}

/** `everyhop certificates ledger`: what was tried, and what may be tried when. */
export async function certificatesLedger(
  { output, env, language }: CommandContext,
  options: StateOption,
): Promise<void> {
  const ledger = await readLedger(chosenStateFolder(options.state, env));
  output.value(ledger);
  if (output.json) return;
  if (ledger.attempts.length === 0) output.line('certificates.no-attempts', {});
  for (const { beganMs, outcome, names, authority, detail } of ledger.attempts) {
    const when = new Date(beganMs).toISOString().slice(0, 19);
    output.line('certificates.attempt', { when, outcome, names, authority, detail: detail ?? '' });
  }
  for (const { names, authority, nextMs, reason, left } of ledger.standings) {
    const next = reason === undefined ? say(language, 'certificates.at-once', {}) : new Date(nextMs).toISOString();
    const count = left === undefined ? say(language, 'certificates.no-limit', {}) : String(left);
    output.line('certificates.standing', { names, authority, next, left: count });
  }
}

function wordsOf(one: { names: string[]; serial: string; issuer: string; notAfterMs: number }): {
  names: string;
  serial: string;
  issuer: string;
  until: string;
} {
  const until = new Date(one.notAfterMs).toISOString().slice(0, 16);
  return { names: one.names.join(', '), serial: one.serial, issuer: one.issuer, until };
}

/** As `everyhop.yaml` takes it. @throws EveryhopError `config.*`. */
function hostOf(text: string): string {
  const reading = readHost(text);
  if ('value' in reading) return reading.value;
  throw new EveryhopError(
    reading.problem as 'config.bad-host',
    { key: 'NAME', value: text, ...reading.params } as never,
  );
}

function portOf(key: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new EveryhopError('config.bad-port', { key, value: text });
}

/** `everyhop certificates renew`: the running program gets new certificates now, serves and proves them. */
export async function certificatesRenew(
  { output, env, language }: CommandContext,
  names: string[],
  options: StateOption,
): Promise<void> {
  const query = new URLSearchParams([['language', language], ...names.map((name) => ['name', name])]);
  const folder = chosenStateFolder(options.state, env);
  const answer = await askRunning(folder, 'POST', `/certificates/renew?${query.toString()}`);
  if (answer.status !== 200) return reportRefusal(output, answer.body as Refusal);
  const renewed = answer.body as RenewedCertificate[];
  output.value(renewed);
  for (const { names: hosts, serial, notAfterMs } of renewed) {
    const until = new Date(notAfterMs).toISOString().slice(0, 10);
    output.line('certificates.renewed', { names: hosts.join(', '), serial, until }, 'green');
  }
}

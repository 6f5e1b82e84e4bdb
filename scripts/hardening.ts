/**
 * Writes docs/hardening.md: `npm run hardening`. Sends every test case to this edge, to nginx and to Caddy, all in front of
 * the same app, and records each outcome. Needs nginx and caddy on the PATH; takes three minutes.
 *
 * With `--check` it sends them to this edge alone, compares each outcome with the page, and writes nothing. Exit code 1 if
 * they differ.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { downgrades, floods, type Http2Case } from '../test/edge/http2-cases.ts';
import { crowds, forbidden, provocations, readings } from '../test/edge/http2-misuse-cases.ts';
import { answers } from '../test/edge/answer-corpus.ts';
import { corpus } from '../test/edge/smuggling-corpus.ts';
import { answerMs, receiveAnswer, sendFrames, sendRaw } from './hardening/clients.ts';
import { attacksOf, differences, introduction, type Row, table } from './hardening/page.ts';
import { host, type Proxy, startCaddy, startEveryhop, startNginx } from './hardening/proxies.ts';
import { slowClients, watchSlow } from './hardening/slow-clients.ts';

const page = path.resolve(import.meta.dirname, '../docs/hardening.md');
const checkOnly = process.argv.includes('--check');
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-hardening-'));
const chainFile = path.join(folder, 'chain.pem');
const keyFile = path.join(folder, 'key.pem');

execFileSync(
  'openssl',
  // prettier-ignore
  ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '5', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', keyFile, '-out', chainFile],
  { stdio: 'ignore' },
);
execFileSync('chmod', ['755', folder]);
const place = { folder, chainFile, keyFile };
const starters = checkOnly ? [startEveryhop] : [startEveryhop, startNginx, startCaddy];
const proxies: Proxy[] = [];
for (const start of starters) proxies.push(await start(place));
/** Without those to half of a request: the programs differ in when they forward one. */
const sentAnswers = answers.filter(({ method }) => method !== 'unfinished');
let different: string[] = [];
try {
  const slowSockets = await rowsOfSockets();
  const slowRows = Promise.all(
    slowSockets.map(async ([name, sockets]): Promise<Row> => [name, await Promise.all(sockets.map(watchSlow))]),
  );
  // Otherwise the first case would count the slow clients' requests as its own.
  await new Promise((resolve) => setTimeout(resolve, answerMs));
  const misuse = (cases: readonly Http2Case[]): Promise<Row[]> =>
    rowsOf(proxies, cases, (proxy, one) => sendFrames(proxy, one, false));
  const flood = (cases: readonly Http2Case[]): Promise<Row[]> =>
    rowsOf(proxies, cases, (proxy, one) => sendFrames(proxy, one, true));
  const groups: [title: string, rows: Row[]][] = [
    ['HTTP/1.1: one request, or none', await rowsOf(proxies, corpus, sendRaw)],
    ['Answers of an app', await rowsOf(proxies, sentAnswers, receiveAnswer)],
    ['HTTP/2: from frames to HTTP/1.1', await misuse([...downgrades, ...readings])],
    ['HTTP/2: protocol violations', await misuse(forbidden)],
    ['HTTP/2: floods', await flood([...floods, ...provocations, ...crowds])],
    ['Slow clients', await slowRows],
  ];
  if (checkOnly) {
    different = differences(
      readFileSync(page, 'utf8'),
      groups.flatMap(([, rows]) => rows),
    );
  } else {
    const versions = proxies.map(({ name, version }) => `${name} ${version}`).join(', ');
    const tables = groups.map(([title, rows]) => table(title, proxies, rows)).join('\n');
    writeFileSync(page, `${introduction(versions)}\n${attacksOf(readFileSync(page, 'utf8'))}\n${tables}`);
  }
} finally {
  for (const { child } of proxies) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
for (const line of different) console.error(line);
process.exit(different.length === 0 ? 0 : 1);

async function rowsOfSockets(): Promise<[name: string, sockets: Socket[]][]> {
  const all: [string, Socket[]][] = [];
  for (const slow of slowClients) all.push([slow.name, await Promise.all(proxies.map((proxy) => slow.run(proxy)))]);
  return all;
}

async function rowsOf<T extends { name: string }>(
  proxies: readonly Proxy[],
  cases: readonly T[],
  send: (proxy: Proxy, one: T) => Promise<string>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of cases) rows.push([one.name, await Promise.all(proxies.map((proxy) => send(proxy, one)))]);
  return rows;
}

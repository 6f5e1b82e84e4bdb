/**
 * Feeds damaged nginx configurations to the reader, the model and the editor: `npm run fuzz:nginx`, with the CPU time in
 * seconds as its argument (default 60). Prints the seed; `EVERYHOP_TEST_SEED` repeats a run. Exit code 1, with the
 * configuration in a temporary file, at the first that
 *
 * - throws anything but an error with a code,
 * - is not printed byte for byte,
 * - takes time out of proportion to its size,
 * - is read otherwise than by `nginx -t` (every 100th; needs nginx),
 * - does not get its bytes back after an edit and its undo.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { anyApp } from '../src/apps/profiles.ts';
import { EveryhopError } from '../src/base/errors.ts';
import { baseError } from '../src/base/messages.ts';
import { clearedOf } from '../src/nginx/change/draft.ts';
import { planSite, type PlanRequest } from '../src/nginx/change/plan.ts';
import { siteFolder } from '../src/nginx/change/site.ts';
import { conflictsIn } from '../src/nginx/model/answering.ts';
import { serversOf } from '../src/nginx/model/servers.ts';
import { streamServersOf } from '../src/nginx/model/streams.ts';
import { tableOf } from '../src/nginx/model/table.ts';
import { readConfiguration } from '../src/nginx/reading/configuration.ts';
import { type FileView, overlay } from '../src/nginx/reading/files.ts';
import { flatten } from '../src/nginx/reading/flatten.ts';
import { type Configuration, walk } from '../src/nginx/reading/located.ts';
import { parse, print } from '../src/nginx/reading/syntax.ts';
import { canonicalHost } from '../src/names/host-name.ts';
import { corpus } from '../test/nginx/corpus/index.ts';
import type { SampleEnvironment } from '../test/nginx/corpus/sample.ts';
import { nginxOf } from '../test/nginx/change/configured.ts';
import { seed, seededRandom } from '../test/support/seed.ts';
import { nginxProgram } from '../test/support/nginx.ts';

const cpuSeconds = Number(process.argv[2] ?? 60);
const compareEvery = 100;
/** Far more than the slowest path needs (4 µs a byte), so that only growth beyond linear exceeds it. */
const longestMs = (bytes: number): number => 150 + bytes / 25;
const longestText = 200_000;

const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-fuzz-'));
const place: SampleEnvironment = {
  root: '/f',
  run: '/f/run',
  modules: '/f/modules',
  http: 80,
  second: 8080,
  tls: 443,
  app: 3000,
  snakeoil: { certificate: '/f/c.pem', key: '/f/k.pem' },
};

interface Subject {
  main: string;
  names: readonly string[];
  /** A link is a second file. */
  files: Map<string, string>;
}

const random = seededRandom(seed, 'fuzz');
const below = (count: number): number => (count <= 1 ? 0 : random.integer(count));
const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;

const subjects: Subject[] = corpus.map((sample) => {
  const { main, names } = sample;
  const entries = Object.entries(sample.tree(place)).map(([name, entry]) => [`/f/${name}`, entry] as const);
  const files = new Map<string, string>();
  for (const [file, entry] of entries) {
    if (typeof entry === 'string') files.set(file, Buffer.from(entry).toString('latin1'));
    else if (Buffer.isBuffer(entry)) files.set(file, entry.toString('latin1'));
    else if ('content' in entry) files.set(file, Buffer.from(entry.content).toString('latin1'));
  }
  for (const [file, entry] of entries) {
    if (typeof entry !== 'object' || Buffer.isBuffer(entry) || !('link' in entry)) continue;
    const text = files.get(path.resolve(path.dirname(file), entry.link));
    if (text !== undefined) files.set(file, text);
  }
  return { main: `/f/${main ?? 'etc/nginx/nginx.conf'}`, names, files };
});

const tokens = [
  ...String.raw`{ } ; " ' \ # $ ( ) ${'${'} ~ * / = @ ~* ^~ [ ] % _ . 80 443 ssl http2 default_server on off 0 -1 1e9 99999999999999999999`.split(
    ' ',
  ),
  ...'\n|\r\n|\r|\t| |\0|\xff|\xef\xbb\xbf|\\\n|"\n"|#|# { ; }\n|;;|}}|{{|\u0085'.split('|'),
  'server { ',
  'server{listen 80;server_name chat.test;}',
  'location / { proxy_pass http://127.0.0.1:1; }',
  'location ~ "^/(a+)+$" { return 200 "x"; }',
  'listen 443 ssl;',
  'listen [::]:80 ipv6only=off;',
  'listen unix:/a;',
  'server_name ~^(?<a>.+)$ *.b.test c.*;',
  'include *.conf;',
  'include /f/etc/nginx/nginx.conf;',
  'include "a b";',
  'if ($http_x ~ "a{2}") { return 403; }',
  'map $a $b { default 1; "}" 2; hostnames; *.x y; }',
  'content_by_lua_block { local a = "}" --[[ } ]] }',
  'content_by_lua_block {',
  'add_header X "a;b}" always;',
  'return 301 https://$host$request_uri;',
  'rewrite ^(.*)$ https://$host$1 permanent;',
  'ssl_certificate /a; ssl_certificate_key /b;',
  'upstream u { server 127.0.0.1:1; keepalive 8; }',
  'stream { server { listen 443; proxy_pass 127.0.0.1:1; } }',
  'types { a b; }',
  'geo $x { ranges; 1.1.1.1-2.2.2.2 a; }',
];

function damaged(text: string): string {
  const at = below(text.length + 1);
  const length = below(below(8) === 0 ? text.length : 24);
  switch (below(9)) {
    case 0: // a byte
      return text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2: // the same again
      return text.slice(0, at + length) + text.slice(at);
    case 3:
      return text.slice(0, at);
    case 4: {
      // a part of another file
      const other = oneOf([...oneOf(subjects).files.values()]);
      const from = below(other.length);
      return text.slice(0, at) + other.slice(from, from + below(400)) + text.slice(at);
    }
    case 5: // often
      return below(20) > 0 ? text : text.slice(0, at) + oneOf(tokens).repeat(1 + below(3000)) + text.slice(at);
    default:
      return text.slice(0, at) + oneOf(tokens) + text.slice(at);
  }
}

function generated(depth: number): string {
  let text = '';
  for (let count = below(5); count >= 0; count -= 1) {
    text += oneOf(tokens);
    if (depth > 0 && below(3) === 0)
      text += ` ${oneOf(['server', 'location /', 'http', 'if ($a)'])} {${generated(depth - 1)}}`;
    text += oneOf(['', ' ', '\n', ';', '; ']);
  }
  return text;
}

function nextSubject(): Subject {
  const { main, names, files } = oneOf(subjects);
  const changed = new Map(files);
  for (let count = 1 + below(3); count > 0; count -= 1) {
    const file = oneOf([...changed.keys()]);
    let text = changed.get(file)!;
    for (let count = 1 + below(4); count > 0; count -= 1) text = damaged(text);
    if (below(30) === 0) text = `events {}\nhttp {\n${generated(4)}\n}\n`;
    changed.set(file, text.slice(0, longestText));
  }
  return { main, names, files: changed };
}

/** As the command line checks it. */
const isHostName = (name: string): boolean => canonicalHost(name) === name;

const nothing: FileView = {
  read: (file) => Promise.reject(baseError('file.missing', { file })),
  glob: () => Promise.resolve([]),
  real: (file) => Promise.resolve(file),
};
const nginx = await nginxOf(
  '1.24.0',
  '--with-http_ssl_module --with-http_v2_module --with-stream --with-http_auth_request_module',
);
const versions = [nginx, await nginxOf('1.26.0')];
const counts = { subjects: 0, texts: 0, trees: 0, configurations: 0, plans: 0, undone: 0, compared: 0, bytes: 0 };
const slowest = { usPerByte: 0, bytes: 0, step: '' };

const read = (main: string, files: ReadonlyMap<string, string>): Promise<Configuration> =>
  readConfiguration({ main, prefix: path.dirname(main), files: overlay(nothing, files) });

function check(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(what);
}

/** undefined for an error with a code. */
async function attempt<T>(step: string, bytes: number, action: () => T | Promise<T>): Promise<T | undefined> {
  let result: T | undefined;
  for (let tries = 0; ; tries += 1) {
    const before = process.threadCpuUsage();
    try {
      result = await action();
    } catch (error) {
      if (!(error instanceof EveryhopError) || error.code === 'base.defect') throw error;
      result = undefined;
    }
    const { user } = process.threadCpuUsage(before);
    if (bytes > 20_000 && user / bytes > slowest.usPerByte)
      Object.assign(slowest, { usPerByte: user / bytes, bytes, step });
    if (user / 1000 <= longestMs(bytes)) return result;
    // Garbage collection may have taken the time.
    check(tries < 3, `${step}: ${Math.round(user / 1000)} ms for ${bytes} bytes`);
  }
}

async function examine({ main, names, files }: Subject, compares: boolean): Promise<void> {
  let bytes = 0;
  for (const [file, text] of files) {
    bytes += text.length;
    counts.texts += 1;
    const tree = await attempt('parse', text.length, () => parse(text, file));
    if (tree) check(print(tree) === text, `${file}: printed otherwise`);
    if (tree) counts.trees += 1;
    if (compares) compare(text, tree !== undefined);
  }
  counts.bytes += bytes;
  const configuration = await attempt('read', bytes, () => read(main, files));
  if (!configuration) return;
  counts.configurations += 1;
  // A file that several others include counts for each.
  const flat = flatten(configuration);
  const size = bytes + flat.text.length;
  await attempt('walk', size, () => [...walk(configuration)].length);
  const servers = await attempt('servers', size, () => serversOf(configuration));
  if (!servers) return;
  await attempt('model', size, () => [
    conflictsIn(servers),
    streamServersOf(configuration),
    tableOf(servers, path.join(path.dirname(main), 'everyhop')),
  ]);
  const plain = servers.flatMap((server) => server.names.map(({ name }) => name)).filter(isHostName);
  const wanted = below(2) === 0 || plain.length === 0 ? names : [oneOf(plain)];
  const request: PlanRequest = {
    names: wanted,
    tlsPort: 443,
    certificate: { fullchain: '/live/fullchain.pem', privkey: '/live/privkey.pem' },
    app: oneOf([undefined, anyApp]),
    hstsSeconds: oneOf([undefined, 3600]),
    proof: { token: 'token', generation: 'generation' },
    challenges: below(2) === 0,
  };
  const plan = await attempt('plan', size, () => planSite(configuration, servers, request, oneOf(versions)));
  if (!plan) return;
  counts.plans += 1;
  const after = await read(main, new Map([...files, ...plan.edited, ...plan.managed]));
  await attempt('model after', size + 200_000, () => serversOf(after));
  // Like `undo`, which also reads the edited files that nginx no longer includes.
  const known = new Set(after.files.map(({ path: file }) => file));
  const unread = [...plan.edited]
    .filter(([file]) => !known.has(file))
    .map(([file, text]) => ({ path: file, text, tree: parse(text, file), includes: new Map() }));
  const cleared = clearedOf({ files: [...after.files, ...unread] }, siteFolder(main, plan.site), plan.managed);
  for (const file of plan.edited.keys())
    check(cleared.get(file) === files.get(file), `${file}: not as before after the undo`);
  check(cleared.size === plan.edited.size, 'the undo changes another file');
  counts.undone += 1;
}

const syntaxWords = /^(?:unexpected |too long parameter|invalid parameter .* started)/;

/** The text inside of `types`, which accepts any words, so that only the syntax counts. */
function compare(text: string, isTree: boolean): void {
  if (text.includes('_by_lua') || text.includes('\xef\xbb\xbf') || text.includes('include')) return;
  const file = path.join(folder, 'compared.conf');
  writeFileSync(file, text, 'latin1');
  const { status, stderr } = spawnSync(nginxProgram, ['-t', '-p', folder, '-c', file], { encoding: 'latin1' });
  const [, problem = ''] = /\[emerg\] (?:\d+#\d+: )?([^]*?) in [^\n]*?:\d+\n/.exec(stderr) ?? [];
  if (status !== 0 && problem === '') return;
  counts.compared += 1;
  if (status === 0) check(isTree, 'nginx reads this');
  else if (isTree) check(!syntaxWords.test(problem) || problem.startsWith('unexpected "{"'), `nginx: ${problem}`);
}

const began = process.cpuUsage();
const beganMs = performance.now();
const cpuMs = (): number => (({ user, system }) => (user + system) / 1000)(process.cpuUsage(began));
let told = 0;
const tell = (): void =>
  console.log(
    `${(cpuMs() / 1000).toFixed(0)} s of CPU time, ${((performance.now() - beganMs) / 1000).toFixed(0)} s, ${JSON.stringify(counts)}, slowest ${slowest.step} ${slowest.usPerByte.toFixed(2)} µs a byte of ${slowest.bytes}`,
  );
while (cpuMs() < cpuSeconds * 1000) {
  const subject = nextSubject();
  counts.subjects += 1;
  try {
    await examine(subject, counts.subjects % compareEvery === 0);
  } catch (error) {
    const file = path.join(os.tmpdir(), `everyhop-fuzz-${seed}-${counts.subjects}.json`);
    writeFileSync(file, JSON.stringify({ ...subject, files: Object.fromEntries(subject.files) }, null, 1));
    console.error(`${file}:`, error);
    process.exitCode = 1;
    if (!process.env['FUZZ_GOES_ON']) break;
  }
  if (cpuMs() / 60_000 > told) {
    told += 1;
    tell();
  }
}
rmSync(folder, { recursive: true, force: true });
tell();

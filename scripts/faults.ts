/**
 * Writes docs/faults-acme.md: `npm run faults`. Causes the faults that can occur between this program and an authority, and
 * records what the user sees and what was lost. Needs Pebble (`npm run tools`); takes a few minutes. Exit code 1 if anything
 * was lost.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run, type TestContext } from 'node:test';
import { type Clock, systemClock } from '../src/base/clock.ts';
import { report } from '../src/app/messages.ts';
import { type ErrorData, EveryhopError } from '../src/base/errors.ts';
import { type Lie, problem } from '../test/acme/lying-authority.ts';
import { type House, openHouse } from '../test/support/faults-house.ts';
import { dayMs, startMachine } from '../test/support/faults-machine.ts';
import { type StateSnapshot, readSnapshot, names, obtainAndPublish, type Place } from '../test/support/faults-world.ts';
import { arm, disarm, type Errno } from '../test/support/faults-writes.ts';
import { pebbleVersions, startPebble } from '../test/support/pebble.ts';

const page = path.resolve(import.meta.dirname, '../docs/faults-acme.md');
const nothing = 'nothing';

interface Row {
  fault: string;
  seen: string;
  lost: string;
}

/** Test helpers clean up when their test ends; here, when a row is finished. */
async function withContext<T>(work: (t: TestContext) => Promise<T>): Promise<T> {
  const endings: (() => unknown)[] = [];
  try {
    return await work({ after: (undo: () => unknown) => void endings.push(undo) } as unknown as TestContext);
  } finally {
    for (const undo of endings.toReversed()) await undo();
  }
}

/** Runs ten times faster than real time, which keeps timeouts short; `aheadMs` shifts its date. */
function swiftClock(aheadMs = 0): Clock {
  return {
    now: () => Date.now() + aheadMs,
    monotonic: () => performance.now() * 10,
    after: (delayMs, run) => systemClock.after(delayMs / 10, run),
  };
}

function wordsOf(error: ErrorData): string {
  const text = report(error, 'en')
    .message.replaceAll(/https:\/\/127\.0\.0\.1:\d+|(?<!tcp )127\.0\.0\.1:\d+/g, (host) =>
      host.replace(/127.*/, 'ca.example'),
    )
    .replaceAll(/(?<=chat\.example\.com|\]):\d+/g, '')
    .replaceAll(/(?<=\/acme-challenge\/)[\w-]+/g, '(token)')
    .replaceAll(/\/\S*\/(state|web)\b/g, '…/$1')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '(date)');
  return `\`${error.code}\`: ${text}`;
}

interface Outcome {
  failure: ErrorData | undefined;
}

async function attempt(place: Place, clock: Clock): Promise<Outcome> {
  try {
    return { failure: (await obtainAndPublish(place, clock)).failure };
  } catch (error) {
    if (error instanceof EveryhopError) return { failure: error };
    throw error;
  }
}

/** Data that existed before and is missing now. Damaged data makes `readSnapshot` throw. */
function lostOf(before: StateSnapshot, after: StateSnapshot): string[] {
  const keys = after.accounts.map(({ thumbprint }) => thumbprint);
  return [
    ...before.serials.filter((serial) => !after.serials.includes(serial)).map((serial) => `certificate ${serial}`),
    ...before.accounts.filter(({ thumbprint }) => !keys.includes(thumbprint)).map(() => 'the account'),
    ...(after.live === undefined ? ['what was published'] : []),
  ];
}

/** Renews a certificate that is due, with a fault; then again without it, three hours later. */
async function renewalWith(house: House, fault: string, begin: (place: Place) => Promise<() => unknown>): Promise<Row> {
  const place = await house.place('a due certificate');
  const before = await readSnapshot(place.stateFolder);
  const end = await begin(place);
  const { failure } = await attempt(place, swiftClock());
  await end();
  const after = await readSnapshot(place.stateFolder);
  const again = await attempt({ ...place, directoryUrl: house.authority.directoryUrl }, swiftClock(3 * 60 * 60_000));
  const lost = lostOf(before, after);
  if (again.failure) lost.push(`the next run failed: ${wordsOf(again.failure)}`);
  const seen = failure ? wordsOf(failure) : 'a new certificate';
  return { fault, seen, lost: lost.length === 0 ? nothing : `**${lost.join(', ')}**` };
}

const order = '/want/';
const at =
  (path: string, lie: Lie): Lie =>
  (seen, honest, response) =>
    seen.path.startsWith(path) ? lie(seen, honest, response) : honest;
const date = (): string => new Date(Date.now() + 2 * 60 * 60_000).toUTCString();

/** Wrong answers of an authority. */
const lies: [fault: string, lie: Lie][] = [
  ['429 with Retry-After in seconds', at(order, () => problem(429, 'rateLimited', {}, { 'retry-after': '7200' }))],
  ['429 with Retry-After as a date', at(order, () => problem(429, 'rateLimited', {}, { 'retry-after': date() }))],
  ['503 with Retry-After in seconds', at(order, () => problem(503, 'busy', {}, { 'retry-after': '7200' }))],
  ['503 with Retry-After as a date', at(order, () => problem(503, 'busy', {}, { 'retry-after': date() }))],
  [
    '503 with Retry-After: 2, once',
    at(order, ({ count }, honest) => {
      if (count > 1) return honest;
      const busy = problem(503, 'busy', {}, { 'retry-after': '2' });
      return { ...busy, headers: { ...honest.headers, ...busy.headers } };
    }),
  ],
  ['status 500 every time', at(order, () => ({ status: 500, headers: {}, body: '<h1>oops' }))],
  ['truncated JSON', at(order, (_, honest) => ({ ...honest, body: honest.body.slice(0, honest.body.length / 2) }))],
  ['JSON of the wrong shape', at(order, (_, honest) => ({ ...honest, body: '{"status":7,"authorizations":"none"}' }))],
  ['HTML instead of JSON', at(order, (_, honest) => ({ ...honest, body: '<!doctype html>' }))],
  ['a redirect loop', at(order, () => ({ status: 307, headers: { location: order }, body: '' }))],
  ['no answer to the order', at(order, () => undefined)],
  [
    '10 MB of headers',
    at(order, (_seen, _honest, response) => {
      const socket = response.socket!;
      socket.on('error', () => {}); // the program closes the connection
      socket.write(`HTTP/1.1 200 OK\r\n${`X-Filler: ${'x'.repeat(1000)}\r\n`.repeat(10_000)}\r\n`);
      return undefined;
    }),
  ],
];

async function lyingRows(house: House): Promise<Row[]> {
  const { authority, accounts } = house;
  const rows: Row[] = [];
  for (const [fault, lie] of lies) {
    const begin = async (): Promise<() => void> => {
      const first = authority.seen.length;
      authority.lie = (seen, honest, response) => {
        const count = authority.seen.slice(first).filter((other) => other.path === seen.path).length;
        return lie({ ...seen, count }, accounts.lie(seen, honest, response)!, response);
      };
      return () => (authority.lie = accounts.lie);
    };
    rows.push(await renewalWith(house, `The authority: ${fault}`, begin));
  }
  const { generateKey } = await import('../src/x509/key.ts');
  for (const [fault, certificate] of [
    ['a certificate for another key', { key: await generateKey() }],
    ['a certificate for another name', { names: ['other.example.com'] }],
    ['a certificate that has expired', { notBeforeMs: Date.now() - 9 * dayMs, notAfterMs: Date.now() - dayMs }],
    ['a chain that has expired', { issuerNotAfterMs: Date.now() - dayMs }],
  ] as const) {
    const begin = async (): Promise<() => void> => {
      authority.certificate = { ...certificate } as typeof authority.certificate;
      return () => (authority.certificate = {});
    };
    rows.push(await renewalWith(house, `The authority: ${fault}`, begin));
  }
  rows.push(
    await renewalWith(house, 'The account is unknown at the authority', async () => {
      const kept = accounts.keys.splice(0, 1, 'nobody');
      return () => (accounts.keys[0] = kept[0]!);
    }),
  );
  return rows;
}

async function pebbleRows(t: TestContext, house: House): Promise<Row[]> {
  const rows: Row[] = [];
  for (const version of pebbleVersions) {
    const pebble = await startPebble(t, { version, nonceRejectPercent: 40 });
    await house.serve(pebble.httpPort);
    const there = (place: Place): void => {
      const { directoryUrl, rootPem, httpPort } = pebble;
      Object.assign(place, { directoryUrl, httpPort, rootPem: rootPem + house.authority.rootPem });
    };
    const begin = (fault: string, dns: () => Promise<void>, end: () => Promise<unknown>): Promise<Row> =>
      renewalWith(house, `Pebble ${version}: ${fault}`, async (place) => {
        there(place);
        await dns();
        return async () => {
          await end();
        };
      });
    const name = names[0]!;
    const none = (): Promise<void> => Promise.resolve();
    rows.push(await begin('40 % of the nonces are refused', none, none));
    const { dns } = pebble;
    rows.push(
      await begin(
        'the DNS answers SERVFAIL',
        () => dns.setServfail(name),
        () => dns.clearServfail(name),
      ),
    );
    const clear = (): Promise<string> => dns.command('/clear-aaaa', { host: `${name}.` });
    rows.push(await begin('an AAAA record with no server behind it', () => dns.addAaaa(name, ['::1']), clear));
    await pebble.stop();
  }
  return rows;
}

/** Fails each write of a renewal in turn, and all writes after it; collects the messages. */
async function diskRows(house: House): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [kind, what] of [
    ['ENOSPC', 'The disk is full (ENOSPC)'],
    ['EACCES', 'The disk is not writable (EACCES)'],
  ] as [Errno, string][]) {
    const seen = new Map<string, number>();
    const lost = new Set<string>();
    let at = 1;
    for (; ; at += 1) {
      let writes: string[] = [];
      const row = await renewalWith(house, what, async () => {
        arm({ at, kind, lasting: true });
        return () => (writes = disarm());
      });
      if (writes.length < at) break;
      const words = row.seen
        .replace(/(for|write|to) \S*…\S*/, '$1 (file)')
        .replace(/…\/\S+?(?=[.,:]?(\s|$))/g, '(file)');
      seen.set(words, (seen.get(words) ?? 0) + 1);
      if (row.lost !== nothing) lost.add(row.lost);
    }
    const all = [...seen].map(([words, count]) => `${count} ×: ${words}`).join('; ');
    rows.push({
      fault: `${what} from each of the ${at - 1} writes of a renewal onwards`,
      seen: all,
      lost: lost.size === 0 ? nothing : [...lost].join(', '),
    });
  }
  return rows;
}

async function clockRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, wrongMs] of [
    ['ahead', 365 * dayMs],
    ['behind', -365 * dayMs],
  ] as const) {
    rows.push(
      await withContext(async (t) => {
        const machine = await startMachine(t);
        const first = machine.served();
        machine.jump(wrongMs);
        await machine.live(3 * dayMs);
        machine.jump(-wrongMs);
        await machine.live(dayMs);
        const [failure] = machine.failures;
        const seen = `${failure ? wordsOf(failure) : 'nothing'} (${machine.orders() - 1} orders in three days)`;
        const lost = machine.served() === first ? nothing : '**what was served**';
        return { fault: `The clock is a year ${what} for three days`, seen, lost };
      }),
    );
  }
  return rows;
}

/** Rows that tests prove: the tests run here, and a failing test counts as a loss. */
const tested: [file: string, test: RegExp, fault: string, seen: string][] = [
  [
    'crash',
    /^the first certificate/,
    'kill -9 before every write of a first issuance',
    'the next run obtains it, with at most one extra order',
  ],
  [
    'crash',
    /^a renewal/,
    'kill -9 before every write of a renewal',
    'the old certificate stays in service; the next run renews',
  ],
  [
    'faults-store',
    /with nothing: one order/,
    'Three programs start at once on one store',
    'one order, one account, one certificate',
  ],
  [
    'faults-store',
    /with a due certificate: one order/,
    'Three programs renew at once on one store',
    'one order, one certificate',
  ],
  [
    'faults-store',
    /^the account is missing from the store/,
    'The account and its key are gone from the store',
    'a new account, nothing else',
  ],
  [
    'faults-clock',
    /past the renewal time/,
    'The machine slept past the renewal date or the expiry',
    'one order on wake-up',
  ],
  ['faults-clock', /sleeping in the middle/, 'The machine slept during an order', 'a new certificate'],
  [
    '../acme/dns-01/propagation',
    /silent and then lacks the value/,
    'DNS-01: one name server shows the record later than the others',
    'the order waits for it',
  ],
  [
    '../acme/dns-01/propagation',
    /^lengthens the pauses/,
    'DNS-01: one name server never shows the record',
    '`acme-dns.not-propagated`, with the server that lacks it',
  ],
  [
    '../acme/dns-01/propagation',
    /^skips a dead server/,
    'DNS-01: one name server answers SERVFAIL or nothing',
    'skipped while another server answers; `acme-dns.not-propagated` if none does',
  ],
  ['faults-authority', /renewed at once/, 'Renewal information always says now', 'two orders a day, no more'],
  ['faults-authority', /ends before it begins/, 'Renewal information ends before it begins', 'the usual renewal date'],
  ['faults-authority', /lies a year ahead/, 'Renewal information is a year ahead', 'the usual renewal date'],
];

async function testedRows(): Promise<Row[]> {
  const folder = path.resolve(import.meta.dirname, '../test/certificates');
  const files = [...new Set(tested.map(([file]) => path.join(folder, `${file}.test.ts`)))];
  const passed: string[] = [];
  for await (const { type, data } of run({ files, concurrency: 1 })) {
    if (type === 'test:pass' && data.skip === undefined) passed.push(data.name);
    if (type === 'test:fail') console.error(`failed: ${data.name}: ${String(data.details.error.cause)}`);
  }
  return tested.map(([, name, fault, seen]) => {
    const isPassed = passed.some((test) => name.test(test));
    return { fault, seen: isPassed ? seen : '**its test fails**', lost: isPassed ? nothing : '**?**' };
  });
}

function table(rows: readonly Row[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = rows.map(({ fault, seen, lost }) => `| ${cell(fault)} | ${cell(seen)} | ${cell(lost)} |`);
  return ['| fault | what the user sees | what was lost |', '|---|---|---|', ...lines, ''].join('\n');
}

const rows = await withContext(async (t) => {
  const house = await openHouse(t);
  return [
    ...(await lyingRows(house)),
    ...(await pebbleRows(t, house)),
    ...(await diskRows(house)),
    ...(await clockRows()),
  ];
});
rows.push(...(await testedRows()));
await writeFile(
  page,
  `# Faults between Everyhop and an authority

\`npm run faults\` causes each of these faults and writes this page. Unless a row says otherwise, a certificate is due for
renewal, and the fault occurs during that renewal. These count as lost: a certificate or its key missing from the store, a
missing account, damaged files in \`live/\` (each run reads them back), and a failure of the next run, without the fault and
after the pause that it caused. The rows after the clock's are tests (\`crash.test.ts\` and
\`faults-*.test.ts\` in \`test/certificates/\`, \`test/acme/dns-01/propagation.test.ts\`), which \`npm test\` runs too.

${table(rows)}`,
);
process.exit(rows.every(({ lost }) => lost === nothing) ? 0 : 1);

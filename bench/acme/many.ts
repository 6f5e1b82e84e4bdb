/**
 * Very many certificates in one store. `fill` creates the store. `measure` does with it what the program does at its start and
 * every minute, and prints the cost as one line of JSON. Two processes, so that the memory is that of `measure` alone.
 *
 *   node bench/acme/many.ts fill|measure FOLDER COUNT
 */
import { Authority } from '../../src/authority/authority.ts';
import { EventBus } from '../../src/base/events.ts';
import { systemRandom } from '../../src/base/random.ts';
import { Certificates } from '../../src/certificates/certificates.ts';
import { writeGeneration } from '../../src/certificates/generation.ts';
import { writeAdvice } from '../../src/certificates/advice.ts';
import { Issuers } from '../../src/certificates/issuers.ts';
import { Ledger } from '../../src/certificates/ledger.ts';
import { publicDns } from '../../src/dns/public-dns.ts';
import { openState } from '../../src/store/state.ts';
import { FakeClock } from '../../test/support/clock.ts';
import { dayMs, TestAuthority } from '../../test/certificates/test-issuer.ts';
import { nameSets, nowMs } from './many-names.ts';
import { cpuMs, median, peakBytes } from './measure.ts';

/** No server listens here: with nothing due, Everyhop contacts no authority. */
const directoryUrl = 'https://127.0.0.1:9/directory';
const passes = 5;

interface ManyFigures {
  storeBytes: number;
  startMs: number;
  startCpuMs: number;
  passMs: number;
  passCpuMs: number;
  residentBytes: number;
  peakBytes: number;
}

const [mode, folder, countText] = process.argv.slice(2) as [string, string, string];
if (mode === 'fill') await fill(folder, Number(countText));
else process.stdout.write(`${JSON.stringify(await measure(folder, Number(countText)))}\n`);

async function fill(folder: string, count: number): Promise<void> {
  const state = await openState(folder);
  const authority = await TestAuthority.create();
  await state.database.transaction(async (database) => {
    for (const [index, names] of nameSets(count).entries()) {
      // Certificates begin at different times, as in practice.
      const notBeforeMs = nowMs - Math.floor((index / count) * 30 * dayMs);
      const issuance = await authority.leaf({ names, notBeforeMs, notAfterMs: notBeforeMs + 90 * dayMs });
      const id = systemRandom.bytes(16).toString('hex');
      const kept = { id, names, issuer: directoryUrl, createdMs: notBeforeMs, revokedMs: undefined };
      await writeGeneration(database, { ...issuance, ...kept });
      const renewAtMs = notBeforeMs + 60 * dayMs;
      const window = { startMs: renewAtMs - dayMs, endMs: renewAtMs + dayMs };
      const askAgainMs = nowMs + dayMs;
      await writeAdvice(database, { generation: id, window, renewAtMs, explanationUrl: undefined, askAgainMs });
    }
  });
  await state.close();
}

async function measure(folder: string, count: number): Promise<ManyFigures> {
  const clock = new FakeClock(nowMs);
  const sets = nameSets(count);
  const beginMs = performance.now();
  const beginCpuMs = cpuMs();
  const { database } = await openState(folder);
  const authority = await Authority.open(database, { clock, random: systemRandom, names: [] });
  const ledger = new Ledger(database, clock, systemRandom);
  const issuers = new Issuers({
    database,
    authority: () => Promise.resolve(authority),
    ledger,
    clock,
    random: systemRandom,
    userAgent: 'everyhop/bench',
  });
  issuers.configure({
    email: undefined,
    profile: undefined,
    solvers: [],
    dns: publicDns({ clock, random: systemRandom }),
    termsAgreed: true,
    authorities: {
      [directoryUrl]: {
        directoryUrl,
        rootsPem: undefined,
        profile: undefined,
        preferredChain: undefined,
        binding: undefined,
      },
    },
    chosen: sets.map((names) => ({ names, certificate: [directoryUrl] })),
  });
  const events = new EventBus();
  const random = systemRandom;
  const certificates = new Certificates({ database, issuersFor: (names) => issuers.for(names), clock, random, events });
  const generations = await certificates.ensure(sets);
  const startMs = performance.now() - beginMs;
  const startCpuMs = cpuMs() - beginCpuMs;
  if (generations.length !== count) throw new Error(`${generations.length} of ${count}`);

  certificates.start();
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    const [wall, cpu] = [performance.now(), cpuMs()];
    clock.advance(60_000);
    walls.push(performance.now() - wall);
    cpus.push(cpuMs() - cpu);
  }
  const pages = await database.query<{ bytes: number }>(
    'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
  );
  const figures = {
    storeBytes: pages[0]!.bytes,
    startMs,
    startCpuMs,
    passMs: median(walls),
    passCpuMs: median(cpus),
    residentBytes: process.memoryUsage.rss(),
    peakBytes: peakBytes(process.pid),
  };
  await certificates.stop();
  await issuers.close();
  return figures;
}

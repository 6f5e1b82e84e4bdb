import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isError } from '../../../src/base/errors.ts';
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import type { Bundle } from '../../../src/trust/bundle/merge.ts';
import { bundleError } from '../../../src/trust/bundle/messages.ts';
import { bundlePaths } from '../../../src/trust/bundle/paths.ts';
import { publishBundle } from '../../../src/trust/bundle/publish.ts';
import { folderOf } from '../../support/oracles.ts';
import { makeRoot, nowMs } from './roots.ts';
import { arm, disarm, type Fault } from './sync-writes.ts';

const roots = Array.from({ length: 3 }, () => makeRoot());
const names = Object.values(bundlePaths('')).filter((name) => name !== '');
const program = path.join(import.meta.dirname, 'publish-once.ts');
const wrapper = path.join(import.meta.dirname, 'sync-writes.ts');

interface Place {
  folder: string;
  former: { bundle: Bundle; file: string };
  next: { bundle: Bundle; file: string };
}

async function placeOf(t: TestContext): Promise<Place> {
  const sources = await folderOf(t, {
    'former.pem': roots[0]!.pem + roots[1]!.pem,
    'next.pem': roots[1]!.pem + roots[2]!.pem,
  });
  const sourceOf = async (name: string): Promise<Place['next']> => {
    const file = path.join(sources, name);
    return { file, bundle: await makeBundle({ nowMs, publicSet: 'none', rootFiles: [file] }) };
  };
  return {
    folder: path.join(await folderOf(t), 'bundle'),
    former: await sourceOf('former.pem'),
    next: await sourceOf('next.pem'),
  };
}

const publish = (folder: string, bundle: Bundle): boolean =>
  publishBundle(folder, bundle, { toolVersion: '0' }).changed;

/** The content of every documented file of the bundle. */
function seen(folder: string): Record<string, string> {
  const found = names.flatMap((name): [string, string][] => {
    const file = path.join(folder, name);
    if (!existsSync(file)) return [];
    if (!statSync(file).isDirectory()) return [[name, readFileSync(file, 'latin1')]];
    return readdirSync(file).map((inside) => [`${name}/${inside}`, readFileSync(path.join(file, inside), 'latin1')]);
  });
  return Object.fromEntries(found);
}

/** The content of both bundles after publishing without faults. */
function wholes({ folder, former, next }: Place): Record<'former' | 'next', Record<string, string>> {
  const pictures = [former, next].map(({ bundle }) => {
    publish(folder, bundle);
    return seen(folder);
  });
  return { former: pictures[0]!, next: pictures[1]! };
}

/** Asserts that the folder holds one complete bundle, and that the next publish succeeds. */
function assertWhole({ folder, next }: Place, whole: ReturnType<typeof wholes>, what: string): void {
  const now = seen(folder);
  const isFormer = now['full.pem'] === whole.former['full.pem'];
  assert.deepEqual(now, isFormer ? whole.former : whole.next, what);
  publish(folder, next.bundle);
  assert.deepEqual(seen(folder), whole.next, what);
  assert.equal(publish(folder, next.bundle), false, `${what}: unchanged the second time`);
}

/** The writes of publishing a bundle, in order. */
function writesOf(work: () => unknown): string[] {
  arm();
  work();
  return disarm();
}

/** @returns the thrown error. */
function publishWith(fault: Fault, folder: string, bundle: Bundle): unknown {
  arm(fault);
  try {
    publish(folder, bundle);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    disarm();
  }
}

const codes = { ENOSPC: 'file.no-space', EIO: 'file.failed', EROFS: 'file.denied' } as const;
for (const kind of Object.keys(codes) as (keyof typeof codes)[]) {
  test(`${kind} at every write of the next bundle: reports it, leaves one complete bundle, and the retry succeeds`, async (t) => {
    const place = await placeOf(t);
    const { folder, former, next } = place;
    const whole = wholes(place);
    publish(folder, former.bundle);
    const writes = writesOf(() => publish(folder, next.bundle));
    assert.ok(writes.length > 30, writes.join('\n'));
    for (const [index, write] of writes.entries()) {
      publish(folder, former.bundle);
      const what = `${kind} at ${index + 1}: ${write}`;
      const error = publishWith({ at: index + 1, kind }, folder, next.bundle);
      // Without hard links, publishing writes the files instead.
      const isCopied = kind === 'EIO' && write.startsWith('linkSync');
      assert.ok(isCopied ? error === undefined : isError(error, codes[kind]), `${what}: ${String(error)}`);
      if (kind !== 'EROFS') {
        const rests = readdirSync(folder).filter((name) => /^\.\.(?:unfinished|data\.)/.test(name));
        assert.deepEqual(rests, [], what);
      }
      assertWhole(place, whole, what);
    }
  });

  test(`${kind} at every write of the first bundle: leaves nothing or a complete bundle, and the retry succeeds`, async (t) => {
    const place = await placeOf(t);
    const { bundle } = place.next;
    const writes = writesOf(() => publish(place.folder, bundle));
    const all = Object.keys(seen(place.folder));
    for (const [index, write] of writes.entries()) {
      const what = `${kind} at ${index + 1}: ${write}`;
      const folder = path.join(await folderOf(t), 'bundle');
      const error = publishWith({ at: index + 1, kind }, folder, bundle);
      assert.ok(isError(error, codes[kind]), `${what}: ${String(error)}`);
      const found = Object.keys(seen(folder));
      assert.ok(found.length === 0 || found.length === all.length, `${what}: ${found.join()}`);
      publish(folder, bundle);
      assert.deepEqual(Object.keys(seen(folder)), all, what);
      assert.equal(publish(folder, bundle), false, what);
    }
  });
}

test('never silently shrinks a bundle that another process publishes meanwhile', async (t) => {
  const { former, next } = await placeOf(t);
  const sources = await folderOf(t, { 'all.pem': roots.map(({ pem }) => pem).join('') });
  const all = await makeBundle({ nowMs, publicSet: 'none', rootFiles: [sources] });
  const begin = async (): Promise<string> => {
    const folder = await folderOf(t);
    publish(folder, former.bundle);
    return folder;
  };
  const writes = writesOf(publish.bind(undefined, await begin(), next.bundle));
  const unseen: string[] = [];
  for (const [index, write] of writes.entries()) {
    const folder = await begin();
    const run = (): void => void publish(folder, all);
    const error = publishWith({ at: index + 1, kind: 'meanwhile', run }, folder, next.bundle);
    if (error === undefined) {
      unseen.push(write.replace(/\.[0-9a-f]{12}$/, ''));
      continue;
    }
    assert.ok(bundleError.is(error, 'trust.bundle-smaller'), write);
    assert.equal(readFileSync(path.join(folder, 'full.pem'), 'utf8').match(/BEGIN/g)!.length, 3, write);
  }
  // No file system closes the gap between the last comparison and the swap.
  assert.deepEqual(unseen, ['symlinkSync ..data', 'renameSync ..data']);
});

test('killed before selected writes: leaves one complete bundle, and the retry succeeds', async (t) => {
  const place = await placeOf(t);
  const { folder, former, next } = place;
  const whole = wholes(place);
  publish(folder, former.bundle);
  const writes = writesOf(() => publish(folder, next.bundle));
  const swap = writes.findLastIndex((write) => write.startsWith('renameSync ..data')) + 1;
  for (const at of [2, writes.length >> 1, swap, swap + 1]) {
    publish(folder, former.bundle);
    const child = spawn(process.execPath, ['--import', wrapper, program, folder, next.file], {
      env: { PATH: process.env['PATH'], KILL_AT_WRITE: String(at) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    // After the swap, there may be no more writes.
    assert.ok(signal === 'SIGKILL' || at > swap, `at ${at} of ${writes.length}`);
    assertWhole(place, whole, `killed at ${at}: ${writes[at - 1]}`);
  }
});

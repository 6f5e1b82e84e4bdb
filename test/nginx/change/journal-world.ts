/** A tree of nginx files, and a change with every kind of edit. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, chown, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { Journal } from '../../../src/nginx/change/journal.ts';
import type { FileChange, TransactionPurpose } from '../../../src/nginx/change/transaction-record.ts';
import { nginxConf, nginxFolder } from '../../support/nginx.ts';

/** Can be passed on a command line as JSON. */
export interface World {
  folder: string;
  /** Folder of the journal. */
  journal: string;
  purpose: TransactionPurpose;
  changes: FileChange[];
}

const site = 'server {\r\n  listen 127.0.0.1:9; # \xe4\xbd\xa0 \xff\n  server_name chat;\n}\n';
const old = 'map $uri $old { default 1; }\n';

/**
 * The change creates a folder with two files, edits a file behind a link (mode 0640, another owner if run as root) and the
 * main configuration, and removes a file, in an order that keeps the configuration valid at every moment.
 */
export async function makeWorld(t: TestContext): Promise<World> {
  const main = nginxConf('include conf.d/*.conf;\ninclude sites-enabled/*;\nadd_header old $old;');
  const folder = await nginxFolder(t, {
    'conf/nginx.conf': main,
    'conf/conf.d/old.conf': old,
    'conf/sites-available/chat': site,
  });
  const conf = path.join(folder, 'conf');
  await mkdir(path.join(conf, 'sites-enabled'));
  await symlink('../sites-available/chat', path.join(conf, 'sites-enabled/chat'));
  const edited = path.join(conf, 'sites-available/chat');
  if (process.getuid?.() === 0) await chown(edited, 33, 34);
  await chmod(edited, 0o640);
  const managed = path.join(conf, 'everyhop/chat');
  const include = `include ${managed}/server-1.conf;`;
  return {
    folder: conf,
    journal: path.join(folder, 'state/nginx'),
    purpose: {
      kind: 'secure',
      site: 'chat',
      confFile: path.join(conf, 'nginx.conf'),
      program: '/usr/sbin/nginx',
      prefix: folder,
    },
    changes: [
      { path: `${managed}/location-1.conf`, before: undefined, after: '# \xfe\nreturn 204;\n' },
      {
        path: `${managed}/server-1.conf`,
        before: undefined,
        after: `location /x { include ${managed}/location-1.conf; }`,
      },
      {
        path: path.join(conf, 'sites-enabled/chat'),
        before: site,
        after: site.replace('{\r\n', `{\r\n  ${include}\r\n`),
      },
      { path: path.join(conf, 'nginx.conf'), before: main, after: main.replace('add_header old $old;', '') },
      { path: path.join(conf, 'conf.d/old.conf'), before: old, after: undefined },
    ],
  };
}

/** The world with the reverse change. */
export function reversed({ changes, purpose, ...rest }: World): World {
  const back = changes
    .toReversed()
    .map(({ path: name, before, after }) => ({ path: name, before: after, after: before }));
  return { ...rest, purpose: { ...purpose, kind: 'undo' }, changes: back };
}

export async function withJournal<T>(world: World, use: (journal: Journal) => Promise<T>): Promise<T> {
  const journal = await Journal.open({ folder: world.journal, clock: systemClock, random: systemRandom });
  try {
    return await use(journal);
  } finally {
    journal.close();
  }
}

/** Applies and commits the change. */
export async function change(world: World): Promise<void> {
  await withJournal(world, async (journal) => {
    const transaction = await journal.begin(world.purpose, world.changes);
    await transaction.apply();
    await transaction.commit();
  });
}

/** Rolls back after a crash. @returns false if nothing was pending. */
export async function recover(world: World): Promise<boolean> {
  return withJournal(world, async (journal) => {
    const pending = await journal.pending();
    await pending?.rollback();
    return pending !== undefined;
  });
}

/** All folders, links and files of a folder, with text, permissions and owner. */
export function treeOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(folder, name);
      const { mode, uid, gid } = lstatSync(file);
      const what = `${mode.toString(8)} ${uid}:${gid}`;
      if (lstatSync(file).isSymbolicLink()) return [name, `${what} → ${readlinkSync(file)}`];
      return [name, lstatSync(file).isFile() ? `${what} ${readFileSync(file, 'latin1')}` : what];
    }),
  );
}

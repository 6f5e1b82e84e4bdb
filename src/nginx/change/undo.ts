import { realpath, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { listOf } from '../../base/messages.ts';
import { nginxError } from '../messages.ts';
import { includedFile } from '../model/include-path.ts';
import { disk } from '../reading/files.ts';
import type { Target } from '../proof/target.ts';
import type { ConfigurationFile, LocatedDirective } from '../reading/located.ts';
import { parse } from '../reading/syntax.ts';
import { type AppliedChange, applyProven, type Change } from './apply.ts';
import { argumentsOf, own } from './context.ts';
import { answeringIndex } from './claimants.ts';
import { clearedOf } from './draft.ts';
import type { FileChange } from './journal.ts';
import { changeError } from './messages.ts';
import type { NginxSession, OpenedNginx } from './opening.ts';
import { alteredFiles, managedSite, managedSites, type ManagedSite, refuseDamaged } from './records.ts';
import { challengeRoot, managedFolder, recordFile } from './site.ts';

export interface UndoOptions {
  /** Also deletes edits to our own files (default false). */
  discards?: boolean;
  /** Removes the changes even if other answers change with them (default false). */
  forces?: boolean;
  /** Called before anything is written (default: no confirmation). */
  confirm?: (files: FileChange[]) => Promise<boolean>;
}

/**
 * Removes a site's changes from an nginx. Later edits of the user stay.
 * @throws EveryhopError `nginx.not-managed`, `nginx.unconfirmed`, `nginx.undo-conflict`, `nginx.undo-lost`, and errors of
 *   the reload; nothing is undone then.
 */
export async function undoSite(
  { opened, journal, tools }: NginxSession,
  site: string,
  options: UndoOptions = {},
): Promise<AppliedChange> {
  const { confFile } = opened.nginx;
  const existing = await managedSite(confFile, site);
  if (!existing) {
    const names = listOf((await managedSites(confFile)).map((each) => each.site));
    throw nginxError('nginx.not-managed', { name: site, names: names === '' ? '–' : names });
  }
  const change = await undoChange(opened, existing, options);
  if (options.confirm && !(await options.confirm(change.files))) throw changeError('nginx.unconfirmed', {});
  const applied = await applyProven(opened, change, journal, tools);
  await removeEmptyFolders(confFile, existing.folder);
  return applied;
}

/** Never throws: a leftover folder does no harm. */
async function removeEmptyFolders(confFile: string, folder: string): Promise<void> {
  const challenges = path.join(challengeRoot(confFile), '.well-known', 'acme-challenge');
  const folders = [folder, challenges, path.dirname(challenges), challengeRoot(confFile), managedFolder(confFile)];
  for (const each of folders) await rmdir(each).catch(() => {});
}

/**
 * The change that removes a site from the current files. Later edits stay.
 * @throws EveryhopError `nginx.undo-conflict`, `nginx.undo-lost`, `file.*`.
 */
async function undoChange(
  { nginx, configuration, serversOf }: OpenedNginx,
  existing: ManagedSite,
  { discards = false, forces = false }: UndoOptions,
): Promise<Change> {
  const { site, folder, record, files: managed } = existing;
  if (!discards) refuseDamaged(existing);
  const [altered] = alteredFiles(existing);
  if (altered !== undefined && !discards) throw changeError('nginx.undo-conflict', { file: altered, site });
  const files = [...configuration.files, ...(await unread(configuration.files, record.edited))];
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const edited = clearedOf({ files }, folder, managed);
  const named = recordFile(nginx.confFile, site);
  const ours = [...managed].toSorted(([one], [other]) => Number(one === named) - Number(other === named));
  const changes: FileChange[] = [
    ...[...edited].map(([file, after]) => ({ path: file, before: texts.get(file), after })),
    // Delete the record last: while it exists, the rest can still be undone.
    ...ours.map(([file, before]) => ({ path: file, before, after: undefined })),
  ];
  const names = new Set(record.names);
  const former = serversOf(configuration);
  const blocks = former.filter(({ located }) => includesOf(located, folder)).map(({ index }) => index);
  const isNamed = ({ name, pattern }: Target): boolean => names.has(name) || names.has(pattern);
  // Block positions stay the same. If a block loses its TLS listener, another one may become the default for unclaimed
  // names.
  const isTouched: Change['isTouched'] = (servers, target) =>
    isNamed(target) || [former, servers].some((each) => blocks.includes(answeringIndex(each, target) ?? -1));
  return {
    kind: 'undo',
    site,
    names: record.names,
    files: changes,
    mark: undefined,
    isTouched,
    insists: forces,
    // The app may have used our headers in its answers, so their bodies may change.
    expectations: (servers, targets) =>
      targets
        .filter((target) => isTouched(servers, target))
        .map((target) => ({ kind: isNamed(target) || target.secure ? 'any' : 'alike', target })),
  };
}

function includesOf(block: LocatedDirective, folder: string): boolean {
  return own(block, 'include').some((include) => includedFile(argumentsOf(include)[0] ?? '').startsWith(`${folder}/`));
}

/** Files with lines of ours that nginx no longer includes, such as those of a disabled site. */
async function unread(read: readonly ConfigurationFile[], edited: readonly string[]): Promise<ConfigurationFile[]> {
  const known = new Set(await Promise.all(read.map(({ path }) => realpath(path))));
  const texts = await Promise.all(
    edited
      .filter((file) => !known.has(file))
      .map(async (path) => ({ path, text: await disk.read(path).catch(() => undefined) })),
  );
  return texts.flatMap(({ path, text }) =>
    text === undefined ? [] : [{ path, text, tree: parse(text, path), includes: new Map() }],
  );
}

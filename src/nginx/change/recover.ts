import { rm, rmdir } from 'node:fs/promises';
import { nginxError } from '../messages.ts';
import type { NginxChoice } from '../program/inspect.ts';
import { parse } from '../reading/syntax.ts';
import { loadAgain } from './apply.ts';
import { includeArgument } from '../model/include-path.ts';
import { quoted, spliced } from './edit.ts';
import type { FileChange, Journal } from './journal.ts';
import { type NginxTools, type OpenedNginx, openNginx } from './opening.ts';
import { managedSites } from './records.ts';
import { challengeRoot, managedFolder, siteFolder } from './site.ts';
import { siteRemoval } from './site-removal.ts';
import type { TransactionRecord } from './transaction-record.ts';
import { undoSite } from './undo.ts';

/** An interrupted change that was rolled back. */
export interface RecoveredChange {
  site: string;
  kind: 'secure' | 'undo' | 'renew';
}

/**
 * Rolls back interrupted changes: restores the files, and undoes a site that so far only answers challenges. Reloads nginx
 * if it is running.
 * @param confFile the nginx configuration, absolute.
 * @throws EveryhopError `nginx.rollback-conflict`, `file.*`, and errors of the reload.
 */
export async function recoverChanges(
  choice: NginxChoice,
  confFile: string,
  journal: Journal,
  tools: NginxTools,
): Promise<RecoveredChange[]> {
  await journal.removeCheckFiles(confFile);
  const recovered: RecoveredChange[] = [];
  const pending = await journal.pending();
  if (pending) {
    const { record } = pending;
    await pending.rollback((change, today) => extract(record, change, today));
    const { kind, site, confFile: conf, program, prefix } = record.purpose;
    recovered.push({ site, kind });
    // The interrupted change may belong to another nginx than `choice`.
    const opened = await openIfRunning({ conf, program, prefix }, tools);
    if (opened) await loadAgain(opened, tools);
  }
  // Only the holder of the journal answers challenges, so existing ones are from a killed process.
  await rm(challengeRoot(confFile), { recursive: true, force: true });
  await rmdir(managedFolder(confFile)).catch(() => {}); // not empty, or missing
  const halves = (await managedSites(confFile)).filter(({ record }) => !record.isWhole);
  for (const { site } of halves) {
    await undoSite({ opened: await openNginx(choice, tools), journal, tools }, site);
    if (!recovered.some((one) => one.site === site)) recovered.push({ site, kind: 'secure' });
  }
  return recovered;
}

async function openIfRunning(choice: NginxChoice, tools: NginxTools): Promise<OpenedNginx | undefined> {
  try {
    return await openNginx(choice, tools);
  } catch (error) {
    if (nginxError.is(error, 'nginx.not-running')) return undefined;
    throw error;
  }
}

/** Removes only our lines from a file that was edited since. Undefined if it had lines of ours before the change. */
function extract(
  { purpose, files }: TransactionRecord,
  { path, before }: FileChange,
  today: string,
): string | undefined {
  const folder = siteFolder(purpose.confFile, purpose.site);
  const ours = [folder, quoted(includeArgument(folder))].map((text) => `${text.replace(/"$/, '')}/`);
  if (before === undefined || ours.some((text) => before.includes(text))) return undefined;
  const file = { path, text: today, tree: parse(today, path), includes: new Map() };
  const { splices, missing } = siteRemoval([file], folder, (name) => files.find((one) => one.path === name)?.after);
  if (splices.length === 0 || missing.length > 0) return undefined;
  return [...spliced(splices).values()][0];
}

import { rm, rmdir } from 'node:fs/promises';
import { nginxError } from '../messages.ts';
import type { NginxChoice } from '../program/inspect.ts';
import { parse } from '../reading/syntax.ts';
import { loadAgain } from './apply.ts';
import { spliced } from './edit.ts';
import type { FileChange, Journal } from './journal.ts';
import { type NginxTools, type OpenedNginx, openNginx } from './opening.ts';
import { managedSites } from './records.ts';
import { challengeRoot, managedFolder, siteFolder } from './site.ts';
import { siteRemoval } from './site-removal.ts';
import type { TransactionRecord } from './transaction-record.ts';
import { undoSite } from './undo.ts';

/** What an earlier start had left half done, and what became of it: all of it is as it was before. */
export interface RecoveredChange {
  site: string;
  kind: 'secure' | 'undo' | 'renew';
}

/**
 * Ends what was killed in the middle. A change of files is put back; a site of which only the challenges were answered yet is
 * undone. nginx, if it runs, loads the outcome.
 * @param confFile of that nginx, absolute.
 * @throws EveryhopError `nginx.rollback-conflict`, `file.*`, and what keeps nginx from loading it.
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
    await pending.rollback((change, today) => takeOut(record, change, today));
    const { kind, site, confFile: conf, program, prefix } = record.purpose;
    recovered.push({ site, kind });
    // It may be about another nginx than the one that is asked for now.
    const opened = await openIfRunning({ conf, program, prefix }, tools);
    if (opened) await loadAgain(opened, tools);
  }
  // Whoever answers challenges holds the journal: what there is of them was left by one that was killed.
  await rm(challengeRoot(confFile), { recursive: true, force: true });
  await rmdir(managedFolder(confFile)).catch(() => {}); // others have something in it, or it is not there
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

/** Of a file that somebody has written to since: our lines alone, where there were none of ours before. */
function takeOut(
  { purpose, files }: TransactionRecord,
  { path, before }: FileChange,
  today: string,
): string | undefined {
  const folder = siteFolder(purpose.confFile, purpose.site);
  if (before === undefined || before.includes(`${folder}/`)) return undefined;
  const file = { path, text: today, tree: parse(today, path), includes: new Map() };
  const { splices, missing } = siteRemoval([file], folder, (name) => files.find((one) => one.path === name)?.after);
  if (splices.length === 0 || missing.length > 0) return undefined;
  return [...spliced(splices).values()][0];
}

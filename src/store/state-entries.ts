/** The content of a state folder that must survive. The rest (trust bundles, locks, sockets) is made again. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The store itself. */
export const storeName = 'everyhop.db';

/** Published copies (`root.pem`, `live/`, `archive/`) and what undoes the changes to nginx. */
const publishedNames = ['root.pem', 'live', 'archive', 'nginx'];

/** Concerns a change of nginx that is under way on this machine. */
const momentary = /^nginx\/(?:lock|open|closing|[^/]*\.draft)$/;

/** @param name relative to the state folder, with `/`. */
export function isInBackups(name: string): boolean {
  const [first = ''] = name.split('/');
  return (name === storeName || publishedNames.includes(first)) && !momentary.test(name);
}

/** Top-level names of a backup beside the store. */
export function publishedEntries(folder: string): string[] {
  return publishedNames.filter((name) => existsSync(path.join(folder, name)));
}

/** Everything that a restored state takes the place of; with the daily copies, which belong to the former store. */
export function replacedEntries(folder: string): string[] {
  const names = [storeName, `${storeName}-wal`, `${storeName}-shm`, 'backup', ...publishedNames];
  return names.filter((name) => existsSync(path.join(folder, name)));
}

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readText } from '../base/files.ts';
import { Secret } from '../base/redact.ts';
import { isCertificateOf, parseCertificate } from '../x509/certificate.ts';
import { matchesHost } from '../x509/host-name.ts';
import { importPrivateKey } from '../x509/key.ts';
import { decodePem } from '../x509/pem.ts';
import { choose } from './decide.ts';
import type { Generation } from './generation.ts';

/** Issuer name of a certificate that was read from `archive/`, where its issuer is not recorded. */
export const archiveIssuer = 'archive';

/** The published certificates of a state folder, newest first. Skips unreadable and incomplete ones. */
export async function readArchive(stateFolder: string): Promise<Generation[]> {
  const archive = path.join(stateFolder, 'archive');
  const folders: string[] = [];
  for (const name of await entriesOf(archive)) {
    for (const id of await entriesOf(path.join(archive, name))) folders.push(path.join(archive, name, id));
  }
  const generations = await Promise.all(folders.map((folder) => readPublished(folder).catch(() => undefined)));
  return generations
    .filter((generation) => generation !== undefined)
    .sort((a, b) => b.notBeforeMs - a.notBeforeMs || b.notAfterMs - a.notAfterMs);
}

async function entriesOf(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return names.sort();
}

/** @returns undefined if the key belongs to another certificate. @throws EveryhopError for unreadable files. */
export async function readPublished(folder: string): Promise<Generation | undefined> {
  const [chainPem, keyPem] = await Promise.all(
    ['fullchain.pem', 'privkey.pem'].map((name) => readText(path.join(folder, name))),
  );
  const leaf = parseCertificate(decodePem(chainPem!)[0]!.der);
  if (!isCertificateOf(leaf, importPrivateKey(keyPem!))) return undefined;
  return {
    id: path.basename(folder),
    names: [...leaf.dnsNames, ...leaf.ipAddresses].sort(),
    issuer: archiveIssuer,
    chainPem: chainPem!,
    keyPem: new Secret(keyPem!),
    serial: leaf.serial,
    notBeforeMs: leaf.notBeforeMs,
    notAfterMs: leaf.notAfterMs,
    createdMs: leaf.notBeforeMs,
    revokedMs: undefined,
  };
}

/** The one to serve for a host; undefined if none names it. */
export function archivedFor(host: string, archive: readonly Generation[], nowMs: number): Generation | undefined {
  const covering = archive.filter(({ names }) => names.includes(host) || isCovered(host, names));
  return choose(nowMs, covering);
}

function isCovered(host: string, names: readonly string[]): boolean {
  return !host.startsWith('*.') && matchesHost({ dnsNames: names, ipAddresses: names }, host);
}

import { EveryhopError } from '../base/errors.ts';
import { readBytes, readText } from '../base/files.ts';
import type { Configuration, FileProblem, Site } from '../config/configuration.ts';
import type { NamedFile } from '../config/named-file.ts';
import { configError } from '../config/messages.ts';
import { Fault } from '../hop/finding.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { decodePem } from '../x509/pem.ts';
import { isListOf, readRevocationLists, type RevocationList } from '../x509/revocation-list.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Warns in the last quarter of a list's time, at most a week before its end. */
const warnedShare = 1 / 4;
const warnedAtMostMs = 7 * dayMs;

/** The files of a site with revocation lists. */
export function crlFilesOf({ clientCertificates }: Site): string[] {
  return (clientCertificates?.crlFiles ?? []).map(({ file }) => file);
}

/** Lists that OpenSSL refuses now, or soon: with them it refuses every client of that authority. */
export function listFindings(file: string, lists: readonly RevocationList[], nowMs: number): Fault[] {
  return lists.flatMap(({ issuer: { text: issuer }, thisUpdateMs, nextUpdateMs }) => {
    const about = (ms: number): { file: string; issuer: string; at: string } => ({
      file,
      issuer,
      at: new Date(ms).toISOString().slice(0, 16).replace('T', ' '),
    });
    if (thisUpdateMs > nowMs) return [new Fault('error', configError('config.crl-future', about(thisUpdateMs)))];
    if (nextUpdateMs === undefined) return [];
    if (nextUpdateMs <= nowMs) return [new Fault('error', configError('config.crl-expired', about(nextUpdateMs)))];
    const warnedMs = Math.min(warnedAtMostMs, (nextUpdateMs - thisUpdateMs) * warnedShare);
    if (nextUpdateMs - nowMs > warnedMs) return [];
    return [new Fault('warning', configError('config.crl-expires', about(nextUpdateMs)))];
  });
}

/** The configuration, with the problems of its revocation lists among those of its files. */
export async function withRevocationProblems<T extends Configuration>(configuration: T): Promise<T> {
  const found = configuration.sites.map(async ({ clientCertificates: clients }) => {
    if (!clients?.crlFiles) return [];
    const pem = await readText(clients.rootFile).catch(() => undefined); // already a problem of the root file
    return problemsOf(clients.rootFile, pem, clients.crlFiles);
  });
  return { ...configuration, fileProblems: [...configuration.fileProblems, ...(await Promise.all(found)).flat()] };
}

/**
 * Checks the revocation lists for client certificates. OpenSSL refuses every client of an authority without a list, so each
 * authority among the roots needs one.
 * @param rootsPem undefined: cannot be read, and is reported elsewhere.
 */
async function problemsOf(
  rootFile: string,
  rootsPem: string | undefined,
  files: readonly NamedFile[],
): Promise<FileProblem[]> {
  const authorities = authoritiesIn(rootsPem);
  const problems: FileProblem[] = [];
  const covered = new Set<Certificate>();
  for (const { file, key, place } of files) {
    const options = place ? { place } : {};
    const params = { key, file };
    const problem = (error: EveryhopError): void => void problems.push({ file, error });
    let lists: RevocationList[];
    try {
      lists = readRevocationLists(await readBytes(file));
    } catch (error) {
      if (!(error instanceof EveryhopError)) throw error;
      problem(error.code.startsWith('x509.') ? configError('config.crl-unreadable', params, options) : error.at(place));
      continue;
    }
    if (lists.length === 0) problem(configError('config.crl-unreadable', params, options));
    for (const list of lists) {
      const issuer = list.issuer.text;
      if (list.isDelta) problem(configError('config.crl-delta', { ...params, issuer }, options));
      const signers = authorities?.filter((authority) => isListOf(list, authority));
      for (const signer of signers ?? []) covered.add(signer);
      if (signers?.length === 0)
        problem(configError('config.crl-foreign', { ...params, issuer, root: rootFile }, options));
    }
  }
  const uncovered = problems.length > 0 ? undefined : authorities?.find((authority) => !covered.has(authority));
  const [first] = files;
  if (!uncovered || !first) return problems;
  const { file, key, place } = first;
  const params = { key, authority: uncovered.subject.text, root: rootFile };
  return [{ file, error: configError('config.crl-missing', params, place ? { place } : {}) }];
}

/** undefined: not readable. */
function authoritiesIn(pem: string | undefined): Certificate[] | undefined {
  try {
    const blocks = decodePem(pem ?? '').filter(({ label }) => /^(?:TRUSTED )?CERTIFICATE$/.test(label));
    return blocks.length === 0 ? undefined : blocks.map(({ der }) => parseCertificate(der));
  } catch (error) {
    if (error instanceof EveryhopError) return undefined;
    throw error;
  }
}

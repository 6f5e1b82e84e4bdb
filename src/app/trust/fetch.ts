/** Fetches the private root of another machine. */
import { readText, writeFileAtomic } from '../../base/files.ts';
import { errorsIn } from '../../hop/finding.ts';
import { type ReadRoot, subjectOf } from '../../trust/bundle.ts';
import { handoutPaths } from '../../trust/handout.ts';
import { bundleError, fetchError } from '../../trust/messages.ts';
import { type ConfirmRoot, readFingerprint, readNetwork } from '../../trust/network-roots.ts';
import { certificatesIn } from '../../trust/store.ts';
import { encodePem } from '../../x509/pem.ts';

export interface FetchRequest {
  /** Of the trust page, of its machine, or of a file with the root. */
  url: string;
  /** SHA-256 as people copy it; undefined: asks. */
  fingerprint: string | undefined;
  /** undefined: no one is at the terminal. */
  confirm: ConfirmRoot | undefined;
}

export interface FetchedRoot {
  pem: string;
  fingerprint: string;
  subject: string;
  notAfterMs: number;
}

/**
 * Only a root with this fingerprint counts, over any connection.
 * @throws EveryhopError `trust.fetch-mismatch`, `trust.fetch-unconfirmed`, `trust.fetch-no-root`, `trust.fingerprint-unreadable`,
 *   `trust.network-failed`, `trust.from-unreadable`.
 */
export async function fetchRoot({ url, fingerprint, confirm }: FetchRequest): Promise<FetchedRoot> {
  const expected = fingerprint === undefined ? undefined : readFingerprint(fingerprint);
  const pins = new Set(expected === undefined ? [] : [expected]);
  const offered: ReadRoot[] = [];
  const note: ConfirmRoot = async (root) => {
    offered.push(root);
    return expected === undefined && confirm !== undefined && confirm(root);
  };
  let failure: Error | undefined;
  for (const source of sourcesFor(url)) {
    const { roots, findings } = await readNetwork(source, pins, { confirm: note });
    const [root] = roots;
    if (root) return toFetched(root);
    failure ??= offered.length > 0 ? undefined : errorsIn(findings)[0]?.error;
    if (offered.length > 0) break;
  }
  const [other] = offered;
  if (!other && bundleError.is(failure, 'trust.network-failed') && /^https:/i.test(url)) {
    throw fetchError('trust.fetch-over-https', { url, reason: failure.params.reason }, { cause: failure });
  }
  if (!other) throw failure ?? fetchError('trust.fetch-no-root', { url });
  const { fingerprint: found, subject, notAfterMs } = toFetched(other);
  if (expected !== undefined) throw fetchError('trust.fetch-mismatch', { url, found, expected });
  const until = new Date(notAfterMs).toISOString().slice(0, 10);
  throw fetchError('trust.fetch-unconfirmed', { url, subject, until, fingerprint: found });
}

/** Writes the root to a new file. A file with the same root stays. @returns false: the file holds something else. */
export async function saveRoot(file: string, { pem, fingerprint }: FetchedRoot): Promise<boolean> {
  const present = await readText(file).catch(() => undefined);
  if (present !== undefined) return certificatesIn(present)[0]?.fingerprint === fingerprint;
  await writeFileAtomic(file, pem, { mode: 0o644 });
  return true;
}

/** The page leads to the file beside it. A server may send its root, too; ours does not, but others do. */
function sourcesFor(text: string): string[] {
  const written = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(written)) return [text];
  const url = new URL(written);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return [written];
  const isPage = url.pathname === '/' || url.pathname.replace(/\/$/, '') === handoutPaths.page;
  const file = isPage ? new URL(handoutPaths.pem, url).href : written;
  return url.protocol === 'https:' ? [file, `tls://${url.hostname}:${url.port || 443}`] : [file];
}

function toFetched({ certificate }: ReadRoot): FetchedRoot {
  const { der, fingerprint, notAfterMs } = certificate;
  return { pem: encodePem('CERTIFICATE', der), fingerprint, subject: subjectOf(certificate), notAfterMs };
}

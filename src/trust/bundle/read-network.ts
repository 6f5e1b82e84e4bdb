import { systemClock } from '../../base/clock.ts';
import { describeError, EveryhopError } from '../../base/errors.ts';
import type { Wording } from '../../base/language.ts';
import { baseError } from '../../base/messages.ts';
import { redact } from '../../base/redact.ts';
import { withoutBrackets } from '../../names/address.ts';
import { servedChain } from '../../probe/chain.ts';
import { reasonOf } from '../../probe/connect.ts';
import { decodeBody } from '../../probe/content-coding.ts';
import { probeHttp } from '../../probe/http.ts';
import { failurePhrase } from '../../probe/phrases.ts';
import { publicRoots } from '../../probe/verified.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { type ReadRoot, type ReadSource, RootFinding } from './anchor.ts';
import { subjectOf } from './judge.ts';
import { bundleError, bundleWords } from './messages.ts';
import { readRoots } from './read-roots.ts';

/** Far more than any published file of roots. */
const limitBytes = 1024 * 1024;
const usualTimeoutMs = 10_000;
/** As browsers. */
const mostRedirects = 20;

/** People do not compare more fingerprints than this. */
const limitQuestions = 5;

/** Shows a root to a person, who confirms its fingerprint or not. */
export type ConfirmRoot = (root: ReadRoot) => Promise<boolean>;

export interface NetworkOptions {
  timeoutMs?: number;
  /** Called for each root if none is pinned and there are five at most. Default: none of them counts. */
  confirm?: ConfirmRoot;
}

/**
 * Reads roots from `http://…` or `https://…` (a file), or from `tls://HOST:PORT` (the root that a server sends). A root from
 * the network counts only if its fingerprint is pinned, or confirmed by a person. Any other becomes a `refused` finding with
 * its fingerprint, for comparison.
 * @param pins SHA-256, hex.
 */
export async function readNetwork(
  from: string,
  pins: ReadonlySet<string>,
  { timeoutMs = usualTimeoutMs, confirm }: NetworkOptions = {},
): Promise<ReadSource> {
  const file = redact(from); // goes into the manifest
  const source = { kind: 'network', file } as const;
  try {
    const { roots, findings } = await readFrom(from, file, timeoutMs);
    const pinned = roots.filter(({ certificate }) => pins.has(certificate.fingerprint));
    const isAsked = pinned.length === 0 && roots.length <= limitQuestions;
    const confirmed = isAsked && confirm ? await confirmedOf(roots, confirm) : pinned;
    const isConfirmed = confirmed.length > 0;
    const others = roots.filter((root) => !confirmed.includes(root));
    const unconfirmed = others.map((root) => {
      const { fingerprint } = root.certificate;
      const about = { fingerprint, subject: subjectOf(root.certificate) };
      return new RootFinding(isConfirmed ? 'dropped' : 'refused', unconfirmedError(file, root), root.source, about);
    });
    return { roots: confirmed, findings: [...findings, ...unconfirmed] };
  } catch (error) {
    const ours =
      error instanceof EveryhopError
        ? error
        : failedError(from, failurePhrase({ reason: reasonOf(error), detail: describeError(error) }), error);
    return { roots: [], findings: [new RootFinding('refused', ours, source)] };
  }
}

async function confirmedOf(roots: readonly ReadRoot[], confirm: ConfirmRoot): Promise<ReadRoot[]> {
  const confirmed: ReadRoot[] = [];
  for (const root of roots) if (await confirm(root)) confirmed.push(root);
  return confirmed;
}

function failedError(from: string, reason: Wording, cause?: unknown): EveryhopError {
  return bundleError('trust.network-failed', { from, reason }, { cause });
}

function unconfirmedError(from: string, { certificate, source }: ReadRoot): EveryhopError {
  const { fingerprint, notAfterMs } = certificate;
  const until = new Date(notAfterMs).toISOString().slice(0, 10);
  const params = { subject: subjectOf(certificate), block: source.block ?? 1, from, until, fingerprint };
  return bundleError('trust.root-unconfirmed', params, { place: { file: from } });
}

async function readFrom(from: string, file: string, timeoutMs: number): Promise<ReadSource> {
  const url = URL.canParse(from) ? new URL(from) : undefined;
  if (url?.protocol === 'tls:' && url.hostname !== '' && url.port !== '') {
    const roots = await rootSentBy(withoutBrackets(url.hostname), Number(url.port), file, timeoutMs);
    return { roots, findings: [] };
  }
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    return readRoots(await download(from, url, timeoutMs), { kind: 'network', file });
  }
  throw bundleError('trust.from-unreadable', { from });
}

/** Verifies https. With either scheme, the pin decides. */
async function download(from: string, url: URL, timeoutMs: number): Promise<Buffer> {
  const facts = await probeHttp({
    url: url.href,
    clock: systemClock,
    deadlineMs: timeoutMs,
    limitBytes,
    roots: publicRoots(),
    redirects: { limit: mostRedirects },
  });
  const { status, failure } = facts;
  if (failure) throw failedError(from, failurePhrase(failure));
  if (status === undefined || status < 200 || status > 299) {
    throw failedError(from, bundleWords('trust.network.status', { status: status ?? '–' }));
  }
  const { body, isCut, isDamaged } = await decodeBody(facts, limitBytes);
  if (isCut) throw baseError('file.too-large', { file: url.href, bytes: limitBytes + 1, limit: limitBytes });
  if (isDamaged) {
    const encoding = facts.headers['content-encoding'] ?? '–';
    throw failedError(from, bundleWords('trust.network.encoding', { encoding }));
  }
  return body;
}

/** The last certificate of a server's chain, if it is self-issued. */
async function rootSentBy(host: string, port: number, file: string, timeoutMs: number): Promise<ReadRoot[]> {
  const chain = await servedChain(host, port, timeoutMs);
  const last = parseCertificate(chain.at(-1)!);
  if (!last.isSelfIssued) {
    throw bundleError('trust.server-sends-no-root', { from: file, issuer: last.issuer.text });
  }
  return [{ certificate: last, source: { kind: 'network', file, block: chain.length } }];
}

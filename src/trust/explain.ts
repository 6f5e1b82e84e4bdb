import { createHash, X509Certificate } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { withoutBrackets } from '../names/address.ts';
import { servedChain } from '../probe/chain.ts';
import { probeTls, type TlsFacts, type VerificationProblem } from '../probe/tls.ts';

/** One certificate of the chain that the server sent. */
export interface ServedCertificate {
  subject: string;
  issuer: string;
  notAfterMs: number;
  /** SHA-256, lower-case hex. */
  fingerprint: string;
}

/** A set of roots that some programs use. */
export interface RootSet {
  id: 'system' | 'mozilla' | 'bundle';
  pems: string[];
}

export interface Explanation {
  url: string;
  facts: TlsFacts;
  /** Leaf first, up to the last certificate that issued the one before it. */
  chain: ServedCertificate[];
  sets: {
    id: RootSet['id'];
    verified: boolean;
    problem: VerificationProblem | undefined;
    /** The root that accepts it. */
    anchor: ServedCertificate | undefined;
  }[];
}

/** Gets the chain that a server sends and verifies it against each set of roots. */
export async function explain(url: URL, sets: readonly RootSet[], clock: Clock): Promise<Explanation> {
  const host = withoutBrackets(url.hostname);
  const port = url.port === '' ? 443 : Number(url.port);
  const target = { host, port, clock };
  const facts = await probeTls({ ...target, roots: sets.find(({ id }) => id === 'bundle')!.pems });
  if (!facts.reached) return { url: url.href, facts, chain: [], sets: [] };
  const chain = (await servedChain(host, port)).map((der) => new X509Certificate(der));
  const judged = await Promise.all(
    sets.map(async ({ id, pems }) => {
      const seen = await probeTls({ ...target, roots: pems });
      const verified = seen.reached && seen.verified;
      const problem = seen.reached ? seen.problem : undefined;
      return { id, verified, problem, anchor: verified ? anchorOf(chain, pems) : undefined };
    }),
  );
  return { url: url.href, facts, chain: chain.map(describe), sets: judged };
}

function anchorOf(chain: readonly X509Certificate[], pems: readonly string[]): ServedCertificate | undefined {
  const roots = pems.flatMap((pem) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []);
  const candidates = roots.map((pem) => new X509Certificate(pem));
  for (const certificate of chain.toReversed()) {
    const found = candidates.find(
      (root) =>
        root.fingerprint256 === certificate.fingerprint256 ||
        (certificate.checkIssued(root) && certificate.verify(root.publicKey)),
    );
    if (found) return describe(found);
  }
  return undefined;
}

function describe(certificate: X509Certificate): ServedCertificate {
  return {
    // Node gives undefined for an empty subject, as in certificates with alternative names only.
    subject: (certificate.subject as string | undefined)?.replaceAll('\n', ', ') ?? certificate.subjectAltName ?? '',
    issuer: certificate.issuer.replaceAll('\n', ', '),
    notAfterMs: certificate.validToDate.getTime(),
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  };
}

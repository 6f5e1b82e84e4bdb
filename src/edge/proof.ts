import { X509Certificate } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Phrase } from '../base/language.ts';
import { Pool } from '../base/pool.ts';
import { Fault, type Finding } from '../hop/finding.ts';
import type { Hop } from '../hop/hop.ts';
import { isAddress, withBrackets } from '../names/address.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { probeHttp, type HttpFacts } from '../probe/http.ts';
import { failurePhrase, unverifiedPhrase } from '../probe/phrases.ts';
import { presentedCertificate } from '../probe/presented-certificate.ts';
import { proxyLine } from '../probe/proxy-protocol.ts';
import { edgeError, edgeWords } from './messages.ts';
import { type EdgeSite, type EdgeSnapshot, type Listener, proofPath } from './snapshot.ts';
import { isTrustedProxy } from './visitor.ts';

/** The result of connecting to one listener with one name. */
export interface Proof {
  host: string;
  /** As a visitor would enter it. */
  url: string;
  /** The address of the listener. */
  address: string;
  protocol?: string;
  group?: string;
  serial?: string;
  handshakeMs?: number;
  /** Empty: proven. */
  findings: Finding[];
}

export interface ProofOptions {
  clock: Clock;
  /** The private root, which visitors trust, as PEM. */
  roots: string[];
  /** The IP addresses of this machine. */
  ownAddresses: readonly string[];
}

/** An address of another machine may swallow connections. */
const elsewhereTimeoutMs = 3000;

const concurrency = 16;

/**
 * Connects to every listener with every name, verifying like any client, and checks that the chain verifies, that the
 * serial is the new one and that the response comes from this configuration. Results are in the order of the sites.
 */
export async function prove(snapshot: EdgeSnapshot, options: ProofOptions): Promise<Proof[]> {
  const serials = new Map(
    snapshot.credentials.map(({ id, chainPem }) => [id, new X509Certificate(chainPem).serialNumber.toLowerCase()]),
  );
  const visits = snapshot.sites.flatMap((site) =>
    site.hosts.flatMap((host, index) =>
      targetsOf(host, snapshot.listeners).map((address): Visit => ({
        site,
        host,
        address,
        serial: serials.get(site.credentialIds[index]!)!,
      })),
    ),
  );
  return new Pool(concurrency).map(visits, (visit) => proveOne(snapshot, visit, options));
}

interface Visit {
  site: EdgeSite;
  host: string;
  address: string;
  /** The expected serial of the certificate. */
  serial: string;
}

/** The addresses at which a client on this machine reaches the listeners for a name. */
function targetsOf(host: string, listeners: readonly Listener[]): string[] {
  const secure = listeners.filter((listener) => listener.secure);
  if (!isAddress(host)) return secure.map((listener) => reachable(listener.address));
  const family = host.includes(':') ? '::' : '0.0.0.0';
  return secure.some((listener) => listener.address === host || listener.address === family) ? [host] : [];
}

function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

async function proveOne(snapshot: EdgeSnapshot, visit: Visit, options: ProofOptions): Promise<Proof> {
  const { host, address } = visit;
  const name = host.startsWith('*.') ? `everyhop-proof${host.slice(1)}` : host;
  const port = snapshot.httpsPort === 443 ? '' : `:${snapshot.httpsPort}`;
  const authority = `${withBrackets(name)}${port}`;
  const isElsewhere = isAddress(host) && !isLoopbackName(host) && !options.ownAddresses.includes(host);
  const facts = await probeHttp({
    ...(isElsewhere && { timeoutMs: elsewhereTimeoutMs }),
    url: `https://${authority}${proofPath}${snapshot.proofToken}`,
    address,
    clock: options.clock,
    roots: options.roots,
    // The private authority's chain need not include its root.
    partialChain: true,
    ...(snapshot.proxyProtocol && isTrustedProxy(snapshot, address) && { preface: proxyLine(undefined, 0) }),
  });
  const url = `https://${authority.replace('everyhop-proof.', '*.')}/`;
  const proof: Proof = { host, url, address, findings: [] };
  const { tls } = facts;
  if (tls?.reached) {
    proof.protocol = tls.protocol;
    proof.group = tls.group;
    proof.serial = tls.serial;
    proof.handshakeMs = tls.handshakeMs;
  }
  const difference = differenceOf(facts, snapshot, visit);
  if (difference === undefined) return proof;
  const hop: Hop = {
    from: { role: 'visitor' },
    to: { host: name, port: snapshot.httpsPort, url, address },
    ...presentedCertificate(tls),
    trust: { roots: 'private' },
  };
  if (isElsewhere) {
    const params = { host, url, difference, ...suggestions(options.ownAddresses) };
    proof.findings.push(new Fault('warning', edgeError('edge.address-elsewhere', params), { hop }));
  } else if (tls?.reached && !tls.verified && tls.serial === visit.serial) {
    const error = edgeError('edge.certificate-rejected', { url, address, reason: difference });
    proof.findings.push(new Fault('error', error, { hop }));
  } else {
    proof.findings.push(new Fault('error', edgeError('edge.not-proven', { url, address, difference }), { hop }));
  }
  return proof;
}

/** The addresses at which other machines may reach this one. */
function suggestions(ownAddresses: readonly string[]): { addresses: string; suggestion: string } {
  const reachable = ownAddresses.filter((address) => !isLoopbackName(address) && !address.startsWith('fe80:'));
  const [suggestion = '127.0.0.1'] = reachable;
  return { suggestion, addresses: reachable.join(', ') || suggestion };
}

function differenceOf(facts: HttpFacts, snapshot: EdgeSnapshot, visit: Visit): Phrase | undefined {
  const { tls } = facts;
  if (!tls) return edgeWords('edge.proof.plain', {});
  if (!tls.reached) return failurePhrase(tls);
  if (!tls.verified) return unverifiedPhrase(tls.problem, tls.problemCode);
  if (tls.serial !== visit.serial) return edgeWords('edge.proof.serial', { seen: tls.serial, meant: visit.serial });
  // A site that requires a client certificate does not answer without one, so only its own certificate can be proven.
  if (visit.site.clientCertificates && !visit.site.clientCertificates.optional) return undefined;
  if (facts.status !== 200) {
    return facts.failure
      ? failurePhrase(facts.failure)
      : edgeWords('edge.proof.status', { status: facts.status ?? '–' });
  }
  const revision = revisionIn(facts.body.toString());
  if (revision === snapshot.revision) return undefined;
  return edgeWords('edge.proof.revision', { seen: revision ?? '–', meant: snapshot.revision });
}

function revisionIn(body: string): number | undefined {
  try {
    return (JSON.parse(body) as { revision?: number }).revision;
  } catch {
    return undefined;
  }
}

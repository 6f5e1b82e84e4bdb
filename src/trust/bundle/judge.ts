import { EveryhopError } from '../../base/errors.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { DerReader } from '../../x509/der-reader.ts';
import { Tag } from '../../x509/der-values.ts';
import { readPublicKeyInfo } from '../../x509/key.ts';
import { Oid } from '../../x509/oids.ts';
import { placed, type ReadRoot } from './anchor.ts';
import { bundleError } from './messages.ts';

const daysOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The first reason why programs refuse this root, or should not trust it; undefined: it is a good root. */
export function whyNot({ certificate, source }: ReadRoot, nowMs: number): EveryhopError | undefined {
  const { keyUsage, extendedKeyUsage, notBeforeMs, notAfterMs, serial } = certificate;
  const about = { subject: subjectOf(certificate), block: source.block ?? 1 };
  const options = placed(source);
  if (!certificate.isCa) {
    return bundleError('trust.root-not-ca', { ...about, fingerprint: certificate.fingerprint }, options);
  }
  if (keyUsage && !keyUsage.includes('keyCertSign')) {
    return bundleError('trust.root-cannot-sign', { ...about, usage: keyUsage.join(', ') }, options);
  }
  if (extendedKeyUsage && !extendedKeyUsage.some((usage) => usage === 'serverAuth' || usage === anyUsage)) {
    return bundleError('trust.root-not-for-servers', { ...about, usage: extendedKeyUsage.join(', ') }, options);
  }
  const [unknown] = certificate.extensions.filter(
    ({ oid, isCritical }) => isCritical && !understoodIfCritical.has(oid),
  );
  if (unknown) {
    return bundleError('trust.root-critical', { ...about, extension: nameOfExtension(unknown.oid) }, options);
  }
  if (serial.startsWith('-')) return bundleError('trust.root-serial', { ...about, serial }, options);
  if (notAfterMs < notBeforeMs) {
    const dates = { from: daysOf(notBeforeMs), until: daysOf(notAfterMs) };
    return bundleError('trust.root-dates', { ...about, ...dates }, options);
  }
  return whyNotNow({ certificate, source }, nowMs);
}

const anyUsage = 'anyExtendedKeyUsage';

/** Extensions that OpenSSL and Go both process. Any other critical one makes them refuse everything below (RFC 5280 §4.2). */
const understoodIfCritical: ReadonlySet<string> = new Set([
  Oid.keyUsage,
  Oid.subjectAltName,
  Oid.basicConstraints,
  Oid.nameConstraints,
  Oid.extKeyUsage,
  '2.5.29.31', // cRLDistributionPoints
  '2.5.29.32', // certificatePolicies
  '2.5.29.33', // policyMappings
  '2.5.29.36', // policyConstraints
  '2.5.29.54', // inhibitAnyPolicy
]);

function nameOfExtension(oid: string): string {
  const known = Object.entries(Oid).find(([, value]) => value === oid);
  return known ? known[0] : oid;
}

/** For a pinned certificate: only its dates and its key matter. */
export function whyNotNow({ certificate, source }: ReadRoot, nowMs: number): EveryhopError | undefined {
  const { notBeforeMs, notAfterMs } = certificate;
  const about = { subject: subjectOf(certificate), block: source.block ?? 1 };
  const options = placed(source);
  if (nowMs > notAfterMs) {
    return bundleError('trust.root-expired', { ...about, until: daysOf(notAfterMs) }, options);
  }
  if (nowMs < notBeforeMs) {
    return bundleError('trust.root-not-yet-valid', { ...about, from: daysOf(notBeforeMs) }, options);
  }
  const key = weakKey(certificate);
  return key === undefined ? undefined : bundleError('trust.root-weak-key', { ...about, key }, options);
}

function weakKey({ key, publicKeyInfo }: Certificate): string | undefined {
  switch (key.kind) {
    case 'RSA':
    case 'RSA-PSS':
      return (key.bits ?? 0) < 2048 ? `${key.kind} ${key.bits}` : undefined;
    case 'EC': {
      const bits = key.bits ?? pointBits(publicKeyInfo);
      return bits < 224 ? `EC ${bits}` : undefined;
    }
    default:
      return key.kind === dsa ? 'DSA' : undefined;
  }
}

/** The size in bits of an unknown curve, from the length of a point on it (SEC 1 §2.3.3). */
function pointBits(publicKeyInfo: Buffer): number {
  const { bits: point } = readPublicKeyInfo(DerReader.single(publicKeyInfo, Tag.sequence));
  const isCompressed = point[0] !== 4;
  return (point.length - 1) * (isCompressed ? 8 : 4);
}

const dsa = '1.2.840.10040.4.1';

/** Flaws that some programs refuse. Only for private roots, whose owner can create a better one. */
export function remarks({ certificate, source }: ReadRoot): EveryhopError[] {
  const about = { subject: subjectOf(certificate), block: source.block ?? 1 };
  const options = placed(source);
  const found: EveryhopError[] = [];
  const missing = refusedByStrict(certificate);
  if (missing.length > 0) {
    found.push(bundleError('trust.root-lax', { ...about, missing: missing.join(', ') }, options));
  }
  const fields = malformedFields(certificate);
  if (fields.length > 0) {
    found.push(bundleError('trust.root-malformed', { ...about, fields: fields.join(', ') }, options));
  }
  const algorithm = certificate.signatureAlgorithm;
  if (/md5|sha1/i.test(algorithm)) {
    found.push(bundleError('trust.root-weak-signature', { ...about, algorithm }, options));
  }
  return found;
}

/**
 * Fields for which OpenSSL's `VERIFY_X509_STRICT`, and with it Python 3.13, refuses a root (RFC 5280 §4.1.2.4, §4.2.1). The
 * rules for an authority key identifier concern only certificates that the root issues; OpenSSL never accepts a critical one.
 */
function refusedByStrict({ extensions, keyUsage, subjectKeyId, subject, ...names }: Certificate): string[] {
  const constraints = extensions.find(({ oid }) => oid === Oid.basicConstraints);
  const hasNames = names.dnsNames.length > 0 || names.ipAddresses.length > 0 || names.hasOtherNames;
  const hasEmptyNames = !hasNames && extensions.some(({ oid }) => oid === Oid.subjectAltName);
  return [
    ...(constraints?.isCritical === true ? [] : ['basicConstraints (critical)']),
    ...(keyUsage ? [] : ['keyUsage']),
    ...(subjectKeyId === undefined ? ['subjectKeyIdentifier'] : []),
    ...(subject.text === '' ? ['subject'] : []),
    ...(hasEmptyNames ? ['subjectAltName (with names)'] : []),
  ];
}

/** Fields that break RFC 5280 (§4.1.2.2, §4.2.1.10), though no known program refuses them. */
function malformedFields({ extensions, serialOctets }: Certificate): string[] {
  const isSerialLong = serialOctets.length > 20;
  const isSerialZero = serialOctets.every((octet) => octet === 0);
  const constraints = extensions.find(({ oid }) => oid === Oid.nameConstraints);
  return [
    ...(isSerialLong || isSerialZero ? ['serialNumber'] : []),
    ...(constraints?.isCritical === false ? ['nameConstraints'] : []),
  ];
}

/** The name that people use for it. */
export function subjectOf(certificate: Certificate): string {
  return certificate.subject.text || `SHA-256 ${certificate.fingerprint.slice(0, 16)}…`;
}

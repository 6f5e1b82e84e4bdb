import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { EveryhopError, isError, systemCode } from '../../base/errors.ts';
import { readBytes } from '../../base/files.ts';
import { shellWord } from '../../base/invocation.ts';
import type { Phrase } from '../../base/language.ts';
import type { CertificateFiles } from '../../config/configuration.ts';
import { isIssuedBy, isSelfSigned, nameOf } from '../system-roots.ts';
import { type FileContent, recognise } from './content.ts';
import { certificateFilesError as filesError, certificateFilesWords as words } from './messages.ts';

/** A certificate that belongs to its key, with its issuers as far as the file holds them. */
export interface CertificatePair {
  /** Leaf first, also if the file has another order. */
  chain: [X509Certificate, ...X509Certificate[]];
  key: KeyObject;
}

type Role = 'chain' | 'key';

/**
 * Reads a certificate and its key, and sorts the chain.
 * @throws EveryhopError `certificates.files-*` or `file.*` if the pair cannot be served; the errors have no place.
 */
export async function readPair(files: CertificateFiles): Promise<CertificatePair> {
  const [chain, key] = await Promise.all([readContent(files, 'chain'), readContent(files, 'key')]);
  if (holdsKeyAlone(chain) && key.kind === 'pem' && key.certificates.length > 0 && !holdsKey(key)) {
    throw filesError('certificates.files-swapped', both(files));
  }
  const privateKey = keyIn(key, files);
  const sorted = sort(certificatesIn(chain, files), privateKey, files);
  checkAccepted(sorted, privateKey, files);
  return { chain: sorted, key: privateKey };
}

async function readContent(files: CertificateFiles, role: Role): Promise<FileContent> {
  const file = role === 'chain' ? files.chainFile : files.keyFile;
  try {
    return recognise(await readBytes(file));
  } catch (error) {
    const options = { cause: error };
    if (isError(error, 'file.missing')) {
      const params = { ...one(files, role), folder: shellWord(path.dirname(file)) };
      throw filesError('certificates.files-missing', params, options);
    }
    if (isError(error, 'file.denied')) {
      throw filesError('certificates.files-denied', { ...one(files, role), user: os.userInfo().username }, options);
    }
    throw error;
  }
}

function certificatesIn(content: FileContent, files: CertificateFiles): X509Certificate[] {
  if (content.kind === 'pem' && content.certificates.length > 0) return content.certificates;
  throw wrongContent(content, files, 'chain');
}

function keyIn(content: FileContent, files: CertificateFiles): KeyObject {
  if (content.kind !== 'pem' || !holdsKey(content)) throw wrongContent(content, files, 'key');
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(content.text)) {
    throw filesError('certificates.files-key-encrypted', {
      ...both(files),
      newKey: beside(files.keyFile, '.plain.pem'),
    });
  }
  try {
    return createPrivateKey(content.text);
  } catch {
    // Omit the cause: it may quote the key.
    const found = words('certificates.files.unreadable-key', {});
    throw filesError('certificates.files-other-content', { ...one(files, 'key'), found });
  }
}

function holdsKey(content: FileContent): boolean {
  return (
    content.kind === 'pem' &&
    content.labels.some((label) => /^(?:[A-Z0-9]+ )?PRIVATE KEY$/.test(label) && label !== 'OPENSSH PRIVATE KEY')
  );
}

function holdsKeyAlone(content: FileContent): boolean {
  return holdsKey(content) && content.kind === 'pem' && content.certificates.length === 0;
}

/** Why a file does not hold what its role asks for. */
function wrongContent(content: FileContent, files: CertificateFiles, role: Role): EveryhopError {
  const params = one(files, role);
  const file = role === 'chain' ? files.chainFile : files.keyFile;
  const converted = { newChain: beside(file, '.chain.pem'), newKey: beside(file, '.key.pem') };
  const made = role === 'chain' ? converted.newChain : converted.newKey;
  const notPem = (format: string, command: string): EveryhopError =>
    filesError('certificates.files-not-pem', { ...params, format, command });
  switch (content.kind) {
    case 'empty':
      return filesError('certificates.files-empty', params);
    case 'damaged':
      return filesError('certificates.files-damaged', { ...params, line: content.line });
    case 'pkcs12':
      return filesError('certificates.files-pkcs12', { ...both(files), ...converted, file: params.file });
    case 'keystore':
      return filesError('certificates.files-keystore', {
        ...params,
        ...converted,
        archive: beside(file, '.keystore.p12'),
      });
    case 'pkcs7':
      return notPem('PKCS#7', `openssl pkcs7 -print_certs -in ${params.file} -out ${made}`);
    case 'utf-16':
      return notPem('UTF-16', `iconv -f UTF-16 -t UTF-8 ${params.file} > ${made}`);
    case 'der-certificate':
      if (role === 'key') break;
      return notPem('DER', `openssl x509 -inform DER -in ${params.file} -out ${made}`);
    case 'der-key':
      if (role === 'chain') break;
      return notPem('DER', `openssl pkey -inform DER -in ${params.file} -out ${made}`);
    default:
  }
  return filesError('certificates.files-other-content', { ...params, found: foundIn(content) });
}

function foundIn(content: FileContent): Phrase {
  if (content.kind === 'html') return words('certificates.files.html', {});
  if (content.kind === 'der-certificate') return words('certificates.files.a-certificate', {});
  if (content.kind === 'der-key' || holdsKey(content)) return words('certificates.files.a-key', {});
  const has = (label: RegExp): boolean => content.kind === 'pem' && content.labels.some((one) => label.test(one));
  if (has(/CERTIFICATE REQUEST$/)) return words('certificates.files.a-request', {});
  if (has(/^OPENSSH/)) return words('certificates.files.an-openssh-key', {});
  if (has(/PUBLIC KEY$/)) return words('certificates.files.a-public-key', {});
  if (has(/CERTIFICATE$/)) return words('certificates.files.a-certificate', {});
  return words('certificates.files.something-else', {});
}

/** The certificate of the key, then its issuers. Other certificates in the file are left out. */
function sort(
  certificates: X509Certificate[],
  key: KeyObject,
  files: CertificateFiles,
): [X509Certificate, ...X509Certificate[]] {
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (!leaf) {
    const first = certificates.find(({ ca }) => !ca);
    const params = { ...both(files), subject: nameOf((first ?? certificates[0]!).subject) };
    if (first) throw filesError('certificates.files-mismatch', params);
    const newChain = beside(files.chainFile, '.full.pem');
    throw filesError('certificates.files-only-authorities', { ...params, newChain });
  }
  const chain: [X509Certificate, ...X509Certificate[]] = [leaf];
  const others = new Set(certificates.filter((certificate) => certificate !== leaf));
  for (let last = leaf; !isSelfSigned(last);) {
    const issuer = [...others].find((other) => isIssuedBy(last, other));
    if (!issuer) break;
    chain.push(issuer);
    others.delete(issuer);
    last = issuer;
  }
  return chain;
}

/** OpenSSL's reasons for refusing a pair that belongs together. */
const refusals: Record<string, Phrase> = {
  ERR_SSL_EE_KEY_TOO_SMALL: words('certificates.files.key-short', {}),
  ERR_SSL_CA_KEY_TOO_SMALL: words('certificates.files.issuer-key-short', {}),
  ERR_SSL_CA_MD_TOO_WEAK: words('certificates.files.digest-weak', {}),
};

/** A worker meets the same refusal only when a client connects. */
function checkAccepted(chain: readonly X509Certificate[], key: KeyObject, files: CertificateFiles): void {
  try {
    const keyPem = key.export({ type: 'pkcs8', format: 'pem' });
    tls.createSecureContext({ cert: chain.map(String).join(''), key: keyPem });
  } catch (error) {
    const code = systemCode(error) ?? '';
    throw filesError('certificates.files-refused', { ...both(files), reason: refusals[code] ?? code });
  }
}

/** Both files, for messages and commands. */
export function both({ chainFile, keyFile }: CertificateFiles): { chain: string; key: string } {
  return { chain: shellWord(chainFile), key: shellWord(keyFile) };
}

function one(files: CertificateFiles, role: Role): { file: string; other: string; what: Phrase } {
  const { chain, key } = both(files);
  const what = words(`certificates.files.${role}`, {});
  return role === 'chain' ? { file: chain, other: key, what } : { file: key, other: chain, what };
}

/** A new file in the same folder, for a command. */
export function beside(file: string, ending: string): string {
  const { dir, name } = path.parse(file);
  return shellWord(path.join(dir, `${name}${ending}`));
}

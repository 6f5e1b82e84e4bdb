import { keyFingerprint } from '../../x509/key.ts';
import { encodePem } from '../../x509/pem.ts';
import type { Anchor, RootFinding } from './anchor.ts';
import { encodeJks, encodePkcs12 } from './java-stores.ts';
import { subjectOf } from './judge.ts';
import type { Bundle } from './merge.ts';
import { wgetSettings } from '../wgetrc.ts';
import { bundlePaths, bundleVariables, storePassword } from './paths.ts';
import { pythonStart } from './python-start.ts';
import { subjectHash } from './subject-hash.ts';

/**
 * Every published file, by its path inside the folder. The same bundle, folder and version give the same bytes.
 * @param folder path at which programs see it; the env file contains it.
 */
export function bundleFiles(bundle: Bundle, folder: string, toolVersion: string): Map<string, Buffer> {
  const { anchors } = bundle;
  const names = bundlePaths('');
  const pems = new Map(
    anchors.map((anchor) => [anchor, Buffer.from(encodePem('CERTIFICATE', anchor.certificate.der))]),
  );
  const privateOnes = anchors.filter(({ isPrivate }) => isPrivate);
  const certificates = anchors.map(({ certificate }) => certificate);
  const files = new Map<string, Buffer>([
    [names.full, Buffer.concat([...pems.values()])],
    [names.private, Buffer.concat(privateOnes.map((anchor) => pems.get(anchor)!))],
    [names.pkcs12, encodePkcs12(certificates, storePassword)],
    [names.jks, encodeJks(certificates, storePassword)],
    [names.wgetrc, Buffer.from(wgetSettings(bundlePaths(folder)))],
    [`${names.php}/everyhop.ini`, Buffer.from(`curl.cainfo = "${bundlePaths(folder).full}"\n`)],
    [`${names.python}/sitecustomize.py`, Buffer.from(pythonStart)],
    // A file where Python would put a folder of compiled code.
    [`${names.python}/__pycache__`, Buffer.alloc(0)],
    [names.env, envFile(bundleVariables(folder, privateOnes.length > 0))],
    [names.manifest, manifest(bundle, toolVersion)],
  ]);
  const taken = new Map<string, number>();
  for (const [anchor, pem] of pems) {
    const hash = subjectHash(anchor.certificate.subject);
    const number = taken.get(hash) ?? 0; // names can be equal, or share a hash
    taken.set(hash, number + 1);
    files.set(`${names.directory}/${hash}.${number}`, pem);
  }
  return files;
}

function envFile(variables: Record<string, string>): Buffer {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return Buffer.from(lines.join(''));
}

/** Contains no time and no machine name, so the same roots give the same manifest. */
function manifest(bundle: Bundle, toolVersion: string): Buffer {
  const day = (ms: number): string => new Date(ms).toISOString();
  const roots = bundle.anchors.map(({ certificate, isPrivate, sources }: Anchor) => ({
    fingerprint: certificate.fingerprint,
    keyFingerprint: keyFingerprint(certificate.publicKeyInfo),
    subject: subjectOf(certificate),
    notBefore: day(certificate.notBeforeMs),
    notAfter: day(certificate.notAfterMs),
    private: isPrivate,
    sources,
  }));
  const content = {
    format: 1,
    tool: `everyhop ${toolVersion}`,
    roots,
    dropped: bundle.dropped.map(findingJson),
    warnings: bundle.warnings.map(findingJson),
  };
  return Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
}

function findingJson({ error, source, fingerprint, subject }: RootFinding): object {
  return { code: error.code, reason: error.message, fingerprint, subject, source };
}

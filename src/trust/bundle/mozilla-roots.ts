import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Execute } from '../../base/process.ts';
import { type ReadSource, RootFinding } from './anchor.ts';
import { bundleError } from './messages.ts';
import { readPath } from './read-file.ts';
import { readRoots } from './read-roots.ts';

const pythonLimitMs = 5_000;

/**
 * The file of certifi, Mozilla's roots as a Python package, of the Python of the virtual environment that is active, or of
 * the first on the path that has it. Python is asked in isolation: neither the folder that this runs in nor PYTHONPATH may
 * bring a `certifi` of their own. Debian's leads to the system's roots, which are no set of Mozilla's, and does not count.
 * @returns undefined where there is none, or no answer within 5 s.
 */
export async function findCertifi(execute: Execute, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const active = env['VIRTUAL_ENV'];
  const programs = [...(active ? [path.join(active, 'bin', 'python')] : []), 'python3', 'python'];
  for (const program of programs) {
    const file = await certifiOf(program, execute, env);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function certifiOf(program: string, execute: Execute, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const args = ['-I', '-c', 'import certifi; print(certifi.where())'];
  try {
    const { code, stdout } = await execute(program, args, { env, timeoutMs: pythonLimitMs });
    const file = stdout.trim();
    return code === 0 && path.isAbsolute(file) && path.basename(file) === 'cacert.pem' ? file : undefined;
  } catch {
    return undefined; // there is no such Python, or it hangs
  }
}

/**
 * Mozilla's set: the newer of the one in this Node and the one in certifi. Neither says of when it is, so the roots decide. What
 * Mozilla adds is young and what it takes away is old: of the roots that only one of them has, the newer set has the youngest.
 * Where one set only lacks roots that the other has, it counts: trusting too few is the smaller harm.
 * @param certifiFile counts only as it was installed: many programs append roots of their own to it.
 */
export async function readMozillaRoots(certifiFile?: string): Promise<ReadSource> {
  const ofNode = await readOfNode();
  if (certifiFile === undefined) return ofNode;
  const ofCertifi = readPath(certifiFile, 'mozilla');
  const isWhole = ofCertifi.findings.length === 0 && isAsInstalled(certifiFile);
  if (!isWhole) return { roots: ofNode.roots, findings: [...ofNode.findings, changed(certifiFile)] };
  return isNewer(ofCertifi, ofNode) ? ofCertifi : ofNode;
}

async function readOfNode(): Promise<ReadSource> {
  const { default: tls } = await import('node:tls');
  const pems = tls.getCACertificates('bundled').join('\n');
  const { roots, findings } = readRoots(Buffer.from(pems, 'latin1'), { kind: 'mozilla' });
  const file = `Node ${process.versions.node}`;
  return {
    roots: roots.map(({ certificate, source }, index) => ({
      certificate,
      source: { kind: source.kind, file, block: index + 1 },
    })),
    findings,
  };
}

/** By the record that Python's installers keep of every file (PEP 376, PEP 427). */
function isAsInstalled(file: string): boolean {
  const packages = path.dirname(path.dirname(file));
  try {
    const folder = readdirSync(packages).find((name) => /^certifi-[\d.]+\.dist-info$/.test(name));
    const record = readFileSync(path.join(packages, folder ?? '', 'RECORD'), 'utf8');
    const known = /^certifi\/cacert\.pem,sha256=([\w-]+),/m.exec(record)?.[1];
    return known === createHash('sha256').update(readFileSync(file)).digest('base64url');
  } catch {
    return false;
  }
}

function changed(file: string): RootFinding {
  const error = bundleError('trust.certifi-changed', { file }, { place: { file } });
  return new RootFinding('noted', error, { kind: 'mozilla', file });
}

function isNewer(one: ReadSource, other: ReadSource): boolean {
  const [ownMs, othersMs] = [youngestMissing(one, other), youngestMissing(other, one)];
  const isSubset = ownMs === undefined || othersMs === undefined;
  return isSubset ? ownMs === undefined && othersMs !== undefined : ownMs > othersMs;
}

/** When the youngest root began that `there` does not have; undefined where it has all. */
function youngestMissing({ roots }: ReadSource, there: ReadSource): number | undefined {
  const known = new Set(there.roots.map(({ certificate }) => certificate.fingerprint));
  const missing = roots.filter(({ certificate }) => !known.has(certificate.fingerprint));
  return missing.length === 0 ? undefined : Math.max(...missing.map(({ certificate }) => certificate.notBeforeMs));
}

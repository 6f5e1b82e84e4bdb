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
 * The file of certifi, which packages Mozilla's roots for Python: from the active virtual environment, or from the first
 * Python on the path that has it. Python runs isolated, so a `certifi` in the current folder or PYTHONPATH does not count.
 * Debian's certifi does not count either: it points to the system's roots.
 * @returns undefined if there is none, or Python does not answer within 5 s.
 */
export async function findCertifi(execute: Execute, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const active = env['VIRTUAL_ENV'];
  const programs = [...(active ? [path.join(active, 'bin', 'python')] : []), 'python3', 'python'];
  for (const program of programs) {
    const file = await findCertifiFile(program, execute, env);
    if (file !== undefined) return file;
  }
  return undefined;
}

async function findCertifiFile(program: string, execute: Execute, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const args = ['-I', '-c', 'import certifi; print(certifi.where())'];
  try {
    const { code, stdout } = await execute(program, args, { env, timeoutMs: pythonLimitMs });
    const file = stdout.trim();
    return code === 0 && path.isAbsolute(file) && path.basename(file) === 'cacert.pem' ? file : undefined;
  } catch {
    return undefined; // no such Python, or it hangs
  }
}

/**
 * Mozilla's set: the newer of the one in this Node and the one in certifi. Neither has a date, so the roots decide. Mozilla adds
 * young roots and removes old ones, so among the roots that only one set has, the youngest is in the newer set. If one set is
 * a subset of the other, it wins: trusting too few roots does less harm.
 * @param certifiFile counts only if unchanged since installation: many programs append their own roots to it.
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

/** Compares with the RECORD file that Python's installers keep (PEP 376, PEP 427). */
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

/** Start of the youngest root that `there` lacks; undefined if it has all. */
function youngestMissing({ roots }: ReadSource, there: ReadSource): number | undefined {
  const known = new Set(there.roots.map(({ certificate }) => certificate.fingerprint));
  const missing = roots.filter(({ certificate }) => !known.has(certificate.fingerprint));
  return missing.length === 0 ? undefined : Math.max(...missing.map(({ certificate }) => certificate.notBeforeMs));
}

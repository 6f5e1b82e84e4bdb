import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type Execution, execute } from '../../src/base/process.ts';

/** Other people's programs, as judges of what we make. All of them run with an empty environment: what a machine presets
 * (SSL_CERT_FILE …) must not decide a test of trust. */
const bareEnvironment = { PATH: process.env['PATH'] };

export function judge(program: string, ...args: string[]): Promise<Execution> {
  return execute(program, args, { env: bareEnvironment });
}

/** A folder that is gone after the test, with these files in it. */
export async function folderOf(context: TestContext, files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'everyhop-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, data] of Object.entries(files)) await writeFile(path.join(folder, name), data);
  return folder;
}

/** `args` are split at spaces. */
export function openssl(args: string): Promise<Execution> {
  return judge('openssl', ...args.split(' '));
}

/** `openssl verify` as a strict TLS client checks a server; '' where it is content, else what it says. */
export async function opensslVerify(folder: string, chain = 'chain.pem', root = 'root.pem'): Promise<string> {
  const { code, stdout, stderr } = await openssl(
    'verify -x509_strict -purpose sslserver -no-CApath -no-CAstore ' +
      `-CAfile ${folder}/${root} -untrusted ${folder}/${chain} ${folder}/${chain}`,
  );
  return code === 0 ? '' : stdout + stderr;
}

/**
 * Handshakes as Python 3.13 does by default (VERIFY_X509_STRICT) with the server on 127.0.0.1:`port`, once for each host.
 * @returns `ok`, or what Python says, for each.
 */
export async function pythonHandshakes(rootFile: string, port: number, hosts: readonly string[]): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'oracles/handshake.py');
  const { stdout, stderr } = await judge('python3', script, rootFile, String(port), ...hosts);
  return lines(stdout, stderr, hosts.length);
}

/**
 * Java's PKIX validation of each chain with the root as the only anchor, alone and as its TLS client does it.
 * @returns `ok`, or what Java says, for each.
 */
export async function javaVerify(rootFile: string, chainFiles: readonly string[]): Promise<string[]> {
  const program = path.join(import.meta.dirname, 'oracles/VerifyChain.java');
  const { stdout, stderr } = await judge(
    'java',
    '-Xshare:auto',
    '-XX:TieredStopAtLevel=1',
    program,
    rootFile,
    ...chainFiles,
  );
  return lines(stdout, stderr, chainFiles.length);
}

function lines(stdout: string, stderr: string, count: number): string[] {
  const answers = stdout.split('\n').filter((line) => line !== '');
  if (answers.length !== count) throw new Error(`expected ${count} answers:\n${stdout}\n${stderr}`);
  return answers;
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type Execution, execute } from '../../src/base/process.ts';

/**
 * Runs other programs to judge our output, without this machine's settings (SSL_CERT_FILE …), which would affect trust.
 */
const bareEnvironment = { PATH: process.env['PATH'] };

export function judge(program: string, ...args: string[]): Promise<Execution> {
  return execute(program, args, { env: bareEnvironment });
}

/** A temporary folder with these files; deleted after the test. */
export async function folderOf(context: TestContext, files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'everyhop-test-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, data] of Object.entries(files)) await writeFile(path.join(folder, name), data);
  return folder;
}

/** @param args separated by spaces. */
export function openssl(args: string): Promise<Execution> {
  return judge('openssl', ...args.split(' '));
}

/** `openssl verify` with the checks of a strict TLS client. Returns '' on success, else its output. */
export async function opensslVerify(folder: string, chain = 'chain.pem', root = 'root.pem'): Promise<string> {
  const { code, stdout, stderr } = await openssl(
    'verify -x509_strict -purpose sslserver -no-CApath -no-CAstore ' +
      `-CAfile ${folder}/${root} -untrusted ${folder}/${chain} ${folder}/${chain}`,
  );
  return code === 0 ? '' : stdout + stderr;
}

/**
 * Handshakes with the server on 127.0.0.1:`port`, once per host, with the defaults of Python 3.13 (VERIFY_X509_STRICT).
 * @returns `ok` or Python's error for each host.
 */
export async function pythonHandshakes(rootFile: string, port: number, hosts: readonly string[]): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'oracles/handshake.py');
  const { stdout, stderr } = await judge('python3', script, rootFile, String(port), ...hosts);
  return lines(stdout, stderr, hosts.length);
}

/**
 * Java's PKIX validation of each chain with the root as the only anchor, plain and as in its TLS client.
 * @returns `ok` or Java's error for each chain.
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

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Execution } from '../base/process.ts';
import { trustError } from './messages.ts';

/** @throws EveryhopError `trust.tool-failed` with the last line of the program's output. */
export function requireSuccess(execution: Execution, program: string): Execution {
  if (execution.code === 0) return execution;
  const said = `${execution.stderr}\n${execution.stdout}`.trim().split('\n').at(-1) ?? '';
  throw trustError('trust.tool-failed', { program, code: String(execution.code), said });
}

/** Writes the certificate to a temporary file, for programs that cannot read it from a pipe. */
export async function withCertificateFile<T>(pem: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-root-'));
  try {
    const file = path.join(folder, 'root.pem');
    await writeFile(file, pem);
    return await work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

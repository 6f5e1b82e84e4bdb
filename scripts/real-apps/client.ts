import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { cleanEnvironment, temporaryFolder } from '../../test/support/up.ts';
import type { Place } from './real-app.ts';

/** Runs an app's own client, which finds the URL in `URL` and trusts the root of the place. @throws Error with the last line of its output */
export async function runClient(
  t: TestContext,
  place: Place,
  [program, ...args]: readonly [program: string, ...args: string[]],
  env: Record<string, string> = {},
): Promise<string> {
  const folder = await temporaryFolder(t, 'client');
  const trust = { SSL_CERT_FILE: place.rootFile, REQUESTS_CA_BUNDLE: place.rootFile };
  const { code, stdout, stderr } = await execute(program, args, {
    cwd: folder,
    env: { ...cleanEnvironment(folder), ...trust, URL: place.url, ...env },
    timeoutMs: 60_000,
  });
  if (code === 0) return stdout.trim();
  throw new Error(lastLine(stderr) || lastLine(stdout) || `${path.basename(program)} ended with ${code}`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)!.trim();
}

/** A script in Python as the app's client. */
export async function runPython(
  t: TestContext,
  place: Place,
  python: string,
  script: string,
  env: Record<string, string> = {},
): Promise<string> {
  const file = path.join(await temporaryFolder(t, 'script'), 'client.py');
  await writeFile(file, script);
  return runClient(t, place, [python, file], env);
}

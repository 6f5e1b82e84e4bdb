import type { TestContext } from 'node:test';
import { startPython } from './python.ts';
import { until } from './until.ts';

/** Starts a real Jupyter server on 127.0.0.1. @param token '' for one that lets everyone in. Returns its URL. */
export async function startJupyter(t: TestContext, token: string, options: string[] = []): Promise<string> {
  const address = ['--ip=127.0.0.1', '--port={port}', '--ServerApp.port_retries=0'];
  const args = [
    '-m',
    'jupyter_server',
    ...address,
    '--no-browser',
    '--allow-root',
    `--IdentityProvider.token=${token}`,
  ];
  const { url } = await startPython(t, 'guarded', [...args, ...options], /is running at/);
  // It says so before it listens.
  await until(t, () =>
    fetch(url, { signal: t.signal, redirect: 'manual' }).then(
      () => true,
      () => false,
    ),
  );
  return url;
}

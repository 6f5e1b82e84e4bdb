/** Builds oauth2-proxy, once, into the tool cache. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execute } from '../../src/base/process.ts';

const version = '7.15.6';
const folder = path.resolve(import.meta.dirname, '../../.cache', `oauth2-proxy-${version}`);

/** @returns the path of the program. Building it takes two to three minutes. @throws Error without Go */
export async function oauth2Proxy(): Promise<string> {
  const program = path.join(folder, 'oauth2-proxy');
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const { code, stderr } = await execute('go', ['install', `github.com/oauth2-proxy/oauth2-proxy/v7@v${version}`], {
    env: { ...process.env, GOBIN: folder },
    timeoutMs: 900_000,
  });
  if (code !== 0) throw new Error(stderr.split('\n').slice(-5).join('\n'));
  return program;
}

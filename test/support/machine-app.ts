/** An app outside of a machine of `bootMachine`, and visits of the site that the machine serves for it. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type Machine, machineAddress, outsideAddress } from './machine.ts';
import { atEnd } from './up.ts';

export const name = 'chat.test';
const appPort = 3000;
/** The app, for the machine. */
export const appUrl = `http://${outsideAddress}:${appPort}`;

export interface App {
  /** Sends the next line of every stream. */
  tick(): void;
  /** Resolves when the next stream has begun. */
  stream(): Promise<unknown>;
}

/** An app on the other end of the machine's network cable. */
export async function startApp(t: TestContext, machine: Machine): Promise<App> {
  const script = path.resolve(import.meta.dirname, 'outside-app.ts');
  const child = machine.startOutside(process.execPath, [script, outsideAddress, String(appPort)]);
  atEnd(t, () => child.kill());
  const lines = createInterface({ input: child.stdout! });
  await once(lines, 'line');
  return { tick: () => child.stdin!.write('\n'), stream: () => once(lines, 'line') };
}

const curl = `curl -sS --fail --max-time 30 --resolve ${name}:443:${machineAddress} --cacert`;

/** A page over verified HTTPS, from outside of the machine. */
export async function pageFromOutside(machine: Machine): Promise<string> {
  const root = await machine.succeed('cat /var/lib/everyhop/root.pem');
  const { code, stdout, stderr } = await machine.outside(`${curl} <(printf %s '${root}') https://${name}/`);
  assert.equal(code, 0, stderr);
  return stdout;
}

export async function openStream(machine: Machine, app: App): Promise<{ text: () => string; child: ChildProcess }> {
  const root = await machine.succeed('cat /var/lib/everyhop/root.pem');
  const begun = app.stream();
  const child = machine.startOutside('bash', ['-c', `${curl} <(printf %s '${root}') -N https://${name}/stream`]);
  let text = '';
  child.stdout!.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await begun;
  return { text: () => text, child };
}

/** A whole answer to `/stream`. */
export const eightLines = Array.from({ length: 8 }, (_, index) => `line ${index + 1}\n`).join('');

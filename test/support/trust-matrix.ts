/** What each consumer makes of a private hop: on its own, started by `run`, and by the word of `trust check`. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { execute } from '../../src/base/process.ts';
import { type Consumer, type ProbeOutcome, readOutcome } from '../../src/trust/consumers/consumer.ts';
import { consumers } from '../../src/trust/consumers/index.ts';
import { javascriptModules, pythonOf } from './tools.ts';
import { atEnd, cleanEnvironment, runEveryhop, temporaryFolder } from './up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

/** The program by which each consumer is tried here. */
export function interpreterOf({ id, runtime }: Consumer): string {
  if (id === 'pip' || runtime === 'python') return pythonOf('clients');
  if (runtime === 'node') return process.execPath;
  if (runtime === 'deno' || runtime === 'bun') return path.join(javascriptModules, '.bin', runtime);
  return runtime ?? id;
}

export const tried = consumers.filter(({ probe }) => probe !== undefined);

export interface PrivateHop {
  url: string;
  folder: string;
  state: string;
}

/** A server with a certificate of the private authority in a state folder of its own. */
export async function startPrivateHop(t: TestContext): Promise<PrivateHop> {
  const folder = await temporaryFolder(t, 'hop');
  const state = path.join(folder, 'state');
  const obtained = await runEveryhop(['certificates', 'obtain', 'localhost', '--state', state, '--json'], folder);
  const { live } = JSON.parse(obtained.stdout) as { live: { fullchain: string; privkey: string } };
  const credentials = { cert: await readFile(live.fullchain), key: await readFile(live.privkey) };
  const server = http2.createSecureServer({ ...credentials, allowHTTP1: true });
  server.on('request', (_request, response: http2.Http2ServerResponse) => response.writeHead(404).end());
  server.on('tlsClientError', () => {});
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, folder, state };
}

/** @param started whether it is `everyhop run` that starts it. */
export async function tryConsumer(
  consumer: Consumer,
  { url, folder, state }: PrivateHop,
  started: boolean,
): Promise<ProbeOutcome> {
  const { program, args, read = readOutcome } = consumer.probe!(interpreterOf(consumer), url);
  const command = started
    ? [process.execPath, everyhop, 'run', '--state', state, '--', program, ...args]
    : [program, ...args];
  // Where axios is; nothing of this machine's settings.
  const options = { cwd: path.dirname(javascriptModules), env: cleanEnvironment(folder), timeoutMs: 60_000 };
  return read(await execute(command[0]!, command.slice(1), options));
}

/** Builds a Go program that fetches an address, as an operator's binary would. */
export async function buildGoClient(folder: string): Promise<string> {
  const program = path.join(folder, 'client');
  await writeFile(
    path.join(folder, 'client.go'),
    `package main
import ("fmt"; "net/http"; "os")
func main() {
  answer, err := http.Get(os.Args[1])
  if err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }
  answer.Body.Close()
}
`,
  );
  const env = { ...process.env, GO111MODULE: 'off' };
  await promisify(execFile)('go', ['build', '-o', program, 'client.go'], { cwd: folder, env });
  return program;
}

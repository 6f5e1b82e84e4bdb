import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import * as fc from '../../support/fast-check.ts';
import { execute } from '../../../src/base/process.ts';
import { answeringServer } from '../../../src/nginx/model/answering.ts';
import { type Listener, listenerFor, listenersOf } from '../../../src/nginx/model/listeners.ts';
import type { ServerBlock } from '../../../src/nginx/model/server.ts';
import { serversOf } from '../../../src/nginx/model/servers.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import { make } from '../../probe/certificates.ts';
import { nginxFolder, nginxProgram, ownPlaces, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { cleanEnvironment, freePorts } from '../../support/up.ts';
import { arbitraryCase, arbitraryHosts, render } from './cases.ts';
import { seed } from '../../support/seed.ts';

const cases = 250;
const asked = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '::1'];

const certificates = await Promise.all([0, 1, 2].map((number) => make({ subject: `certificate ${number}` })));

test('nginx and the model agree on which block answers', { skip: without('nginx') }, async (t) => {
  const ports = await freePorts(cases);
  const drawn = fc.sample(arbitraryCase, { numRuns: cases, seed });
  const folder = await nginxFolder(
    t,
    Object.fromEntries(
      certificates.flatMap(({ pem, keyPem }, number) => [
        [`${number}.pem`, pem],
        [`${number}.key`, keyPem],
      ]),
    ),
  );
  let block = 0;
  const http = drawn.map((each, index) =>
    render(each, ports[index]!, () => {
      const answer = String(block++);
      const pair = Number(answer) % 3;
      return { answer, extra: each.secure ? `ssl_certificate ${pair}.pem; ssl_certificate_key ${pair}.key;` : '' };
    }),
  );
  const main = path.join(folder, 'nginx.conf');
  const places = ownPlaces.main.replace('notice', 'emerg');
  const top = `${places}worker_processes 1;\nworker_rlimit_nofile 8192;\nevents { worker_connections 4096; }\n`;
  await writeFile(main, `${top}http { ${ownPlaces.http} server_names_hash_bucket_size 128;\n${http.join('')}}\n`);
  await startNginx(t, { folder });
  const servers = serversOf(await readConfiguration({ main, prefix: folder }));

  assert.deepEqual(conflictsOf(servers), await warningsOf(folder, main, servers));

  let questions = 0;
  for (const [index, { secure }] of drawn.entries()) {
    const port = ports[index]!;
    for (const address of asked) {
      const listens = listenerFor(servers, { address, port }) !== undefined;
      const hosts = fc.sample(arbitraryHosts, { numRuns: 1, seed: seed + index })[0]!;
      const seen = secure ? await askSecurely(address, port, hosts.slice(0, 4)) : await ask(address, port, hosts);
      assert.equal(seen !== undefined, listens, `${address}:${port} of case ${index}`);
      for (const { host, answer, certificate } of seen ?? []) {
        questions += 1;
        const expected = answeringServer(servers, { address, port, name: host });
        const why = () => `${host} at ${address}:\n${http[index]}`;
        assert.equal(answer, String(expected?.index), why());
        if (certificate !== undefined) {
          const byHandshake = answeringServer(servers, { address, port, name: certificate.serverName });
          assert.equal(certificate.subject, `certificate ${byHandshake!.index % 3}`, why());
        }
      }
    }
  }
  assert.ok(questions > cases * 5, `only ${questions} questions were asked`);
});

/** nginx's warnings, without listeners that have only one block, which nginx does not check. */
async function warningsOf(folder: string, main: string, servers: readonly ServerBlock[]): Promise<string[]> {
  const { stderr } = await execute(nginxProgram, ['-t', '-p', folder, '-c', main], { env: cleanEnvironment(folder) });
  const warnings = [...stderr.matchAll(/conflicting server name "(.*)" on (.*):(\d+), ignored/g)];
  const busy = new Set(
    listenersOf(servers)
      .filter((one) => one.servers.length > 1)
      .map(titleOf),
  );
  return warnings
    .map(([, name, address, port]) => ({ name, at: `${address!.replace(/^\[(.*)\]$/, '$1')} ${port}` }))
    .filter(({ at }) => busy.has(at))
    .map(({ name, at }) => `${name} ${at}`)
    .sort();
}

function conflictsOf(servers: readonly ServerBlock[]): string[] {
  const busy = listenersOf(servers).filter((one) => one.servers.length > 1);
  const named = (name: string): string => (name === '$hostname' ? os.hostname() : name).toLowerCase();
  return busy.flatMap((one) => one.names.conflicts.map(({ name }) => `${named(name)} ${titleOf(one)}`)).sort();
}

function titleOf({ address, port }: Listener): string {
  return `${address} ${port}`;
}

interface Answer {
  host: string;
  answer: string | undefined;
  certificate?: { serverName: string; subject: string };
}

/** Requests all hosts over one connection, the last without a name; undefined if nothing listens. */
async function ask(address: string, port: number, hosts: string[]): Promise<Answer[] | undefined> {
  const requests = hosts.map((host) => `GET / HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
  const text = await exchange(() => net.connect({ host: address, port }), `${requests.join('')}GET / HTTP/1.0\r\n\r\n`);
  if (text === undefined) return undefined;
  const answers = [...text.matchAll(/<(\d+)>/g)].map(([, answer]) => answer);
  assert.equal(answers.length, hosts.length + 1, text);
  return [...hosts, ''].map((host, index) => ({ host, answer: answers[index] }));
}

/** Opens a connection for each pair of hosts: one in the handshake, the other in the request. */
async function askSecurely(address: string, port: number, hosts: string[]): Promise<Answer[] | undefined> {
  const answers: Answer[] = [];
  for (const [index, host] of hosts.entries()) {
    const servername = index % 2 === 0 ? host : hosts[index - 1]!;
    const named = /^[\d.]+$|^\[|^\./.test(servername) ? undefined : servername;
    let subject = '';
    const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    const connect = (): tls.TLSSocket => {
      // This test compares which certificate nginx presents. None of them has a matching name.
      const socket = tls.connect({
        host: address,
        port,
        ...(named && { servername: named }),
        rejectUnauthorized: false,
      });
      return socket.once('secureConnect', () => (subject = String(socket.getPeerCertificate().subject.CN)));
    };
    const text = await exchange(connect, request);
    if (text === undefined) return undefined;
    const [, answer] = /<(\d+)>/.exec(text) ?? [];
    answers.push({ host, answer, certificate: { serverName: named ?? '', subject } });
  }
  return answers;
}

async function exchange(connect: () => net.Socket, request: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect();
    socket.setTimeout(30_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    );
    socket.on('close', () => resolve(text));
    socket.write(request);
  });
}

/**
 * The other end of the reader's network: Let's Encrypt under its own name, played by Pebble, a name server that knows the
 * reader's machine by every name, and a model server. Writes its roots to a folder, and then prints `ready`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { writeServerCertificate } from '../../support/pebble.ts';

const [folder, cache] = process.argv.slice(2) as [string, string];
const program = (name: string): string => path.join(cache, 'pebble-2.10.1', name);

const names = ['acme-v02.api.letsencrypt.org', 'acme-staging-v02.api.letsencrypt.org', 'localhost', '127.0.0.1'];
const hosts = ['models.internal', 'gpu.internal', '10.0.0.5', 'models.example.com'];
const certificate = await writeServerCertificate(folder, [...names, ...hosts]);
const { certificatePem: cert, keyPem: key, rootPem: ca } = certificate;

await writeFile(path.join(folder, 'models.pem'), cert);
await writeFile(path.join(folder, 'models-key.pem'), key);

const configFile = path.join(folder, 'pebble.json');
const pebble = {
  listenAddress: '127.0.0.1:14000',
  managementListenAddress: '127.0.0.1:15000',
  certificate: certificate.certificateFile,
  privateKey: certificate.keyFile,
  httpPort: 80,
  tlsPort: 443,
  ocspResponderURL: '',
  externalAccountBindingRequired: false,
  keyAlgorithm: 'ecdsa',
};
await writeFile(configFile, JSON.stringify({ pebble }));
const nameServer = ['-dnsserver', '6.6.6.2:53', '-management', '127.0.0.1:8055', '-doh', ''];
const answers = ['-defaultIPv4', '6.6.6.10', '-defaultIPv6', '', '-http01', '', '-https01', '', '-tlsalpn01', ''];
start(program('pebble-challtestsrv'), [...nameServer, ...answers]);
start(program('pebble'), ['-strict', '-config', configFile, '-dnsserver', '6.6.6.2:53'], {
  PEBBLE_VA_NOSLEEP: '1',
  PEBBLE_WFE_NONCEREJECT: '0',
});

function start(file: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(file, args, { env, stdio: 'ignore' });
}

// Pebble's directory is at /dir.
const front = https.createServer({ cert, key }, (request, response) => {
  const target = request.url === '/directory' ? '/dir' : request.url;
  const options = {
    port: 14000,
    host: '127.0.0.1',
    ca,
    method: request.method,
    path: target,
    headers: request.headers,
  };
  const inner = https.request({ ...options, servername: 'localhost' }, (answer) => {
    response.writeHead(answer.statusCode!, answer.rawHeaders);
    answer.pipe(response);
  });
  inner.on('error', () => response.destroy());
  request.pipe(inner);
});
front.listen(443, '6.6.6.2');

const models = (_: http.IncomingMessage, response: http.ServerResponse): void => {
  response.setHeader('content-type', 'application/json').end('{"object":"list","data":[]}\n');
};
https.createServer({ cert, key }, models).listen(8000, '10.0.0.5');
http.createServer(models).listen(11434, '192.168.1.1');

for (;;) {
  const issuer = await roots().catch(() => undefined);
  if (issuer !== undefined) {
    await writeFile(path.join(folder, 'issuer.pem'), issuer);
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
}
process.stdout.write('ready\n');

async function roots(): Promise<string> {
  const request = https.get('https://127.0.0.1:15000/roots/0', { ca });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return (await response.setEncoding('utf8').toArray()).join('');
}

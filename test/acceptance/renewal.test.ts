/** A renewal brought forward by the authority (RFC 9773), while streams are open. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { type Pebble, startPebble, writeServerCertificate } from '../support/pebble.ts';
import { openStreams, startStreamingApp, wholeBody } from '../support/streams.ts';
import { without } from '../support/tools.ts';
import { atEnd, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';
import { until } from '../support/until.ts';

const host = 'chat.example.com';
const hourMs = 60 * 60 * 1000;

/** Pebble asks clients to come back in six hours; this changes it to a minute. */
async function hurried(t: TestContext, pebble: Pebble): Promise<{ directoryUrl: string; rootFile: string }> {
  const own = await writeServerCertificate(await temporaryFolder(t, 'renewal'));
  const { hostname, port, pathname } = new URL(pebble.directoryUrl);
  const server = https.createServer(
    { cert: await readFile(own.certificateFile), key: await readFile(own.keyFile) },
    (request, response) => {
      const { method, url = '', headers: sent } = request;
      const upstream = https.request(
        { host: hostname, port, method, path: url, headers: sent, ca: pebble.rootPem },
        (answer) => {
          const headers = { ...answer.headers };
          if (url.includes('renewal')) headers['retry-after'] = '60';
          response.writeHead(answer.statusCode!, headers);
          answer.pipe(response);
        },
      );
      upstream.on('error', () => response.destroy());
      request.pipe(upstream);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const { port: ownPort } = server.address() as { port: number };
  return { directoryUrl: `https://127.0.0.1:${ownPort}${pathname}`, rootFile: own.rootFile };
}

async function servedSerial(port: number, ca: string): Promise<string> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername: host, ca });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

test(
  'renews at once on the authority’s advice, under 500 open streams, and cuts none',
  { skip: without('pebble'), timeout: 300_000 },
  async (t) => {
    const pebble = await startPebble(t);
    const { directoryUrl, rootFile } = await hurried(t, pebble);
    const app = await startStreamingApp(t);
    const args = [`http://127.0.0.1:${app.port}`, '--host', host, '--email', 'ops@example.com'];
    const ports = { httpsPort: pebble.tlsPort, httpPort: pebble.httpPort };
    const up = await startUp(t, [...args, '--authority', directoryUrl, '--authority-root', rootFile], ports);
    const ca = await pebble.issuerRoot();
    const before = await servedSerial(up.httpsPort, ca);
    const readers = await openStreams(t, app, up, 500, { host, ca });
    app.tick();

    const Certificate = await readFile(`${up.state}/live/${host}/fullchain.pem`, 'utf8');
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const ARIResponse = JSON.stringify({ suggestedWindow: { start: at(-2 * hourMs), end: at(-hourMs) } });
    await pebble.manage('/set-renewal-info/', { Certificate, ARIResponse });
    await until(t, async () => (await servedSerial(up.httpsPort, ca)) !== before, 500);
    assert.match(pebble.log(), /is a replacement of/);

    app.tick();
    const folder = await temporaryFolder(t, 'renewal');
    const pulled = await servedSerial(up.httpsPort, ca);
    const renewal = await runEveryhop(['certificates', 'renew', host, '--state', up.state], folder);
    assert.equal(renewal.code, 0, renewal.stderr);
    assert.notEqual(await servedSerial(up.httpsPort, ca), pulled, 'not even on demand');

    app.tick();
    app.finish();
    assert.ok((await Promise.all(readers.map((reader) => reader.whole))).every(Boolean));
    assert.deepEqual([...new Set(readers.map((reader) => reader.body()))], [wholeBody(3)]);
  },
);

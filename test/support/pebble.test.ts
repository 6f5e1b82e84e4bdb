import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { Agent, request } from 'undici';
import { pebbleVersions, startPebble } from './pebble.ts';
import { without } from './tools.ts';

for (const version of pebbleVersions) {
  test(
    `Pebble ${version} serves its directory and its roots, and its name server accepts records`,
    { skip: without('pebble') },
    async (t) => {
      const pebble = await startPebble(t, { version, alternateRoots: 1 });
      const dispatcher = new Agent({ connect: { ca: pebble.rootPem } });
      t.after(() => dispatcher.destroy());
      const { body, statusCode } = await request(pebble.directoryUrl, {
        dispatcher,
        headers: { 'user-agent': 'test' }, // required by the newer version in strict mode
      });
      assert.equal(statusCode, 200);
      const directory = (await body.json()) as Record<string, unknown>;
      assert.equal(typeof directory['newOrder'], 'string');
      assert.equal('renewalInfo' in directory, version !== '2.4.0');
      const roots = await Promise.all([pebble.issuerRoot(), pebble.issuerRoot(1)]);
      assert.equal(new Set(roots.map((pem) => new X509Certificate(pem).fingerprint256)).size, 2);
      await pebble.dns.addTxt('_acme-challenge.a.test', 'value');
    },
  );
}

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const source = path.resolve(import.meta.dirname, '../../src');

/** Clients for other purposes. */
const others = [
  'acme/transport.ts', // the ACME client
  'acme/tunnel.ts', // its connections to proxies
  'control/client.ts', // our own control socket
  'dns/exchange.ts', // DNS messages
  'edge/access/oidc/fetch.ts', // the OpenID client
  'edge/error-page/page.ts', // source code of a page
  'edge/upstream-socket.ts', // as the user of the workers
  'edge/upstream/connection.ts', // connections to the apps
  'trust/consumers/node-https.ts', // source code of programs for other processes
  'trust/consumers/python-tornado.ts', // the same
  'trust/consumers/ruby.ts', // the same
  'trust/consumers/shared/javascript.ts', // the same
  'trust/handout/script.ts', // source code of a page
  'trust/library.ts', // runs in the user's process
];

const opening =
  /(?<!\.)\b(?:net|tls|https?|http2)\.(?:connect|createConnection|request|get)\(|\bfetch\((?!\{)|from 'undici'|import \{[^}]*\b(?:connect|createConnection|request)\b[^}]*\} from 'node:(?:net|tls|https?|http2)'/;

test('only probe/ opens connections, except for the listed clients', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const visitors = files.filter((file) => opening.test(readFileSync(path.join(source, file), 'utf8')));
  const outside = visitors.map((file) => file.split(path.sep).join('/')).filter((file) => !file.startsWith('probe/'));
  assert.ok(visitors.length > outside.length, 'the scan finds probe/');
  assert.deepEqual(outside.sort(), others);
});

/** Clients other than browsers, with the demo through `everyhop up`: they stream with the root and fail without it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, suite, test } from 'node:test';
import { startDemo } from '../../src/apps/demo/server.ts';
import { FakeClock } from '../support/clock.ts';
import { pythonOf, type ToolName, without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

interface Client {
  name: string;
  needs: ToolName[];
  /** Program and arguments; the base URL is appended. */
  command: string[];
  /** The variable for the root's file. */
  trustVariable: string;
  /** Its error for an untrusted certificate. */
  refusal: RegExp;
}

const script = (name: string): string => path.join(import.meta.dirname, 'clients', name);
const pythonRefusal = /CERTIFICATE_VERIFY_FAILED/;
const nodeRefusal = /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY/;
const clients: Client[] = [
  {
    name: 'curl',
    needs: ['curl'],
    command: ['/bin/bash', script('with_curl.sh')],
    trustVariable: 'CURL_CA_BUNDLE',
    refusal: /SSL certificate problem/,
  },
  {
    name: 'Python, httpx',
    needs: ['pythonClients'],
    command: [pythonOf('clients'), script('with_httpx.py')],
    trustVariable: 'SSL_CERT_FILE',
    refusal: pythonRefusal,
  },
  {
    name: 'Python, requests',
    needs: ['pythonClients'],
    command: [pythonOf('clients'), script('with_requests.py')],
    trustVariable: 'REQUESTS_CA_BUNDLE',
    refusal: pythonRefusal,
  },
  {
    name: 'Python, openai',
    needs: ['pythonClients'],
    command: [pythonOf('clients'), script('with_openai.py')],
    trustVariable: 'SSL_CERT_FILE',
    refusal: pythonRefusal,
  },
  {
    name: 'Node, fetch',
    needs: [],
    command: [process.execPath, script('with-fetch.ts')],
    trustVariable: 'NODE_EXTRA_CA_CERTS',
    refusal: nodeRefusal,
  },
  {
    name: 'Node, openai',
    needs: [],
    command: [process.execPath, script('with-openai.ts')],
    trustVariable: 'NODE_EXTRA_CA_CERTS',
    refusal: nodeRefusal,
  },
];

/** Runs a client in a clean environment plus `variables`. Calls `onToken` for each line of output. */
async function run(
  t: TestContext,
  client: Client,
  url: string,
  variables: Record<string, string>,
  onToken: (token: string) => void = () => {},
): Promise<{ code: number | null; tokens: string[]; stderr: string }> {
  const home = await temporaryFolder(t, 'client');
  const [program, ...args] = client.command;
  const child = spawn(program!, [...args, `${url}/v1`], {
    cwd: home,
    env: { ...cleanEnvironment(home), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEnd(t, () => child.kill('SIGKILL'));
  const closed = once(child, 'close') as Promise<[number | null]>;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const tokens: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const token = JSON.parse(line) as string;
    tokens.push(token);
    onToken(token);
  }
  return { code: (await closed)[0], tokens, stderr };
}

const counted = ['', '1,', ' 2,', ' 3,', ' 4,', ' 5,', ' 6,', ' 7,', ' 8,', ' 9,', ' 10,', ' 11,', ' 12.'];

suite('clients of the demo', { timeout: 240_000 }, () => {
  test('each client streams token by token with the root, and fails without it', async (t) => {
    // The clock advances when the client has received a token, and the demo then sends the next one.
    const clock = new FakeClock();
    const demo = await startDemo({ clock });
    atEnd(t, () => demo.close());
    const up = await startUp(t, [demo.url, '--host', 'localhost']);
    for (const client of clients) {
      await t.test(client.name, { skip: without(...client.needs), timeout: 60_000 }, async (t) => {
        const refused = await run(t, client, up.url, {});
        assert.notEqual(refused.code, 0);
        assert.deepEqual(refused.tokens, []);
        assert.match(refused.stderr, client.refusal);

        const answered = await run(t, client, up.url, { [client.trustVariable]: up.rootFile }, () => clock.advance(33));
        assert.equal(answered.code, 0, answered.stderr);
        assert.deepEqual(answered.tokens, counted);
      });
    }
  });

  test('serves the demo for localhost and 127.0.0.1 if there is no upstream', async (t) => {
    const up = await startUp(t);
    assert.deepEqual(
      up.ready.proofs.filter((proof) => !proof.ok),
      [],
    );
    const [curl] = clients;
    for (const host of ['localhost', '127.0.0.1']) {
      const { tokens, stderr } = await run(t, curl!, `https://${host}:${up.httpsPort}`, {
        CURL_CA_BUNDLE: up.rootFile,
      });
      assert.deepEqual(tokens, counted, stderr);
    }
    const root = await runEveryhop(['authority', 'root', '--state', up.state], path.dirname(up.state));
    assert.equal(root.stdout, await readFile(up.rootFile, 'utf8'));
  });
});

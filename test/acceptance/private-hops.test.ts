/** Private hops of real apps, which fail on their own and work when started with `everyhop run`. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { execute } from '../../src/base/process.ts';
import { readOutcome } from '../../src/trust/consumer.ts';
import { consumers } from '../../src/trust/consumers.ts';
import { startPython } from '../support/python.ts';
import { pythonOf, without } from '../support/tools.ts';
import { startPrivateHop } from '../support/trust-matrix.ts';
import { cleanEnvironment, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

const run = promisify(execFile);

test(
  'LlamaDeploy: the client reports that the server is down, trust check explains why, and run fixes it',
  { skip: without('llama'), timeout: 240_000 },
  async (t) => {
    const folder = await temporaryFolder(t, 'llama');
    const python = pythonOf('llama');
    const server = await startPython(
      t,
      'llama',
      [
        '-c',
        "import os; os.environ['LLAMA_DEPLOY_APISERVER_PORT'] = os.environ['PORT']; import runpy; runpy.run_module('llama_deploy.apiserver', run_name='__main__')",
      ],
      /Uvicorn running on/,
    );
    const up = await startUp(t, [server.url]);
    const command = [path.join(path.dirname(python), 'llamactl'), '-s', `https://localhost:${up.httpsPort}`, 'status'];
    const env = cleanEnvironment(folder);

    const alone = await run(command[0]!, command.slice(1), { env });
    assert.match(alone.stdout, /API Server is down/, 'its message for an untrusted certificate');

    const checked = ['trust', 'check', '--state', up.state, '--json', `https://localhost:${up.httpsPort}/`, '--'];
    const check = await runEveryhop([...checked, ...command], folder);
    assert.equal(check.code, 0, check.stdout);
    const { results } = JSON.parse(check.stdout) as {
      results: { consumer: string; direction: string; outcome: string; detail: string }[];
    };
    const without = results.find(({ consumer, direction }) => consumer === 'python-httpx' && direction === 'without');
    assert.match(`${without?.outcome} ${without?.detail}`, /^refused .*CERTIFICATE_VERIFY_FAILED/);

    const started = await runEveryhop(['run', '--state', up.state, '--', ...command], folder);
    assert.match(started.stdout, /LlamaDeploy is up and running/);
  },
);

test(
  'h2oGPT: its pinned libraries need several variables, and run sets them all',
  { skip: without('gradio'), timeout: 120_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const { stdout } = await runEveryhop(['env', '--state', hop.state, '--json'], hop.folder);
    const { variables } = JSON.parse(stdout) as { variables: Record<string, string> };
    const outcomes = async (env: Record<string, string>): Promise<string[]> =>
      Promise.all(
        ['python-openai', 'python-gradio_client', 'python-requests'].map(async (id) => {
          const { program, args } = consumers.find((consumer) => consumer.id === id)!.probe!(
            pythonOf('gradio'),
            hop.url,
          );
          const end = await execute(program, args, { env: { ...cleanEnvironment(hop.folder), ...env } });
          return readOutcome(end).outcome;
        }),
      );
    const only = (name: string): Record<string, string> => ({ [name]: variables[name]! });
    assert.deepEqual(await outcomes({}), ['refused', 'refused', 'refused']);
    assert.deepEqual(await outcomes(only('SSL_CERT_FILE')), ['verified', 'verified', 'refused']);
    assert.deepEqual(await outcomes(only('REQUESTS_CA_BUNDLE')), ['refused', 'refused', 'verified']);
    assert.deepEqual(await outcomes(variables), ['verified', 'verified', 'verified']);
  },
);

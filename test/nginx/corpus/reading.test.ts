/** Reads every sample like nginx, and merges it into an equivalent file. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../../src/base/process.ts';
import { answeringServer } from '../../../src/nginx/model/answering.ts';
import { hostAddresses } from '../../../src/nginx/model/host-addresses.ts';
import { serversOf } from '../../../src/nginx/model/servers.ts';
import { inspectNginx } from '../../../src/nginx/program/inspect.ts';
import { dumpConfiguration, testConfiguration } from '../../../src/nginx/program/test.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import { differenceToDump } from '../../../src/nginx/reading/cross-check.ts';
import { flatten } from '../../../src/nginx/reading/flatten.ts';
import { print } from '../../../src/nginx/reading/syntax.ts';
import { nginxProgram } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { corpus } from './index.ts';
import { installSample } from './install.ts';

test(
  'reads all samples like nginx',
  { skip: without('nginx', 'openssl'), concurrency: 4, timeout: 120_000 },
  async (t) => {
    await Promise.all(
      corpus.map((sample) =>
        t.test(sample.title, { skip: without(...(sample.needs ?? [])) }, async (t) => {
          const { at, confFile } = await installSample(t, sample, 1);
          const nginx = await inspectNginx({ program: nginxProgram, conf: confFile, prefix: at.run }, execute);
          const configuration = await readConfiguration({ main: confFile, prefix: at.run });
          for (const { tree, text } of configuration.files) assert.equal(print(tree), text);
          assert.equal(differenceToDump(configuration, await dumpConfiguration(nginx, execute)), undefined);

          const flat = path.join(path.dirname(confFile), '.flat');
          await writeFile(flat, flatten(configuration).text, 'latin1');
          const { ok, messages } = await testConfiguration(nginx, { confFile: flat }, execute);
          assert.ok(ok, JSON.stringify(messages));

          const servers = serversOf(configuration, { asRoot: true, addresses: await hostAddresses(configuration) });
          const [address = '127.0.0.1'] = sample.site?.addresses ?? [];
          for (const name of sample.names) assert.ok(answeringServer(servers, { address, port: at.http, name }), name);
        }),
      ),
    );
  },
);

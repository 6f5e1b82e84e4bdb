/** Checks the unchanged samples: a real nginx starts with each and answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { without } from '../../support/tools.ts';
import { startApp } from './app.ts';
import { corpus } from './index.ts';
import { installSample, startWith } from './install.ts';
import { ask, poll } from './visitor.ts';

test('has at least sixty samples with unique titles', () => {
  assert.equal(new Set(corpus.map(({ title }) => title)).size, corpus.length);
  assert.ok(corpus.length >= 60);
});

test(
  'nginx accepts all samples and answers',
  { skip: without('nginx', 'openssl'), concurrency: 4, timeout: 120_000 },
  async (t) => {
    const app = await startApp(t);
    await Promise.all(
      corpus.map((sample) =>
        t.test(sample.title, { skip: without(...(sample.needs ?? [])) }, async (t) => {
          const laidOut = await installSample(t, sample, app);
          await startWith(t, laidOut);
          const { at } = laidOut;
          for (const address of sample.site?.addresses ?? ['127.0.0.1']) {
            for (const name of sample.names) {
              const { path, headers, saysProxy } = sample.site ?? {};
              const answer = await ask({ address, port: at.http, name, path, headers, saysProxy });
              if (sample.site?.isApp !== false && answer.status === 200) assert.ok('url' in JSON.parse(answer.body));
              assert.ok(answer.status < 500, `${name} answers ${answer.status}`);
            }
          }
          for (const request of sample.others?.(at) ?? []) assert.ok((await ask(request)).status < 500, request.name);
        }),
      ),
    );
  },
);

test('poll counts unanswered requests', { skip: without('nginx', 'openssl') }, async (t) => {
  const laidOut = await installSample(t, corpus[0]!, await startApp(t));
  const nginx = await startWith(t, laidOut);
  const polling = poll({ port: laidOut.at.http, name: corpus[0]!.names[0] });
  await pause(100);
  await nginx.stop();
  await pause(100);
  const { asked, failures } = await polling.stop();
  assert.ok(failures.length > 0 && failures.length < asked, `${failures.length} of ${asked}`);
});

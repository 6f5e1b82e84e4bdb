/** `undo` keeps edits made after `secure`; if it cannot separate them from ours, it does nothing. */
import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startApp } from '../nginx/corpus/app.ts';
import { inProcess } from '../nginx/corpus/command.ts';
import { snapshot } from '../nginx/corpus/install.ts';
import { conf, plainMain, type Sample } from '../nginx/corpus/sample.ts';
import { begin, isSecured, secure, succeeded, type Trial } from '../nginx/corpus/trial.ts';
import { ask } from '../nginx/corpus/visitor.ts';
import { without } from '../support/tools.ts';

const name = 'chat.home.arpa';
const file = 'etc/nginx/conf.d/chat.conf';

const sample: Sample = {
  title: 'a chat app with a self-signed certificate',
  names: [name],
  tree: (at) => ({
    'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
    [file]: conf`server {
    listen ${at.http};
    server_name ${name};
    listen ${at.tls} ssl; # for now
    ssl_certificate     ${at.root}/etc/ssl/own.pem;  # self-signed
    ssl_certificate_key ${at.root}/etc/ssl/own.key;
    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Own one;
        proxy_pass http://127.0.0.1:${at.app};
    }
}
`,
    'etc/ssl/own.pem': at.snakeoil.certificate,
    'etc/ssl/own.key': at.snakeoil.key,
  }),
};

async function beginSecured(t: TestContext): Promise<{ trial: Trial; original: string; edit: Edit }> {
  const trial = await begin(t, sample, await startApp(t), inProcess);
  const target = path.join(trial.at.root, file);
  const original = await readFile(target, 'latin1');
  succeeded(await secure(trial));
  await isSecured(trial);
  return {
    trial,
    original,
    async edit(change) {
      await writeFile(target, change(await readFile(target, 'latin1')), 'latin1');
    },
  };
}

/** Reloads nginx after an edit, and waits until only new workers answer. */
async function reload({ nginx: { pid } }: Trial): Promise<void> {
  const workers = async (): Promise<string[]> =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
  const former = await workers();
  process.kill(pid, 'SIGHUP');
  for (let now = former; now.length === 0 || now.some((one) => former.includes(one)); now = await workers())
    await pause(10);
}

type Edit = (change: (text: string) => string) => Promise<void>;

const edits: { title: string; edit: (text: string) => string; unedited?: (text: string) => string }[] = [
  {
    title: 'added directives, an added location and server',
    edit: (text) =>
      text
        .replace(
          '    location / {',
          '    location /new { return 200 "new"; }\n    keepalive_timeout 7s;\n    location / {',
        )
        .concat('server { listen 127.0.0.1:1; server_name later; return 444; }\n')
        .replace(' # for now', ' # for good'),
  },
  {
    title: 'changed indentation and line ends',
    edit: (text) => text.replace(/^ +/gm, '\t').replaceAll('\n', '\r\n'),
  },
  {
    title: 'a comment at the start, and the block moved to the end',
    edit: (text) => `# mine\nmap $host $mine { default 1; }\n\n\n${text}`,
  },
  {
    title: 'a changed directive and a removed comment',
    edit: (text) => text.replace('proxy_set_header X-Own one', 'proxy_set_header X-Own two').replace(' # for now', ''),
  },
];

for (const { title, edit } of edits) {
  test(`undo keeps ${title}`, { skip: without('nginx', 'openssl'), timeout: 60_000 }, async (t) => {
    const { trial, original, edit: write } = await beginSecured(t);
    await write(edit);
    await reload(trial);
    succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.equal(await readFile(path.join(trial.at.root, file), 'latin1'), edit(original));
    assert.deepEqual(
      Object.keys(await snapshot(trial.at.root)).filter((one) => one.includes('everyhop')),
      [],
    );
    const answer = await ask({ port: trial.at.http, name });
    assert.equal(answer.status, 200);
  });
}

test(
  'undo accepts that the user has already removed the block',
  { skip: without('nginx', 'openssl'), timeout: 60_000 },
  async (t) => {
    const { trial, edit } = await beginSecured(t);
    const nothing = `server { listen ${trial.at.http}; server_name other.home.arpa; return 200 "other"; }\n`;
    await edit(() => nothing);
    succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.equal(await readFile(path.join(trial.at.root, file), 'latin1'), nothing);
    assert.equal((await ask({ port: trial.at.http, name: 'other.home.arpa' })).body, 'other');
  },
);

test('undo finds a renamed file', { skip: without('nginx', 'openssl'), timeout: 60_000 }, async (t) => {
  const { trial, original } = await beginSecured(t);
  const renamed = path.join(trial.at.root, 'etc/nginx/conf.d/renamed.conf');
  await rename(path.join(trial.at.root, file), renamed);
  succeeded(await trial.everyhop('undo', name, '--yes'));
  assert.equal(await readFile(renamed, 'latin1'), original);
});

const conflicts: { title: string; edit: (text: string) => string }[] = [
  {
    title: 'our line was edited',
    edit: (text) => text.replace(/server-1\.conf/, 'server-[1].conf'),
  },
  {
    title: 'our line was copied into another server',
    edit: (text) => `${text}server { listen 127.0.0.1:1; ${/include [^;]*server-1\.conf[^;]*;/.exec(text)![0]} }\n`,
  },
];

for (const { title, edit: change } of conflicts) {
  test(`undo is all or nothing: ${title}`, { skip: without('nginx', 'openssl'), timeout: 60_000 }, async (t) => {
    const { trial, original, edit } = await beginSecured(t);
    await edit(change);
    await reload(trial);
    const before = await snapshot(trial.at.root);
    const { code, stderr } = await trial.everyhop('undo', name, '--yes');
    const text = await readFile(path.join(trial.at.root, file), 'latin1');
    if (code === 0) {
      // All our lines were found and removed.
      assert.ok(!text.includes('nginx/everyhop/'), text);
      assert.ok(text.startsWith(original.slice(0, 8)));
    } else {
      assert.match(stderr, /^nginx\.undo-conflict: [^]*chat\.conf/m);
      assert.deepEqual(await snapshot(trial.at.root), before);
    }
  });
}

test(
  'undo reports an edit of our file as a conflict, and changes nothing',
  { skip: without('nginx', 'openssl'), timeout: 60_000 },
  async (t) => {
    const { trial } = await beginSecured(t);
    const ours = path.join(trial.at.root, 'etc/nginx/everyhop', name, 'server-1.conf');
    await writeFile(ours, `${await readFile(ours, 'latin1')}keepalive_timeout 9s;\n`, 'latin1');
    const before = await snapshot(trial.at.root);
    const { code, stderr } = await trial.everyhop('undo', name, '--yes');
    assert.equal(code, 1);
    assert.match(stderr, /^nginx\.undo-conflict: [^]*server-1\.conf/m);
    assert.deepEqual(await snapshot(trial.at.root), before);
  },
);

test(
  'undo repairs a configuration that only our include makes invalid',
  { skip: without('nginx', 'openssl'), timeout: 60_000 },
  async (t) => {
    const { trial, original, edit } = await beginSecured(t);
    const limit = (text: string): string =>
      text.replace('    location /', '    client_max_body_size 7m;\n    location /');
    await edit(limit);
    succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.equal(await readFile(path.join(trial.at.root, file), 'latin1'), limit(original));
  },
);

/** The Compose example, as `podman-compose up` runs it: a browser's hop and the app's hop to its model, both verified. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { built } from '../support/builds.ts';
import { type Containers, startContainers } from '../support/containers.ts';
import { pythonOf, without } from '../support/tools.ts';
import { recordWayIn } from '../support/ways-in.ts';

const skip = without('podman', 'podmanCompose', 'gradio', 'curl');
const example = path.resolve(import.meta.dirname, '../../examples/compose');
const python = pythonOf('gradio');
const environment = path.dirname(path.dirname(python));
/** Where the Python of that environment is installed. */
const prefix = skip
  ? ''
  : execFileSync(python, ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8' }).trim();

/**
 * No registry has the base images here: the services run in an empty image with the programs of this machine, and the Python
 * packages that their Dockerfiles would install.
 */
const replacement = `
services:
  chat:
    image: localhost/base
    command: [${python}, /app/app.py]
    user: "65534:65534"
    environment: { HOME: /tmp, GRADIO_ANALYTICS_ENABLED: "False" }
    volumes: [/usr:/usr:ro, ./chat:/app:ro, ${environment}:${environment}:ro${prefix === '/usr' ? '' : `, ${prefix}:${prefix}:ro`}]
  models:
    image: localhost/base
    command: [/usr/bin/python3, /app/server.py]
    user: "65534:65534"
    volumes: [/usr:/usr:ro, ./models:/app:ro]
`;

async function makeBase(containers: Containers): Promise<void> {
  const { folder } = containers;
  const base = path.join(folder, 'base');
  for (const name of ['etc', 'tmp', 'usr', 'app', 'trust']) await mkdir(path.join(base, name), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, path.join(base, name));
  await copyFile('/etc/ld.so.cache', path.join(base, 'etc/ld.so.cache'));
  await containers.succeed(
    'chmod 1777 base/tmp && tar -C base -cf base.tar . && podman import --quiet base.tar localhost/base',
  );
}

test('every hop is verified: browser to chat, chat to model', { skip, timeout: 500_000 }, async (t) => {
  const image = await built('image');
  const containers = await startContainers(t, [path.dirname(pythonOf('compose'))]);
  const { folder } = containers;
  const succeed = (script: string, limitMs?: number): Promise<string> => containers.succeed(script, limitMs);
  await cp(example, path.join(folder, 'compose'), { recursive: true });
  const given = await readFile(path.join(example, 'compose.yaml'), 'utf8');
  await writeFile(path.join(folder, 'compose/compose.yaml'), given.replace(/^ +build: .*\n/gm, ''));
  await writeFile(path.join(folder, 'compose/here.yaml'), replacement);
  await makeBase(containers);
  const compose = 'cd compose && podman-compose --file compose.yaml --file here.yaml';
  const startedMs = performance.now();
  await succeed(`podman load --quiet --input ${image}`);
  await succeed(`${compose} up --detach`, 300_000);

  const copied = 'podman cp everyhop-chat_everyhop_1:/var/lib/everyhop/root.pem root.pem';
  const curl = 'curl -sS --fail --max-time 30 --cacert root.pem --resolve chat.internal:443:127.0.0.1';
  await succeed(`${copied} && until ${curl} https://chat.internal/ > page 2> /dev/null; do sleep 0.5; done`, 180_000);
  const seconds = (performance.now() - startedMs) / 1000;
  assert.match(await readFile(path.join(folder, 'page'), 'utf8'), /verified/);

  const ask = `${curl} -H 'Content-Type: application/json' -d '{"data":["two words",null]}' https://chat.internal/call/chat`;
  const answer = await succeed(
    `id=$(${ask} | sed 's/.*: *"\\(.*\\)".*/\\1/') && ${curl} -N "https://chat.internal/call/chat/$id"`,
  );
  const log = async (): Promise<string> => (await containers.run('podman logs everyhop-chat_chat_1 2>&1')).stdout;
  assert.match(answer, /event: complete\ndata: \["You asked: two words/, `${answer}\n${await log()}`);

  await t.test('without the roots, the app refuses the model; without Everyhop, it cannot reach it', async () => {
    const inChat = (code: string, env = ''): string =>
      `podman exec ${env} everyhop-chat_chat_1 /usr/bin/python3 -c '${code}'`;
    const visit = (url: string): string => `import urllib.request as r; print(r.urlopen("${url}", timeout=10).status)`;
    assert.equal(await succeed(inChat(visit('https://models.internal/v1/models'))), '200\n');
    const untrusted = await containers.run(
      inChat(visit('https://models.internal/v1/models'), '--env SSL_CERT_FILE=/dev/null'),
    );
    assert.match(untrusted.stderr, /CERTIFICATE_VERIFY_FAILED/);
    assert.notEqual((await containers.run(inChat(visit('http://models:8000/v1/models')))).code, 0);
  });

  await t.test('down and up again keep the root', async () => {
    await succeed(`${compose} down && cd .. && cp root.pem former.pem`, 180_000);
    await succeed(`${compose} up --detach everyhop`, 300_000);
    await succeed(`${copied} && cmp root.pem former.pem`);
    await succeed(`${compose} down --volumes`, 180_000);
    const left = await succeed('podman ps --all --quiet; podman volume ls --quiet');
    assert.equal(left, '');
    recordWayIn({
      way: 'Compose',
      on: 'podman-compose',
      provenFromOutside: true,
      keepsStateOnUpgrade: true,
      isRemoved: true,
      left: ['the volumes, until down --volumes'],
      megabytes: 0,
      seconds,
    });
  });
});

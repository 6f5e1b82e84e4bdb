/** Configurations and situations in which `secure` must change nothing. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { nginxModules } from '../../support/tools.ts';
import { atEnd } from '../../support/up.ts';
import { type SampleEnvironment, type BadSample, conf, plainMain, type Tree } from './sample.ts';

const run = promisify(execFile);
const name = 'chat.home.arpa';

/** A site in conf.d with these directives in its server block. */
function site(at: SampleEnvironment, text = '', more: Tree = {}, http = '', main = ''): Tree {
  return {
    'etc/nginx/nginx.conf': plainMain(at, `${http}    include ${at.root}/etc/nginx/conf.d/*.conf;\n`, main),
    'etc/nginx/conf.d/chat.conf': conf`server {
    listen ${at.http};
    server_name ${name};
    ${text}
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
    ...more,
  };
}

const good = (at: SampleEnvironment): Tree => site(at);

export const badSamples: BadSample[] = [
  {
    title: 'a misspelled directive',
    names: [name],
    tree: (at) => site(at, 'proxy_bufering off;'),
    runsWith: good,
    code: 'nginx.refused',
    says: /proxy_bufering/,
  },
  {
    title: 'directives of a module that is not loaded',
    names: [name],
    tree: (at) => site(at, 'more_set_headers "Server: none";'),
    runsWith: good,
    code: 'nginx.refused',
    says: /more_set_headers/,
  },
  {
    title: 'a missing closing brace',
    names: [name],
    tree: (at) => site(at, 'location /x {'),
    runsWith: good,
    code: 'nginx.syntax',
    says: /chat\.conf/,
  },
  {
    title: 'a missing closing quote',
    names: [name],
    tree: (at) => site(at, 'add_header X-A "b;'),
    runsWith: good,
    code: 'nginx.syntax',
    says: /chat\.conf/,
  },
  {
    title: 'a missing include',
    names: [name],
    tree: (at) => site(at, 'include snippets/nothing.conf;'),
    runsWith: good,
    code: 'nginx.include-missing',
    says: /snippets\/nothing\.conf/,
  },
  {
    title: 'an include that includes itself',
    names: [name],
    tree: (at) =>
      site(at, 'include snippets/again.conf;', { 'etc/nginx/snippets/again.conf': 'include snippets/again.conf;\n' }),
    runsWith: good,
    code: 'nginx.include-endless',
    says: /again\.conf/,
  },
  {
    title: 'a file that begins with a byte order mark',
    names: [name],
    tree: (at) => ({ ...good(at), 'etc/nginx/conf.d/a.conf': '\uFEFFserver_tokens off;\n' }),
    runsWith: good,
    code: 'nginx.byte-order-mark',
    says: /a\.conf/,
  },
  {
    title: 'a missing certificate file of another site',
    names: [name],
    tree: (at) => ({
      ...good(at),
      'etc/nginx/conf.d/other.conf': conf`server { listen ${at.second} ssl; server_name other; ssl_certificate ${at.root}/none.pem; ssl_certificate_key ${at.root}/none.key; }
`,
    }),
    runsWith: good,
    code: 'nginx.refused',
    says: /none\.pem/,
  },
  {
    title: 'a name without a server block',
    names: ['chta.home.arpa'],
    tree: good,
    code: 'nginx.name-unknown',
    says: /chat\.home\.arpa/,
  },
  {
    title: 'one name with a server block, and one without',
    names: [name, 'www.home.arpa'],
    tree: good,
    code: 'nginx.name-unknown',
    says: /www\.home\.arpa/,
  },
  {
    title: 'two blocks with the same name',
    names: [name],
    tree: (at) => ({
      ...good(at),
      'etc/nginx/conf.d/old.conf': conf`server { listen ${at.http}; server_name old.home.arpa ${name}; return 404; }
`,
    }),
    code: 'nginx.name-claimed-twice',
    says: /old\.conf/,
  },
  {
    title: 'a regular expression that only PCRE can evaluate',
    names: [name],
    tree: (at) =>
      site(at, '', {
        'etc/nginx/conf.d/a-pattern.conf': conf`server { listen ${at.http}; server_name "~^(?|(c)hat|(t)alk)(?(1)s|x)\."; return 404; }
`,
        'etc/nginx/conf.d/chat.conf': conf`server { listen ${at.http}; server_name "~^chat\.home"; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`,
      }),
    code: 'nginx.pattern-unclear',
  },
  {
    title: 'a block with plain HTTP on the TLS port',
    names: [name],
    tree: (at) => ({
      ...good(at),
      'etc/nginx/conf.d/plain.conf': conf`server { listen ${at.tls}; server_name plain.home.arpa; return 200 plain; }
`,
    }),
    code: 'nginx.tls-port-plain',
    says: /plain\.conf/,
  },
  {
    title: 'a stream block of the same nginx on the TLS port',
    names: [name],
    needs: ['nginxStream'],
    tree: (at) =>
      site(
        at,
        '',
        {},
        '',
        conf`load_module ${path.join(at.modules, 'ngx_stream_module.so')};
stream { server { listen ${at.tls}; proxy_pass 127.0.0.1:${at.app}; } }
`,
      ),
    code: 'nginx.stream-port',
    says: /nginx\.conf:4/,
  },
  {
    title: 'nginx listens on one address of the port, and would have to listen on all',
    names: [name],
    tree: (at) => ({
      ...good(at),
      'etc/nginx/conf.d/local.conf': conf`server {
    listen 127.0.0.1:${at.tls} ssl;
    server_name local.home.arpa;
    ssl_certificate ${at.root}/etc/ssl/a.pem;
    ssl_certificate_key ${at.root}/etc/ssl/a.key;
    return 200 "local";
}
`,
      'etc/ssl/a.pem': at.snakeoil.certificate,
      'etc/ssl/a.key': at.snakeoil.key,
    }),
    code: 'nginx.port-own',
  },
  {
    title: 'Lua code without an end',
    names: [name],
    needs: ['nginxLua'],
    tree: (at) =>
      site(
        at,
        conf`access_by_lua_block { local text = [==[ } ]=] }`,
        {},
        '',
        ['ndk_http_module.so', 'ngx_http_lua_module.so']
          .map((file) => `load_module ${path.join(nginxModules, file)};\n`)
          .join(''),
      ),
    runsWith: good,
    code: 'nginx.lua-unreadable',
    says: /chat\.conf/,
  },
  {
    title: 'nginx is not running',
    names: [name],
    tree: good,
    runsWith: undefined,
    code: 'nginx.not-running',
  },
  {
    title: 'the running nginx has another prefix',
    names: [name],
    tree: (at) => ({ ...good(at), 'other/readme': 'a prefix\n' }),
    args: (at) => ['--yes', '--prefix', `${at.root}/other`],
    code: 'nginx.other-instance',
  },
  {
    title: 'the program is missing',
    names: [name],
    tree: good,
    args: () => ['--yes', '--nginx', '/nowhere/nginx'],
    code: 'nginx.program-missing',
  },
  {
    title: 'the program is not nginx',
    names: [name],
    tree: good,
    args: () => ['--yes', '--nginx', '/bin/true'],
    code: 'nginx.not-nginx',
  },
  {
    title: 'the configuration is missing',
    names: [name],
    tree: good,
    args: (at) => ['--yes', '--conf', `${at.root}/etc/nginx/none.conf`],
    code: 'nginx.configuration-missing',
    says: /none\.conf/,
  },
  {
    title: 'certbot is running',
    names: [name],
    tree: good,
    async meanwhile(t, at) {
      await lock(t, path.join(at.root, 'etc/nginx/.certbot.lock'));
    },
    code: 'nginx.other-editor',
    says: /python|certbot/,
  },
  {
    title: 'the file is open in vim',
    names: [name],
    tree: good,
    async meanwhile(t, at) {
      const swap = Buffer.alloc(4096);
      swap.write('b0VIM 9.0', 0, 'latin1');
      swap.writeUInt32LE(await startVim(t, at), 24);
      await writeFile(path.join(at.root, 'etc/nginx/conf.d/.chat.conf.swp'), swap);
    },
    code: 'nginx.other-editor',
    says: /vim/,
  },
  {
    title: 'a file of the site that not even root can write',
    names: [name],
    tree: good,
    asRoot: true,
    meanwhile: (t, at) => makeImmutable(t, path.join(at.root, 'etc/nginx/conf.d/chat.conf')),
    code: 'nginx.file-not-writable',
    says: /chat\.conf/,
  },
  {
    title: 'an unwritable configuration folder',
    names: [name],
    tree: good,
    asRoot: true,
    meanwhile: (t, at) => makeImmutable(t, path.join(at.root, 'etc/nginx')),
    code: 'nginx.file-not-writable',
    says: /etc\/nginx/,
  },
  {
    title: 'a pattern that would include our files',
    names: [name],
    tree: (at) => ({
      'etc/nginx/nginx.conf': plainMain(at, '    include */*.conf;\n    include */*/*.conf;\n'),
      'etc/nginx/conf.d/chat.conf': good(at)['etc/nginx/conf.d/chat.conf']!,
    }),
    code: 'nginx.edit-refused',
    says: /nginx\.conf|everyhop/,
  },
  {
    title: 'no confirmation',
    names: [name],
    tree: good,
    args: () => [],
    code: 'nginx.unconfirmed',
  },
  {
    title: 'the authority is unreachable',
    names: ['chat.example.com'],
    tree: (at) => site(at, 'server_name chat.example.com;'),
    args: (at) => ['--yes', '--agree-tos', '--authority', `https://127.0.0.1:${at.second}/dir`],
    code: 'acme.unreachable',
  },
  {
    title: 'a block that redirects everything to HTTPS, without another answer',
    names: [name],
    tree: (at) => ({
      ...good(at),
      'etc/nginx/conf.d/chat.conf': conf`server { listen ${at.http}; server_name ${name}; return 301 https://$host:${at.tls}$request_uri; }
`,
    }),
    code: 'nginx.not-proven',
    says: /loop|循环/,
  },
  {
    title: 'challenges for the name are forwarded to another program',
    names: ['chat.example.com'],
    tree: (at) =>
      site(
        at,
        `server_name chat.example.com; location /.well-known/acme-challenge/ { proxy_pass http://127.0.0.1:${at.app}; }`,
      ),
    args: (at) => ['--yes', '--agree-tos', '--authority', `https://127.0.0.1:${at.second}/dir`],
    code: 'nginx.challenge-taken',
    says: /chat\.conf/,
  },
];

/** Holds a lock like certbot in another process until the end of the test. */
async function lock(t: TestContext, file: string): Promise<void> {
  const script =
    'import fcntl, sys\nf = open(sys.argv[1], "w")\nfcntl.lockf(f, fcntl.LOCK_EX)\nprint("held", flush=True)\nsys.stdin.read()\n';
  const child = spawn('python3', ['-c', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(t, async () => {
    child.stdin.end();
    await once(child, 'exit');
  });
  await once(child.stdout, 'data');
}

/** Starts an idle process with this name. @returns its pid */
async function startVim(t: TestContext, at: SampleEnvironment): Promise<number> {
  const vim = path.join(at.run, 'vim');
  await cp(await realpath('/bin/sleep'), vim);
  const child = spawn(vim, ['600'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  atEnd(t, async () => {
    child.kill();
    await ended;
  });
  await once(child, 'spawn');
  return child.pid!;
}

async function makeImmutable(t: TestContext, file: string): Promise<void> {
  const change = async (flag: string): Promise<void> => void (await run('chattr', [flag, file]));
  await change('+i');
  atEnd(t, () => change('-i'));
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type AnswerCase, answers } from '../../test/edge/answer-corpus.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const host = 'chat.test';

/** The files that a proxy gets. */
export interface Place {
  folder: string;
  chainFile: string;
  keyFile: string;
}

export interface Proxy {
  name: string;
  version: string;
  port: number;
  /** The process that carries the traffic. */
  pid: number;
  child: ChildProcess;
  app: App;
}

export interface App {
  port: number;
  /** The bytes since the last call, by connection. */
  take(): string[];
}

/** The target for which the app sends an answer of the corpus. */
export const answerTarget = (one: AnswerCase): string => `/answer/${answers.indexOf(one)}`;

async function sendAnswer(socket: net.Socket, { sends, closes }: AnswerCase): Promise<void> {
  for (const piece of typeof sends === 'string' ? [sends] : sends) {
    await new Promise((done) => socket.write(Buffer.from(piece, 'latin1'), () => setTimeout(done, 5)));
  }
  if (closes) socket.end();
}

/** Records every byte, and answers each head at its end, except requests for /never. */
async function startApp(): Promise<App> {
  let received: string[] = [];
  const server = net.createServer({ noDelay: true }, (socket) => {
    let index = -1;
    let kept = received;
    let seen = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      if (kept !== received || index < 0) {
        kept = received;
        index = received.push('') - 1;
        seen = 0;
      }
      received[index] += bytes.toString('latin1');
      for (
        let at = received[index]!.indexOf('\r\n\r\n', seen);
        at >= 0;
        at = received[index]!.indexOf('\r\n\r\n', seen)
      ) {
        const head = received[index]!.slice(seen, at);
        seen = at + 4;
        const odd = answers[Number(/^\w+ \/answer\/(\d+) /.exec(head)?.[1] ?? -1)];
        if (odd) void sendAnswer(socket, odd);
        else if (!head.includes(' /never ') && / HTTP\/1\.[01]/.test(head)) {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    take() {
      const taken = received;
      received = [];
      return taken;
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function versionOf(program: string, args: string[]): string {
  const text = execFileSync('sh', ['-c', `${program} ${args.join(' ')} 2>&1`], { encoding: 'utf8' });
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? '?';
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const socket = net.connect(port, '127.0.0.1');
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}

export async function startEveryhop({ folder }: Place): Promise<Proxy> {
  const [app, port] = [await startApp(), await freePort()];
  const config = path.join(folder, 'everyhop.yaml');
  const site = `  - host: ${host}\n    upstream: http://127.0.0.1:${app.port}\n`;
  writeFileSync(config, `https_port: ${port}\nhttp_port: false\nlisten: [127.0.0.1]\nworkers: 1\nsites:\n${site}`);
  const state = path.join(folder, 'state');
  const args = [path.join(root, 'bin/everyhop.js'), 'up', '--config', config, '--state', state, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', () => {});
  const ready = JSON.parse(first) as { version: string; workers: { pid: number }[] };
  return { name: 'Everyhop', version: ready.version, port, pid: ready.workers[0]!.pid, child, app };
}

export async function startNginx({ folder, chainFile, keyFile }: Place): Promise<Proxy> {
  const [app, port] = [await startApp(), await freePort()];
  const file = path.join(folder, 'nginx.conf');
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { access_log off; ${paths.join(' ')}
  upstream app { server 127.0.0.1:${app.port}; keepalive 16; }
  server { listen 127.0.0.1:${port} ssl http2 default_server; ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile}; return 421; }
  server { listen 127.0.0.1:${port} ssl http2; server_name ${host}; ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile};
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_buffering off; proxy_request_buffering off; } } }`,
  );
  const child = spawn('nginx', ['-c', file, '-p', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilListening(port);
  return { name: 'nginx', version: versionOf('nginx', ['-v']), port, pid: child.pid!, child, app };
}

export async function startCaddy({ folder, chainFile, keyFile }: Place): Promise<Proxy> {
  const [app, port] = [await startApp(), await freePort()];
  const file = path.join(folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
  auto_https off
  admin off
  storage file_system ${folder}/caddy
  log default {
    output discard
  }
}
https://${host}:${port} {
  bind 127.0.0.1
  tls ${chainFile} ${keyFile}
  reverse_proxy 127.0.0.1:${app.port} {
    flush_interval -1
  }
}`,
  );
  const env = { ...process.env, HOME: folder };
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { env, stdio: 'ignore' });
  await untilListening(port);
  return { name: 'Caddy', version: versionOf('caddy', ['version']), port, pid: child.pid!, child, app };
}

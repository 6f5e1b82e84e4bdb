import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Feature } from './features.ts';

/** A proxy under measurement: one worker, pinned to one core, TLS in front of the same app. */
export interface Peer {
  name: string;
  version: string;
  port: number;
  /** The process whose CPU and memory count. */
  pid: number;
  /** Header fields that the load must send for the feature. */
  fields: string[];
  stop(): Promise<void>;
}

export interface PeerOptions {
  folder: string;
  upstreamPort: number;
  /** The core reserved for the proxy. */
  core: number;
  chainFile: string;
  keyFile: string;
  /** undefined: plain forwarding. */
  feature?: Feature;
}

/** @throws Error if the program does not have the feature. */
type Start = (options: PeerOptions, port: number) => Promise<Peer>;

export const host = 'bench.test';
const root = path.resolve(import.meta.dirname, '../..');

function version(program: string, args: string[], shape: RegExp): string | undefined {
  try {
    const text = execFileSync('sh', ['-c', `${program} ${args.join(' ')} 2>&1`], { encoding: 'utf8' });
    return shape.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

function pinned(
  core: number,
  program: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): ChildProcess {
  return spawn('taskset', ['-c', String(core), program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

/** @throws Error with the program's last output if it ends before it listens, or does not listen within 10 s. */
async function untilListening(port: number, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr!.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-1000)));
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`ended with exit code ${child.exitCode}: ${said.trim()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await end(child);
  throw new Error(`nothing listens on port ${port}: ${said.trim()}`);
}

const everyhop: Start = async (options, port) => {
  const config = path.join(options.folder, 'everyhop.yaml');
  writeFileSync(
    config,
    `https_port: ${port}\nhttp_port: false\nlisten: [127.0.0.1]\nworkers: 1\nconnections_per_client: 1000000\nsites:\n  - host: ${host}\n${siteLines(options)}`,
  );
  const state = path.join(options.folder, 'state');
  const args = [path.join(root, 'bin/everyhop.js'), 'up', '--config', config, '--state', state, '--json'];
  const env = {
    ...process.env,
    ...(process.env['EVERYHOP_BENCH_NODE_OPTIONS'] ? { NODE_OPTIONS: process.env['EVERYHOP_BENCH_NODE_OPTIONS'] } : {}),
  };
  const child = pinned(options.core, process.execPath, args, { env });
  child.stderr!.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout! });
  const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [])])) as [string?];
  if (first === undefined) throw new Error('everyhop ended before it served');
  lines.on('line', () => {}); // discards the access log; the other proxies write theirs to a file
  const ready = JSON.parse(first) as { version: string; workers: { pid: number }[] };
  const fields = options.feature?.hasKey ? [`Authorization: Bearer ${madeKey(state)}`] : options.feature?.fields;
  return {
    name: 'everyhop',
    version: ready.version,
    port,
    pid: ready.workers[0]!.pid,
    fields: fields ?? [],
    stop: () => end(child),
  };
};

function siteLines({ feature, upstreamPort }: PeerOptions): string {
  const lines = feature?.everyhop ?? [];
  const hasUpstreams = lines.some((line) => line.startsWith('upstreams:'));
  const all = hasUpstreams ? lines : [`upstream: http://127.0.0.1:${upstreamPort}`, ...lines];
  return all.map((line) => `    ${line}\n`).join('');
}

function madeKey(state: string): string {
  const command = [path.join(root, 'bin/everyhop.js'), 'access', 'add-key', 'bench', '--state', state];
  return execFileSync(process.execPath, command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

const nginx: Start = async (options, port) => {
  const lines = options.feature ? options.feature.nginx : {};
  if (!lines) throw new Error('no such feature');
  const file = path.join(options.folder, 'nginx.conf');
  const temporary = path.join(options.folder, 'nginx');
  mkdirSync(temporary, { recursive: true });
  chmodSync(options.folder, 0o755);
  writeFileSync(
    file,
    `daemon off; master_process off; worker_processes 1; pid ${temporary}/pid; error_log ${temporary}/error.log;
events { worker_connections 30000; }
http {
  access_log ${temporary}/access.log; client_body_temp_path ${temporary}/body; proxy_temp_path ${temporary}/proxy;
  fastcgi_temp_path ${temporary}/f; uwsgi_temp_path ${temporary}/u; scgi_temp_path ${temporary}/s;
  keepalive_requests 10000000; client_max_body_size 0;
  ${lines.http ?? ''}
  upstream app { server 127.0.0.1:${options.upstreamPort}; ${lines.servers ?? ''} keepalive 512; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port} ssl http2; server_name ${host};
    ssl_certificate ${options.chainFile}; ssl_certificate_key ${options.keyFile}; ssl_session_tickets on;
    ${lines.server ?? ''}
    location / {
      ${lines.location ?? ''}
      proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_request_buffering off;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto https;
      proxy_read_timeout 3600s;
    }
  }
}`,
  );
  const child = pinned(options.core, 'nginx', ['-c', file, '-p', temporary]);
  child.stderr!.pipe(process.stderr);
  await untilListening(port, child);
  return {
    name: 'nginx',
    version: version('nginx', ['-v'], /nginx\/([\d.]+)/) ?? '?',
    port,
    pid: child.pid!,
    fields: options.feature?.fields ?? [],
    stop: () => end(child),
  };
};

const haproxy: Start = async (options, port) => {
  const bundle = path.join(options.folder, 'haproxy.pem');
  writeFileSync(bundle, readFileSync(options.chainFile, 'utf8') + readFileSync(options.keyFile, 'utf8'), {
    mode: 0o600,
  });
  const file = path.join(options.folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 9900
defaults
  mode http
  timeout connect 10s
  timeout client 1h
  timeout server 1h
  option http-server-close
  option http-keep-alive
frontend f
  bind 127.0.0.1:${port} ssl crt ${bundle} alpn h2,http/1.1
  http-request set-header X-Forwarded-Proto https
  option forwardfor
  default_backend b
backend b
  http-reuse always
  server app 127.0.0.1:${options.upstreamPort}
`,
  );
  const child = pinned(options.core, 'haproxy', ['-db', '-f', file]);
  await untilListening(port, child);
  return {
    name: 'haproxy',
    version: version('haproxy', ['-v'], /version ([\d.]+)/) ?? '?',
    port,
    pid: child.pid!,
    fields: [],
    stop: () => end(child),
  };
};

const caddy: Start = async (options, port) => {
  const feature = options.feature ? options.feature.caddy : { lines: [] };
  if (!feature) throw new Error('no such feature');
  const file = path.join(options.folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
  auto_https off
  default_sni ${host}
  admin off
  storage file_system ${options.folder}/caddy
  log default {
    output file ${options.folder}/caddy.log
  }
}
https://${host}:${port} {
  bind 127.0.0.1
  tls ${options.chainFile} ${options.keyFile}
  log {
    output file ${options.folder}/caddy-access.log
  }
  ${feature.lines.join('\n  ')}
  reverse_proxy ${feature.upstreams ?? `127.0.0.1:${options.upstreamPort}`} {
    flush_interval -1
  }
}`,
  );
  const env = { ...process.env, GOMAXPROCS: '1', HOME: options.folder };
  const child = pinned(options.core, 'caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { env });
  await untilListening(port, child);
  return {
    name: 'caddy',
    version: version('caddy', ['version'], /^v?([\d.]+)/) ?? '?',
    port,
    pid: child.pid!,
    fields: options.feature?.fields ?? [],
    stop: () => end(child),
  };
};

/** Not a proxy: the minimum cost of a Node program that terminates TLS and copies bytes. */
const bare: Start = async ({ core, upstreamPort, chainFile, keyFile }, port) => {
  const program = path.join(import.meta.dirname, 'bare.ts');
  const child = pinned(core, process.execPath, [program, String(port), String(upstreamPort), chainFile, keyFile]);
  child.stderr!.pipe(process.stderr);
  await untilListening(port, child);
  return { name: 'bare', version: process.versions.node, port, pid: child.pid!, fields: [], stop: () => end(child) };
};

export const starters: Record<string, Start> = { everyhop, bare, nginx, haproxy, caddy };

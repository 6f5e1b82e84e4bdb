import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

export interface PeerOptions {
  folder: string;
  port: number;
  upstreams: readonly number[];
  chainFile: string;
  keyFile: string;
}

type Start = (options: PeerOptions) => Promise<ChildProcess>;

/** As each program's manual shows it for least connections, with health checks every 2 s where it has them. */
export const peers: Record<string, Start> = {
  async everyhop({ folder, port, upstreams, chainFile, keyFile }) {
    const file = path.join(folder, 'everyhop.yaml');
    writeFileSync(
      file,
      `https_port: ${port}
http_port: false
listen: [127.0.0.1]
workers: 2
connections_per_client: 1000000
sites:
  - host: bench.test
    certificate: { chain: ${chainFile}, key: ${keyFile} }
    upstreams: [${upstreams.join(', ')}]
    health: { path: /health, interval: 2s }
    wait_for_app: 60s
`,
    );
    const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
    return begin(port, process.execPath, [
      program,
      'up',
      '--config',
      file,
      '--state',
      path.join(folder, 'state'),
      '--json',
    ]);
  },

  async nginx({ folder, port, upstreams, chainFile, keyFile }) {
    const own = path.join(folder, 'nginx');
    mkdirSync(own, { recursive: true });
    chmodSync(folder, 0o755);
    const file = path.join(own, 'nginx.conf');
    const servers = upstreams.map((each) => `server 127.0.0.1:${each};`).join(' ');
    writeFileSync(
      file,
      `daemon off; worker_processes 2; pid ${own}/pid; error_log ${own}/error.log;
events { worker_connections 10000; }
http {
  access_log off; client_body_temp_path ${own}/body; proxy_temp_path ${own}/proxy; fastcgi_temp_path ${own}/f;
  uwsgi_temp_path ${own}/u; scgi_temp_path ${own}/s;
  upstream app { least_conn; ${servers} keepalive 64; }
  server {
    listen 127.0.0.1:${port} ssl; server_name bench.test; ssl_certificate ${chainFile}; ssl_certificate_key ${keyFile};
    location / {
      proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_read_timeout 3600s;
    }
  }
}`,
    );
    return begin(port, 'nginx', ['-c', file, '-p', own]);
  },

  async haproxy({ folder, port, upstreams, chainFile, keyFile }) {
    const bundle = path.join(folder, 'haproxy.pem');
    writeFileSync(bundle, readFileSync(chainFile, 'utf8') + readFileSync(keyFile, 'utf8'), { mode: 0o600 });
    const file = path.join(folder, 'haproxy.cfg');
    const servers = upstreams.map((each, at) => `  server app${at} 127.0.0.1:${each} check inter 2s`).join('\n');
    writeFileSync(
      file,
      `global
  maxconn 5000
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  option redispatch
  retries 3
frontend f
  bind 127.0.0.1:${port} ssl crt ${bundle}
  default_backend b
backend b
  balance leastconn
  option httpchk GET /health
${servers}
`,
    );
    return begin(port, 'haproxy', ['-db', '-f', file]);
  },

  async caddy({ folder, port, upstreams, chainFile, keyFile }) {
    const file = path.join(folder, 'Caddyfile');
    writeFileSync(
      file,
      `{
  auto_https off
  admin off
  storage file_system ${folder}/caddy
  log default {
    output file ${folder}/caddy.log
  }
}
https://bench.test:${port} {
  bind 127.0.0.1
  tls ${chainFile} ${keyFile}
  reverse_proxy ${upstreams.map((each) => `127.0.0.1:${each}`).join(' ')} {
    lb_policy least_conn
    lb_try_duration 5s
    fail_duration 10s
    health_uri /health
    health_interval 2s
    flush_interval -1
  }
}`,
    );
    return begin(port, 'caddy', ['run', '--config', file, '--adapter', 'caddyfile'], { ...process.env, HOME: folder });
  },
};

async function begin(port: number, program: string, args: string[], env = process.env): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-1000)));
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said.trim()}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => resolve(false));
    });
    if (isOpen) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`${program} does not listen: ${said.trim()}`);
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

/** Real programs that read paths as apps do: each answers `admin` below /admin, `public` below /admin/public, else `other`. */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import type { TestContext } from 'node:test';
import { nginxConf, nginxFolder, startNginx } from '../support/nginx.ts';
import { startPython } from '../support/python.ts';
import { atEnd, freePorts, temporaryFolder } from '../support/up.ts';

/** Asks an app for a path as written; redirects are not followed. */
export type Ask = (target: string) => Promise<string>;

const starlette = `
import os, uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse as Text
from starlette.routing import Route
def answer(text):
    return lambda request: Text(text)
paths = [('/admin/public', 'public'), ('/admin/public/{rest:path}', 'public'), ('/admin', 'admin'), ('/admin/{rest:path}', 'admin'), ('/{rest:path}', 'other')]
app = Starlette(routes=[Route(path, answer(text)) for path, text in paths])
uvicorn.run(app, host='127.0.0.1', port=int(os.environ['PORT']), log_level='info', access_log=False)
`;

const goMain = `package main
import ("fmt"; "net"; "net/http")
func say(text string) http.HandlerFunc { return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, text) } }
func main() {
  for path, text := range map[string]string{"/admin": "admin", "/admin/": "admin", "/admin/public": "public", "/admin/public/": "public", "/": "other"} {
    http.HandleFunc(path, say(text))
  }
  l, err := net.Listen("tcp", "127.0.0.1:0")
  if err != nil { panic(err) }
  fmt.Println(l.Addr().(*net.TCPAddr).Port)
  http.Serve(l, nil)
}
`;

function kindOf(path: string): string {
  const isBelow = (prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);
  return isBelow('/admin/public') ? 'public' : isBelow('/admin') ? 'admin' : 'other';
}

/** Node.js apps: routers that decode the path, that decode each segment, and static servers that also normalise it. */
const nodeReaders: Record<string, (target: string) => string> = {
  'Node.js, path as sent': (target) => kindOf(target.split('?', 1)[0]!),
  'Node.js, WHATWG URL': (target) => kindOf(new URL(`http://app${target}`).pathname),
  'Node.js, decoded as by Express and sirv': (target) => kindOf(decodeURIComponent(target.split('?', 1)[0]!)),
  'Node.js, decoded and normalised as by serve-static': (target) =>
    kindOf(path.posix.normalize(decodeURIComponent(target.split('?', 1)[0]!))),
};

async function nodeApp(t: TestContext, read: (target: string) => string): Promise<number> {
  const server = http.createServer((request, response) => {
    try {
      response.end(read(request.url!));
    } catch {
      response.writeHead(400).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}

async function goApp(t: TestContext): Promise<number> {
  const folder = await temporaryFolder(t, 'go-paths');
  await writeFile(path.join(folder, 'main.go'), goMain);
  await promisify(execFile)('go', ['build', '-o', 'app', 'main.go'], {
    cwd: folder,
    env: { ...process.env, GO111MODULE: 'off' },
  });
  const child = spawn(path.join(folder, 'app'), { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(String(line));
}

async function nginxApp(t: TestContext): Promise<number> {
  const [port] = (await freePorts(1)) as [number];
  const locations = ['/admin/public public', '/admin admin', '/ other']
    .map((line) => line.split(' '))
    // A prefix of nginx covers /administrator as well: a slash or the end must follow.
    .map(([prefix, text]) => `location ${prefix === '/' ? '/' : `~ ^${prefix}(/|$)`} { return 200 ${text}; }`);
  const conf = nginxConf(`server { listen 127.0.0.1:${port}; ${locations.join(' ')} }`);
  await startNginx(t, { folder: await nginxFolder(t, { 'nginx.conf': conf }) });
  return port;
}

/** By the name of the program. */
export async function startReaders(t: TestContext): Promise<Map<string, Ask>> {
  const ports = new Map<string, number>();
  for (const [name, read] of Object.entries(nodeReaders)) ports.set(name, await nodeApp(t, read));
  ports.set(
    'Starlette (uvicorn)',
    Number(new URL((await startPython(t, 'gradio', ['-c', starlette], /running on/i)).url).port),
  );
  ports.set('Go net/http', await goApp(t));
  ports.set('nginx', await nginxApp(t));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  atEnd(t, () => agent.destroy());
  return new Map([...ports].map(([name, port]) => [name, (target) => ask(agent, port, target)]));
}

function ask(agent: http.Agent, port: number, target: string): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get({ agent, host: '127.0.0.1', port, path: target }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('close', () => resolve(response.statusCode === 200 ? text : String(response.statusCode)));
    });
    request.on('error', () => resolve('closed'));
  });
}

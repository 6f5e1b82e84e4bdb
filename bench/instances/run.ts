/**
 * What visitors see while instances of an app die, stall, lie and restart: Everyhop beside nginx, HAProxy and Caddy, with the same
 * three processes, 20 visitors who ask and order in turn, and 500 open streams.
 *
 *   npm run bench:instances -- [--only everyhop,nginx]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findPrograms } from '../edge/programs.ts';
import { Instances, type Sights, Visitors } from './house.ts';
import { end, peers } from './peers.ts';

const visitors = 20;
const streams = 500;

interface Scenario {
  name: string;
  streams: number;
  run(instances: Instances): Promise<void>;
}

const scenarios: Scenario[] = [
  {
    name: 'one of three killed (`kill -9`) under 500 streams, and started again after 5 s',
    streams,
    async run(instances) {
      await instances.kill(0);
      await pause(5000);
      await instances.start(0);
      await pause(5000);
    },
  },
  {
    name: 'one stalls for 10 s: it accepts connections and answers nothing (`kill -STOP`)',
    streams: 0,
    async run(instances) {
      instances.signal(0, 'SIGSTOP');
      await pause(10_000);
      instances.signal(0, 'SIGCONT');
      await pause(2000);
    },
  },
  {
    name: 'one answers 200 and breaks off, for 10 s; its health check passes',
    streams: 0,
    async run(instances) {
      instances.tell(0, 'cut');
      await pause(10_000);
      instances.tell(0, '');
      await pause(1000);
    },
  },
  {
    name: 'one answers 503, for 10 s; its health check passes',
    streams: 0,
    async run(instances) {
      instances.tell(0, 'busy');
      await pause(10_000);
      instances.tell(0, '');
      await pause(1000);
    },
  },
  {
    name: 'rolling restart: each in turn killed, and started again after 1 s',
    streams: 0,
    async run(instances) {
      for (const at of [0, 1, 2]) {
        await instances.kill(at);
        await pause(1000);
        await instances.start(at);
        await pause(3000);
      }
    },
  },
  {
    name: 'one flaps: up for 1 s, down for 1 s, ten times',
    streams: 0,
    async run(instances) {
      for (let round = 0; round < 10; round += 1) {
        await instances.kill(0);
        await pause(1000);
        await instances.start(0);
        await pause(1000);
      }
    },
  },
  {
    name: 'all three down for 5 s',
    streams: 0,
    async run(instances) {
      await Promise.all([0, 1, 2].map((at) => instances.kill(at)));
      await pause(5000);
      await Promise.all([0, 1, 2].map((at) => instances.start(at)));
      await pause(5000);
    },
  },
];

const onlyAt = process.argv.indexOf('--only');
const wanted = onlyAt < 0 ? Object.keys(peers) : (process.argv[onlyAt + 1] ?? '').split(',');
const programs = await findPrograms(wanted, (line) => process.stderr.write(`${line}\n`));
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-instances-'));
const chainFile = path.join(folder, 'chain.pem');
const keyFile = path.join(folder, 'key.pem');
execFileSync(
  'openssl',
  `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 5 -subj /CN=bench.test -addext subjectAltName=DNS:bench.test -keyout ${keyFile} -out ${chainFile}`.split(
    ' ',
  ),
  { stdio: 'ignore' },
);
Visitors.root = readFileSync(chainFile, 'utf8');

const found = new Map<string, Map<string, Sights>>();
try {
  for (const name of programs.peers) {
    const ports = await freePorts(4);
    const instances = new Instances(ports.slice(1));
    for (const at of [0, 1, 2]) await instances.start(at);
    const own = path.join(folder, name);
    execFileSync('mkdir', ['-p', own]);
    const proxy = await peers[name]!({ folder: own, port: ports[0]!, upstreams: instances.ports, chainFile, keyFile });
    await pause(3000);
    try {
      for (const scenario of scenarios) {
        const group = new Visitors(ports[0]!, instances);
        await group.openStreams(scenario.streams);
        const asking = group.begin(visitors);
        await pause(1000);
        await scenario.run(instances);
        const sights = group.end();
        await asking;
        group.close();
        process.stderr.write(`${name}: ${scenario.name}: ${JSON.stringify(sights)}\n`);
        if (!found.has(scenario.name)) found.set(scenario.name, new Map());
        found.get(scenario.name)!.set(name, sights);
        // An instance that was taken out is back before the next fault.
        await pause(12_000);
      }
    } finally {
      await end(proxy);
      for (const at of [0, 1, 2]) await instances.kill(at);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (onlyAt < 0) writeFileSync(path.join(import.meta.dirname, '../results/instances.md'), page());
process.stdout.write(page());

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function page(): string {
  const sections = [...found].map(([name, ofPeers]) => {
    const rows = [...ofPeers].map(([peer, sights]) => {
      const { requests, bad, spanMs, twice, streams: opened, streamsCut } = sights;
      const kinds = Object.entries(bad).map(([kind, count]) => `${count} × ${kind}`);
      const span = kinds.length === 0 ? '–' : `${(spanMs / 1000).toFixed(1)} s`;
      const cut = opened === 0 ? '–' : `${streamsCut} of ${opened}`;
      return `| ${peer} | ${requests} | ${kinds.join(', ') || 'none'} | ${span} | ${twice} | ${cut} |`;
    });
    return `## ${name[0]!.toUpperCase()}${name.slice(1)}\n\n| | requests | bad answers | from first to last | POSTs that arrived twice | streams cut |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Several instances of an app: what visitors see

\`npm run bench:instances\`

Three instances; ${visitors} visitors who ask (GET) and order (POST) in turn. \`hung\`: no answer within 3 s; \`cut\`: the answer or the connection broke off; the numbers are statuses. A POST on its way to an instance that dies is lost everywhere: nothing may send it again.
Each program balances by the fewest connections and checks \`/health\` every 2 s, except nginx, which has no health checks; the settings are in \`bench/instances/peers.ts\`.

${sections.join('\n')}`;
}

/**
 * The time to read and model a large nginx configuration: files, syntax, includes, server blocks, the answering block for
 * each name, and the table of `everyhop nginx show`. For comparison, the time of `nginx -t`.
 * Run: npm run bench:nginx
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { answeringServer, conflictsIn } from '../../src/nginx/model/answering.ts';
import { serversOf } from '../../src/nginx/model/servers.ts';
import { tableOf } from '../../src/nginx/model/table.ts';
import { readConfiguration } from '../../src/nginx/reading/configuration.ts';
import { walk } from '../../src/nginx/reading/located.ts';
import { flatten } from '../../src/nginx/reading/flatten.ts';

const sites = 2000;
const runs = 7;
const limitMs = 1000;

/** A configuration as in guides for chat apps, one file per site. */
function site(number: number): string {
  const name = `chat${number}.example.com`;
  return `# ${name}, proxied to its app
server {
    listen 80;
    listen [::]:80;
    server_name ${name} www.${name};

    client_max_body_size 64m;
    access_log /var/log/nginx/${name}.access.log;

    location / {
        proxy_pass http://127.0.0.1:${3000 + (number % 5000)};
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout 3600s;
        proxy_buffering off;
    }

    location ~* "\\.(?:css|js|png){1}$" {
        expires 7d;
        include snippets/headers.conf;
        proxy_pass http://127.0.0.1:${3000 + (number % 5000)};
    }
}
`;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-bench-nginx-'));
try {
  for (const name of ['sites-enabled', 'snippets']) mkdirSync(path.join(folder, name));
  writeFileSync(path.join(folder, 'snippets/headers.conf'), 'add_header Cache-Control public;\n');
  let bytes = 0;
  for (let number = 0; number < sites; number += 1) {
    const text = site(number).replaceAll('/var/log/nginx/', `${folder}/`);
    bytes += text.length;
    writeFileSync(path.join(folder, 'sites-enabled', `chat${number}.conf`), text);
  }
  const main = path.join(folder, 'nginx.conf');
  const http = 'server_names_hash_max_size 16384; server_names_hash_bucket_size 128; include sites-enabled/*;';
  writeFileSync(main, `pid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp { ${http} }\n`);

  const timesMs = {
    read: [] as number[],
    model: [] as number[],
    table: [] as number[],
    all: [] as number[],
    flat: [] as number[],
    cpu: [] as number[],
  };
  let directives = 0;
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const startCpu = process.cpuUsage();
    const configuration = await readConfiguration({ main, prefix: folder });
    const afterRead = performance.now();
    const servers = serversOf(configuration);
    for (const { listens, names } of servers) {
      for (const { address, port } of listens) {
        for (const { name } of names) answeringServer(servers, { address, port, name });
      }
    }
    conflictsIn(servers);
    const beforeTable = performance.now();
    tableOf(servers, path.join(folder, 'everyhop'));
    const afterModel = performance.now();
    const { user, system } = process.cpuUsage(startCpu);
    timesMs.cpu.push((user + system) / 1000);
    flatten(configuration);
    const afterFlat = performance.now();
    directives = [...walk(configuration)].length;
    timesMs.read.push(afterRead - start);
    timesMs.model.push(beforeTable - afterRead);
    timesMs.table.push(afterModel - beforeTable);
    timesMs.all.push(afterModel - start);
    timesMs.flat.push(afterFlat - afterModel);
  }
  const nginxMs = timed(() => spawnSync('/usr/sbin/nginx', ['-t', '-p', folder, '-c', main]));
  console.log(
    `${sites} sites, ${(bytes / 1e6).toFixed(1)} MB, ${directives} directives; ms, first run and median of ${runs}`,
  );
  for (const [what, list] of Object.entries(timesMs)) {
    console.log(`  ${what.padEnd(6)} ${list[0]!.toFixed(0).padStart(6)} ${median(list).toFixed(0).padStart(6)}`);
  }
  console.log(`  nginx -t ${nginxMs.toFixed(0).padStart(11)}`);
  // CPU time of all threads: load from other programs does not count.
  if (timesMs.cpu[0]! > limitMs) {
    console.error(`reading and modelling took more than ${limitMs} ms`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}

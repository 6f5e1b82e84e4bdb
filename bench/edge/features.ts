/** A feature of the edge, as each of the proxies spells it. */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export interface Feature {
  name: string;
  title: string;
  /** The path that the load asks for. */
  target: string;
  /** With more at once, Everyhop sends some answers uncompressed. */
  connections: number;
  /** Header fields of every request, such as `Authorization: …`. */
  fields: string[];
  /** Lines of the site in everyhop.yaml. */
  everyhop: string[];
  /** undefined: the program has no such feature. */
  nginx: NginxLines | undefined;
  /** Lines of the site before reverse_proxy; an upstream that replaces the app. */
  caddy: { lines: string[]; upstreams?: string } | undefined;
  /** Makes the key of everyhop: `access add-key`. */
  hasKey?: boolean;
}

export interface NginxLines {
  http?: string;
  server?: string;
  location?: string;
  /** Servers of the upstream besides the app. */
  servers?: string;
}

/** bcrypt of `secret` with the cost of `htpasswd -B`. */
export const secretHash = '$2b$05$ILLyVvJFivFQPmVU9WEItOPjdRaqdTzZgLjx4dYczYBXBvP9pIXEy';
const basic = `Authorization: Basic ${Buffer.from('alice:secret').toString('base64')}`;
const key = 'sk-bench-0123456789abcdef';

/** @param folder for files that the configurations name. @param otherPort of a second instance of the app. */
export function features(folder: string, appPort: number, otherPort: number): Feature[] {
  const passwords = path.join(folder, 'htpasswd');
  writeFileSync(passwords, `alice:${secretHash}\n`, { mode: 0o644 });
  const blocks = [...randomBlocks(10_000), '127.0.0.0/8'];
  const app = `http://127.0.0.1:${appPort}`;
  const plain = { target: '/small', connections: 50, fields: [], everyhop: [] };
  return [
    { ...plain, name: 'off', title: 'no feature', nginx: {}, caddy: { lines: [] } },
    {
      ...plain,
      name: 'addresses',
      title: 'allow list of 10,000 blocks',
      everyhop: [`access: { allow: [${blocks.join(', ')}] }`],
      nginx: {
        http: `geo $admitted { default 0; ${blocks.map((block) => `${block} 1;`).join(' ')} }`,
        location: 'if ($admitted = 0) { return 403; }',
      },
      caddy: { lines: [`@others not remote_ip ${blocks.join(' ')}`, 'respond @others 403'] },
    },
    {
      ...plain,
      name: 'keys',
      title: 'a key (Authorization: Bearer)',
      fields: [`Authorization: Bearer ${key}`],
      everyhop: ['access: { keys: true }'],
      hasKey: true,
      nginx: {
        http: `map $http_authorization $known { default 0; "Bearer ${key}" 1; }`,
        location: 'if ($known = 0) { return 401; }',
      },
      caddy: { lines: [`@others not header Authorization "Bearer ${key}"`, 'respond @others 401'] },
    },
    {
      ...plain,
      name: 'users',
      title: 'a password (Basic, bcrypt of cost 5)',
      fields: [basic],
      everyhop: [`access: { users: ${passwords} }`],
      nginx: { location: `auth_basic bench; auth_basic_user_file ${passwords};` },
      caddy: { lines: ['basicauth {', `alice ${Buffer.from(secretHash).toString('base64')}`, '}'] },
    },
    {
      ...plain,
      name: 'forward-auth',
      title: 'forward auth',
      everyhop: [`access: { forward_auth: { url: "${app}/auth", copy_headers: [Remote-User] } }`],
      nginx: {
        server:
          'location = /auth { internal; proxy_pass http://app/auth; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_set_header X-Original-URI $request_uri; }',
        location:
          'auth_request /auth; auth_request_set $user $upstream_http_remote_user; proxy_set_header Remote-User $user;',
      },
      caddy: { lines: [`forward_auth 127.0.0.1:${appPort} {`, 'uri /auth', 'copy_headers Remote-User', '}'] },
    },
    {
      ...plain,
      name: 'rate',
      title: 'a rate per address',
      everyhop: ['limits: { rate: 9999999/s }'],
      nginx: {
        http: 'limit_req_zone $binary_remote_addr zone=visitors:10m rate=1000000r/s;',
        location: 'limit_req zone=visitors burst=100000 nodelay;',
      },
      caddy: undefined,
    },
    {
      ...plain,
      name: 'upstreams',
      title: 'two instances of the app',
      everyhop: [`upstreams: ["${app}", "http://127.0.0.1:${otherPort}"]`],
      nginx: { servers: `server 127.0.0.1:${otherPort};` },
      caddy: { lines: [], upstreams: `127.0.0.1:${appPort} 127.0.0.1:${otherPort}` },
    },
    {
      ...plain,
      name: 'page',
      title: 'a page of 20 kB',
      target: '/page',
      connections: 8,
      nginx: {},
      caddy: { lines: [] },
    },
    {
      ...plain,
      name: 'compress',
      title: 'the same, compressed (gzip)',
      target: '/page',
      connections: 8,
      fields: ['Accept-Encoding: gzip'],
      everyhop: ['compress: true'],
      nginx: { location: 'gzip on; gzip_comp_level 5; gzip_proxied any;' },
      caddy: { lines: ['encode gzip'] },
    },
  ];
}

export function randomBlocks(count: number): string[] {
  const blocks = new Set<string>();
  while (blocks.size < count) blocks.add(randomBlock());
  return [...blocks];
}

function randomBlock(): string {
  const octet = (): number => randomInt(0, 256);
  return randomInt(0, 2) === 0
    ? `${randomInt(11, 127)}.${octet()}.${octet()}.0/24`
    : `${randomInt(128, 223)}.${octet()}.${octet()}.${octet()}/32`;
}

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { BrowserContext } from 'playwright-core';
import { startBrowser } from '../../test/support/browser.ts';
import { nginxConf, nginxFolder, startNginx } from '../../test/support/nginx.ts';
import { freePorts, startUp, temporaryFolder } from '../../test/support/up.ts';
import type { Place } from './real-app.ts';

/** The names of the table; this machine resolves them. */
export const names = ['chat.test', 'apps.test'] as const;

/** What is published: at the root of a name, or under a path of it. */
export interface Publication {
  upstream: string;
  path: string | undefined;
  stripPath: boolean;
}

export interface Places {
  everyhop: Place;
  /** With the lines that are copied from page to page. */
  nginx: Place;
}

/** Publishes the app through `everyhop up`, and through an nginx with the same certificate. */
export async function publish(t: TestContext, publication: Publication): Promise<Places> {
  const name = publication.path === undefined ? names[0] : names[1];
  const folder = await temporaryFolder(t, 'real-apps');
  const file = path.join(folder, 'everyhop.yaml');
  await writeFile(file, configuration(name, publication));
  const up = await startUp(t, ['--config', file]);
  const [port] = (await freePorts(1)) as [number];
  const live = path.join(up.state, 'live', name);
  const conf = nginxSite(name, port, live, publication);
  await startNginx(t, { folder: await nginxFolder(t, { 'nginx.conf': nginxConf(conf) }) });
  const placeAt = (httpsPort: number): Place => {
    let browser: Promise<BrowserContext> | undefined;
    return {
      url: `https://${name}:${httpsPort}${publication.path ?? ''}`,
      rootFile: up.rootFile,
      browser: () => (browser ??= startBrowser(t, { rootFile: up.rootFile, hosts: [name] })),
    };
  };
  return { everyhop: placeAt(up.httpsPort), nginx: placeAt(port) };
}

function configuration(name: string, { upstream, path, stripPath }: Publication): string {
  if (path === undefined) return `sites:\n  - host: ${name}\n    upstream: ${upstream}\n`;
  const route = `      - path: ${path}\n        upstream: ${upstream}\n`;
  return `sites:\n  - host: ${name}\n    routes:\n${route}${stripPath ? '        strip_path: true\n' : ''}`;
}

function nginxSite(name: string, port: number, live: string, { upstream, path, stripPath }: Publication): string {
  const location = path === undefined ? '/' : `${path}/`;
  return `
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
server {
  listen 127.0.0.1:${port} ssl;
  server_name ${name};
  ssl_certificate ${live}/fullchain.pem;
  ssl_certificate_key ${live}/privkey.pem;
  location ${location} {
    proxy_pass ${upstream}${stripPath && path !== undefined ? '/' : ''};
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_set_header Host $http_host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
  }
}`;
}

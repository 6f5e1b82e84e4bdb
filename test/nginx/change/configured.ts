import path from 'node:path';
import { inspectNginx, type NginxProgram } from '../../../src/nginx/program/inspect.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import { type FileView, overlay } from '../../../src/nginx/reading/files.ts';
import type { Configuration } from '../../../src/nginx/reading/located.ts';

const nothing: FileView = {
  read: (file) => Promise.reject(Object.assign(new Error(`no ${file}`), { code: 'ENOENT' })),
  glob: () => Promise.resolve([]),
  real: (file) => Promise.resolve(file),
};

export const folder = '/etc/nginx';

/** A configuration in memory. @param files by path relative to /etc/nginx */
export function configured(files: Readonly<Record<string, string>>): Promise<Configuration> {
  const edits = new Map(Object.entries(files).map(([name, text]) => [path.join(folder, name), text]));
  return readConfiguration({ main: `${folder}/nginx.conf`, prefix: folder, files: overlay(nothing, edits) });
}

/** An nginx of this version with the usual modules. */
export async function nginxOf(
  version: string,
  modules = '--with-http_ssl_module --with-http_v2_module',
): Promise<NginxProgram> {
  const stderr = `nginx version: nginx/${version}\nconfigure arguments: --prefix=/etc/nginx --conf-path=${folder}/nginx.conf ${modules}\n`;
  const answer = { code: 0, signal: null, stdout: '', stderr };
  return inspectNginx({}, () => Promise.resolve(answer));
}

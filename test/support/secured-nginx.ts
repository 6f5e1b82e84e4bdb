/** An nginx with default settings in front of an app, secured by `everyhop nginx secure`. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { quietPorts } from '../nginx/corpus/ports.ts';
import { nginxConf, nginxFolder, nginxProgram, startNginx } from './nginx.ts';
import { cleanEnvironment, temporaryFolder } from './up.ts';

export interface SecuredNginx {
  url: string;
  httpsPort: number;
  /** Output of the command. */
  output: string;
  /** Root of the authority that issued the certificate. */
  rootFile: string;
}

const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

/**
 * Starts nginx with only a `proxy_pass` for `chat.test` and secures it. Undoes both at the end of the test.
 * @param lines further directives of the location.
 */
export async function secureNginx(t: TestContext, upstream: string, lines = ''): Promise<SecuredNginx> {
  const [httpPort, httpsPort] = await quietPorts(2);
  const site = `server { listen 127.0.0.1:${httpPort}; server_name chat.test; location / { proxy_pass ${upstream}; ${lines} } }`;
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(site, { workers: 2 }) });
  const { confFile } = await startNginx(t, { folder });
  const state = path.join(await temporaryFolder(t, 'state'), 'state');
  const flags = ['--conf', confFile, '--nginx', nginxProgram, '--prefix', folder, '--state', state];
  const secure = ['nginx', 'secure', 'chat.test', '--yes', '--tls-port', String(httpsPort), ...flags];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...secure], {
    env: cleanEnvironment(folder),
  });
  return {
    url: `https://chat.test:${httpsPort}`,
    httpsPort: httpsPort!,
    output: stdout + stderr,
    rootFile: path.join(state, 'root.pem'),
  };
}

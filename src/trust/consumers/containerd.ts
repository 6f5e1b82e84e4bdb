import { defineConsumer, inTemporaryFolder, lastLine } from '../consumer.ts';
import { openSsl } from './shared/openssl.ts';

export default defineConsumer({
  id: 'containerd',
  runtime: 'containerd',
  command: { name: /^(containerd|ctr|nerdctl)$/ },
  variables: openSsl,
  settings: [
    {
      file: '/etc/containerd/certs.d/HOST:PORT/hosts.toml',
      // Before the [host] table: containerd uses these roots for the upstream server, its last resort.
      holds: 'server = "https://HOST:PORT"\nca = "…/full.pem"\n\n[host]',
    },
  ],
  traps: ['trap.daemon'],
  tested: 'debian-12',
  // The client connects itself, which needs no daemon. By default it uses plain HTTP for localhost.
  probe: (_, url) => ({
    ...inTemporaryFolder(
      'ctr',
      url,
      'at=${2#https://} && at=${at%/} && mkdir "$at" && printf \'server = "https://%s"\\n[host."https://%s"]\\n\' "$at" "$at" > "$at/hosts.toml" && "$1" content fetch-object --hosts-dir . "$at/everyhop-probe:1" sha256:0',
    ),
    read: ({ code, stderr }) => {
      if (code === 127) return { outcome: 'absent', detail: lastLine(stderr) };
      if (code === 0 || /: not found$/m.test(stderr)) return { outcome: 'verified', detail: '' };
      return { outcome: stderr.includes('x509: ') ? 'refused' : 'failed', detail: lastLine(stderr) };
    },
  }),
});

import { byExit, type Consumer, inFolderOfItsOwn, lastLine } from './consumer.ts';
import { openSsl } from './languages.ts';

/** Programs of their own. */
export const programs: readonly Consumer[] = [
  {
    id: 'curl',
    runtime: 'curl',
    variables: [
      { name: 'CURL_CA_BUNDLE', effect: 'replace' },
      { name: 'SSL_CERT_FILE', effect: 'replace' },
    ],
    traps: [],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['--silent', '--show-error', '--max-time', '10', '--output', '/dev/null', url],
      read: byExit(/^curl: \((?:60|77|35)\)/),
    }),
  },
  {
    id: 'git',
    runtime: 'git',
    variables: [{ name: 'GIT_SSL_CAINFO', effect: 'replace' }],
    traps: ['trap.ignores-ssl-cert'],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['-c', 'http.followRedirects=false', 'ls-remote', url],
      read: (end) => {
        const { outcome, detail } = byExit(/certificate|SSL|CAfile/i)(end);
        // It got through, and found no repository there.
        const answered = /not found|not valid|unable to update|The requested URL returned|empty reply/i.test(
          end.stderr,
        );
        return outcome === 'failed' && answered ? { outcome: 'verified', detail: '' } : { outcome, detail };
      },
    }),
  },
  {
    id: 'wget',
    runtime: 'wget',
    variables: [{ name: 'WGETRC', effect: 'replace' }],
    traps: ['trap.wgetrc', 'trap.ignores-ssl-cert'],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['--no-verbose', '--tries=1', '--timeout=10', '--output-document=/dev/null', url],
      read: ({ code, stderr }) =>
        code === 5
          ? { outcome: 'refused', detail: lastLine(stderr) }
          : code === 0 || code === 8
            ? { outcome: 'verified', detail: '' }
            : { outcome: 'failed', detail: lastLine(stderr) },
    }),
  },
  {
    id: 'containerd',
    runtime: 'containerd',
    variables: openSsl,
    settings: [
      {
        file: '/etc/containerd/certs.d/HOST:PORT/hosts.toml',
        // Above every [host]: what none of those has is asked of the server, by these roots.
        holds: 'server = "https://HOST:PORT"\nca = "…/full.pem"\n\n[host]',
      },
    ],
    traps: ['trap.daemon'],
    tested: 'debian-12',
    // By its client's own connection: this needs no daemon. Else it would speak plain HTTP to this machine.
    probe: (_, url) => ({
      ...inFolderOfItsOwn(
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
  },
  {
    id: 'docker-daemon',
    runtime: 'docker',
    variables: openSsl,
    settings: [{ file: '/etc/docker/certs.d/HOST:PORT/ca.crt', holds: '…/private.pem' }, { store: 'system' }],
    traps: ['trap.daemon'],
    tested: 'debian-12',
  },
  {
    id: 'systemd-unit',
    runtime: undefined,
    variables: [],
    settings: [{ file: '/etc/systemd/system/UNIT.service.d/everyhop.conf', holds: 'everyhop env --format systemd' }],
    traps: ['trap.daemon'],
    tested: 'debian-12',
  },
  ...(['chromium', 'firefox'] as const).map((id): Consumer => ({
    id,
    runtime: id,
    variables: [],
    settings: [{ store: 'nss' }],
    traps: ['trap.own-store'],
    tested: 'debian-12',
  })),
];

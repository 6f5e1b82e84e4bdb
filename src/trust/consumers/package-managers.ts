import { type Consumer, inFolderOfItsOwn, throughIndex } from './consumer.ts';
import { openSsl } from './languages.ts';

const refusedByNode = /unable to (?:get|verify)|self.signed|UNABLE_TO_|SELF_SIGNED|CERT_/;

/** Each is asked for a package that is nowhere; the index says so only where the hop was verified. */
export const packageManagers: readonly Consumer[] = [
  {
    id: 'pip',
    runtime: 'pip',
    variables: [
      { name: 'PIP_CERT', effect: 'replace' },
      { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
    ],
    traps: [],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['download', '--no-cache-dir', '--retries', '0', '--index-url', url, 'everyhop-probe'],
      read: throughIndex(/No matching distribution/, /SSLError|SSLCertVerificationError|certificate verify failed/),
    }),
  },
  {
    id: 'uv',
    runtime: 'uv',
    variables: openSsl,
    traps: [],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      ...inFolderOfItsOwn(
        interpreter,
        url,
        'echo everyhop-probe | UV_HTTP_RETRIES=0 "$1" --no-config pip compile --no-cache --no-python-downloads --index-url "$2" -',
      ),
      read: throughIndex(/was not found in the package registry/, /invalid peer certificate/),
    }),
  },
  {
    id: 'npm',
    runtime: 'npm',
    variables: [{ name: 'npm_config_cafile', effect: 'replace' }],
    traps: ['trap.cafile-switches-off'],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['view', 'everyhop-probe', '--registry', url, '--fetch-retries', '0'],
      read: throughIndex(/E404/, refusedByNode),
    }),
  },
  // The classic one takes npm's settings; the later ones have their own, and trust what Node trusts.
  ...(['yarn', 'yarn-berry'] as const).map((id): Consumer => ({
    id,
    runtime: 'yarn',
    variables:
      id === 'yarn'
        ? [{ name: 'npm_config_cafile', effect: 'replace' }]
        : [{ name: 'NODE_EXTRA_CA_CERTS', effect: 'add' }],
    traps: id === 'yarn' ? [] : ['trap.ignores-ssl-cert', 'trap.read-once'],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      ...inFolderOfItsOwn(
        interpreter,
        url,
        `case "$("$1" --version)" in ${id === 'yarn' ? '[01].*' : '[2-9].*'}) ;; *) echo everyhop-absent; exit;; esac; ` +
          'echo "{}" > package.json && : > yarn.lock && export npm_config_registry="$2" YARN_NPM_REGISTRY_SERVER="$2" ' +
          'YARN_HTTP_RETRY=0 YARN_ENABLE_TELEMETRY=0 && "$1" add everyhop-probe',
      ),
      read: (end) =>
        end.stdout.includes('everyhop-absent')
          ? { outcome: 'absent', detail: '' }
          : throughIndex(/Couldn't find package|404 \(Not Found\)/, refusedByNode)(end),
    }),
  })),
  {
    id: 'cargo',
    runtime: 'cargo',
    variables: [
      { name: 'CARGO_HTTP_CAINFO', effect: 'replace' },
      { name: 'SSL_CERT_FILE', effect: 'replace' },
    ],
    traps: [],
    tested: 'debian-12',
    probe: (interpreter, url) => ({
      ...inFolderOfItsOwn(
        interpreter,
        url,
        'export CARGO_HOME="$folder" CARGO_NET_RETRY=0 CARGO_HTTP_TIMEOUT=10 && "$1" search everyhop-probe --index "sparse+$2"',
      ),
      read: throughIndex(/config\.json not found/, /\[(?:35|60|77)\] /),
    }),
  },
];

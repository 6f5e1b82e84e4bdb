import type { Consumer, Probe } from './consumer.ts';

/** Tries one library; what it throws decides. An answer with any status is an answer. */
const script = String.raw`
const end = (outcome, detail = '') => { console.log(JSON.stringify({ outcome, detail })); process.exit(0); };
const refused = (error) => {
  for (let one = error, depth = 0; one && depth < 8; one = one.cause ?? one.errors?.[0], depth += 1) {
    const text = (one.code ?? one.name ?? '') + ': ' + (one.message ?? one);
    if (/SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT|certificate|UnknownIssuer/i.test(text)) return text;
  }
};
setTimeout(() => end('failed', 'no answer within 10 s'), 10_000);
let get;
try {
  if (library === 'fetch') get = () => fetch(url).then((answer) => answer.arrayBuffer());
  else if (library === 'https') {
    const https = await import('node:https');
    get = () => new Promise((resolve, reject) => https.get(url, (answer) => answer.resume().on('end', resolve)).on('error', reject));
  } else if (library === 'undici') {
    const { request } = await import('undici');
    get = () => request(url).then(({ body }) => body.text());
  } else if (library === 'axios') {
    const { default: axios } = await import('axios');
    get = () => axios.get(url, { validateStatus: () => true });
  }
} catch (error) { end('absent', String(error.message ?? error)); }
try { await get(); } catch (error) {
  const why = refused(error);
  end(why ? 'refused' : 'failed', why ?? String(error.message ?? error));
}
end('verified');
`;

function scriptFor(library: string, url: string): string {
  return `const [library, url] = ${JSON.stringify([library, url])};${script}`;
}

function ofNode(library: string): (interpreter: string, url: string) => Probe {
  return (interpreter, url) => ({
    program: interpreter,
    args: ['--input-type=module', '--eval', scriptFor(library, url)],
  });
}

const extra = [{ name: 'NODE_EXTRA_CA_CERTS', effect: 'add' }] as const;

export const javascript: readonly Consumer[] = [
  ...['fetch', 'https', 'undici', 'axios'].map((library): Consumer => ({
    id: `node-${library}`,
    runtime: 'node',
    variables: extra,
    traps: ['trap.read-once', 'trap.ignores-ssl-cert', 'trap.missing-file-silent'],
    tested: 'debian-12',
    probe: ofNode(library),
  })),
  {
    id: 'deno',
    runtime: 'deno',
    variables: [{ name: 'DENO_CERT', effect: 'add' }, ...extra],
    traps: ['trap.ignores-ssl-cert'],
    tested: 'debian-12',
    probe: (interpreter, url) => ({ program: interpreter, args: ['eval', scriptFor('fetch', url)] }),
  },
  {
    id: 'bun',
    runtime: 'bun',
    variables: [...extra, { name: 'SSL_CERT_FILE', effect: 'add' }],
    traps: [],
    tested: 'debian-12',
    probe: (interpreter, url) => ({ program: interpreter, args: ['--eval', scriptFor('fetch', url)] }),
  },
];

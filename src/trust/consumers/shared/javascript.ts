import { defineConsumer, type Probe, type Variable } from '../../consumer.ts';

/**
 * A thrown error decides the outcome. A response with any status counts as verified, and so does any other end after a complete
 * handshake (which Bun and Deno do not show).
 */
const before = String.raw`
const end = (outcome, detail = '') => { console.log(JSON.stringify({ outcome, detail })); process.exit(0); };
const refused = (error) => {
  for (let one = error, depth = 0; one && depth < 8; one = one.cause ?? one.errors?.[0], depth += 1) {
    const text = (one.code ?? one.name ?? '') + ': ' + (one.message ?? one);
    if (/SELF_SIGNED|UNABLE_TO_|UNSUPPORTED_CONSTRAINT|CERT_|ERR_TLS_CERT|certificate|UnknownIssuer/i.test(text)) return text;
  }
};
setTimeout(() => end('failed', 'no answer within 10 s'), 10_000);
let get, handshakes = 0;
try {
  const tls = process.getBuiltinModule('node:tls'), connect = tls.connect;
  tls.connect = (...given) => connect(...given).once('secureConnect', () => { handshakes += 1; });
  process.getBuiltinModule('node:module').syncBuiltinESMExports();
} catch {}
try {
`;
const after = String.raw`
} catch (error) { end('absent', String(error.message ?? error)); }
try { await get(); } catch (error) {
  const why = refused(error);
  end(why ? 'refused' : handshakes > 0 ? 'verified' : 'failed', why ?? String(error.message ?? error));
}
end('verified');
`;

/** @param code sets `get` to a function that makes a request to `url`. */
export function scriptFor(code: string, url: string): string {
  return `const url = ${JSON.stringify(url)};${before}${code.trim()}${after}`;
}

export const fetchCode = 'get = () => fetch(url).then((answer) => answer.arrayBuffer());';

export const extra = [{ name: 'NODE_EXTRA_CA_CERTS', effect: 'add' }] as const satisfies readonly Variable[];

/** Defines a Node library as a consumer. */
export function nodeLibrary<const N extends string>(library: N, code: string) {
  return defineConsumer({
    id: `node-${library}`,
    runtime: 'node',
    variables: extra,
    traps: ['trap.read-once', 'trap.ignores-ssl-cert', 'trap.missing-file-silent'],
    tested: 'debian-12',
    probe: (interpreter, url): Probe => ({
      program: interpreter,
      args: ['--input-type=module', '--eval', scriptFor(code, url)],
    }),
  });
}

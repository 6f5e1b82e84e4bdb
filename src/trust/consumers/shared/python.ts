import { defineConsumer, type Probe, type Setting, type Trap, type Variable } from '../../consumer.ts';

/**
 * The library's exceptions decide the outcome. A response with any status counts as verified, and so does any other end after a
 * complete handshake, which verified the certificate.
 */
const before = String.raw`
import sys, json, ssl
distribution, url = sys.argv[1], sys.argv[2]
from urllib.parse import urlsplit
host, port = urlsplit(url).hostname, urlsplit(url).port or 443
handshakes = []
def watched(kind):
    former = kind.do_handshake
    def do_handshake(self, *args, **options):
        result = former(self, *args, **options)
        handshakes.append(True)
        return result
    kind.do_handshake = do_handshake
watched(ssl.SSLSocket)
watched(ssl.SSLObject)
def version():
    try:
        from importlib import metadata
        return metadata.version(distribution)
    except Exception:
        return ""
def end(outcome, detail=""):
    print(json.dumps({"outcome": outcome, "detail": detail, "version": version()}), flush=True)
    import os
    os._exit(0)
marks = (
    "CERTIFICATE_VERIFY_FAILED", "certificate verify failed", "CertificateError", "SSL certificate problem",
    "unable to get local issuer", "root certificate file", "hostname mismatch",
)
def refused(error):
    seen = set()
    waiting = [error]
    while waiting:
        error = waiting.pop(0)
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        text = type(error).__name__ + ": " + str(error)
        if any(mark in text for mark in marks):
            return text
        waiting += [one for one in (error.__cause__, error.__context__, getattr(error, "reason", None)) if isinstance(one, BaseException)]
    return None
try:
`;

const after = String.raw`except ImportError as error:
    end("absent", str(error))
try:
    attempt()
except SystemExit:
    raise
except BaseException as error:
    why = refused(error)
    if why:
        end("refused", why)
    if not handshakes:
        end("failed", type(error).__name__ + ": " + str(error))
end("verified")
`;

function probe(distribution: string, code: string): (interpreter: string, url: string) => Probe {
  const script = `${before}${code.trim().replace(/^(?=.)/gm, '    ')}\n${after}`;
  return (interpreter, url) => ({ program: interpreter, args: ['-c', script, distribution, url] });
}

/** Makes Python load the bundle's sitecustomize, for libraries that read no variable. */
export const atStart = [
  { name: 'PYTHONPATH', effect: 'add', value: '{python}', isList: true },
] as const satisfies readonly Variable[];

/**
 * Defines a Python library as a consumer.
 * @param facts.distribution PyPI package whose version is reported. Default: the library's name.
 * @param facts.modules names under which programs import it and the libraries that leave TLS to it. Default: the library's
 * name; null: part of Python.
 * @param facts.code defines `attempt()`, which makes a request to `url`. `end(outcome, detail)` ends the probe.
 */
export function pythonLibrary<const N extends string>(
  library: N,
  facts: {
    variables: readonly Variable[];
    settings?: readonly Setting[];
    traps?: readonly Trap[];
    distribution?: string;
    modules?: readonly string[] | null;
    code: string;
  },
) {
  const { variables, settings, traps = [], distribution = library, modules = [library], code } = facts;
  return defineConsumer({
    id: `python-${library}`,
    runtime: 'python',
    variables,
    ...(settings && { settings }),
    traps,
    ...(modules && { modules }),
    tested: 'debian-12',
    probe: probe(distribution, code),
  });
}

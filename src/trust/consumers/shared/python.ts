import { defineConsumer, type Probe, type Trap, type Variable } from '../../consumer.ts';

/** The library's exceptions decide the outcome. A response with any status counts as verified. */
const before = String.raw`
import sys, json
distribution, url = sys.argv[1], sys.argv[2]
def version():
    try:
        from importlib import metadata
        return metadata.version(distribution)
    except Exception:
        return ""
def end(outcome, detail=""):
    print(json.dumps({"outcome": outcome, "detail": detail, "version": version()}))
    sys.exit(0)
def refused(error):
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        text = type(error).__name__ + ": " + str(error)
        if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text or "CertificateError" in text:
            return text
        error = error.__cause__ or error.__context__ or getattr(error, "reason", None)
        if not isinstance(error, BaseException):
            return None
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
    end("failed", type(error).__name__ + ": " + str(error))
end("verified")
`;

function probe(distribution: string, code: string): (interpreter: string, url: string) => Probe {
  const script = `${before}${code.trim().replace(/^(?=.)/gm, '    ')}\n${after}`;
  return (interpreter, url) => ({ program: interpreter, args: ['-c', script, distribution, url] });
}

/**
 * Defines a Python library as a consumer.
 * @param facts.distribution PyPI package whose version is reported. Default: the library's name.
 * @param facts.code defines `attempt()`, which makes a request to `url`.
 */
export function pythonLibrary<const N extends string>(
  library: N,
  facts: { variables: readonly Variable[]; traps?: readonly Trap[]; distribution?: string; code: string },
) {
  const { variables, traps = [], distribution = library, code } = facts;
  return defineConsumer({
    id: `python-${library}`,
    runtime: 'python',
    variables,
    traps,
    tested: 'debian-12',
    probe: probe(distribution, code),
  });
}

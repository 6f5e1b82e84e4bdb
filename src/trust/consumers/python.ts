import { type Consumer, type Probe, throughIndex, type Trap, type Variable } from './consumer.ts';

/** Tries one library; the library's own exceptions decide. An answer with any status is an answer. */
const script = String.raw`
import sys, json
library, url = sys.argv[1], sys.argv[2]
def end(outcome, detail=""):
    print(json.dumps({"outcome": outcome, "detail": detail}))
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
    if library == "urllib":
        import urllib.request, urllib.error
        def attempt():
            try:
                urllib.request.urlopen(url, timeout=10).read()
            except urllib.error.HTTPError:
                pass
    elif library == "requests":
        import requests
        def attempt():
            requests.get(url, timeout=10)
    elif library == "httpx":
        import httpx
        def attempt():
            httpx.get(url, timeout=10)
    elif library == "aiohttp":
        import aiohttp, asyncio
        async def get():
            async with aiohttp.ClientSession(trust_env=True) as session:
                async with session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as answer:
                    await answer.read()
        def attempt():
            asyncio.run(get())
    elif library == "openai":
        import openai
        def attempt():
            client = openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=10)
            try:
                client.models.list()
            except openai.APIStatusError:
                pass
            except (ValueError, AttributeError, TypeError):
                pass
    elif library == "huggingface_hub":
        import huggingface_hub
        def attempt():
            from huggingface_hub.utils import get_session
            get_session().get(url, timeout=10)
    elif library == "gradio_client":
        import gradio_client, httpx
        def attempt():
            try:
                gradio_client.Client(url, verbose=False)
            except httpx.HTTPStatusError:
                pass
            except (ValueError, KeyError) as error:
                if refused(error):
                    raise
    elif library == "grpc":
        import grpc
        from urllib.parse import urlsplit
        def attempt():
            parts = urlsplit(url)
            channel = grpc.secure_channel("%s:%d" % (parts.hostname, parts.port or 443), grpc.ssl_channel_credentials())
            try:
                channel.unary_unary("/everyhop/Probe")(b"", timeout=10)
            except grpc.RpcError as error:
                said = error.details() or ""
                if "CERTIFICATE_VERIFY_FAILED" in said or "certificate verify failed" in said:
                    end("refused", said)
                if "NO_APPLICATION_PROTOCOL" in said:
                    end("absent", "this hop speaks no HTTP/2, so no gRPC")
                if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                    end("failed", said)
    else:
        end("absent")
except ImportError as error:
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

function probe(library: string): (interpreter: string, url: string) => Probe {
  return (interpreter, url) => ({ program: interpreter, args: ['-c', script, library, url] });
}

function library(id: string, variables: readonly Variable[], traps: readonly Trap[] = []): Consumer {
  const name = id.slice('python-'.length);
  return { id, runtime: 'python', variables, traps, standing: 'tested', probe: probe(name) };
}

const openSsl: readonly Variable[] = [
  { name: 'SSL_CERT_FILE', effect: 'replace' },
  { name: 'SSL_CERT_DIR', effect: 'replace' },
];
const requests: readonly Variable[] = [
  { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
  { name: 'CURL_CA_BUNDLE', effect: 'replace' },
];

export const python: readonly Consumer[] = [
  library('python-urllib', openSsl, ['trap.missing-file-silent']),
  library('python-requests', requests, ['trap.ignores-ssl-cert', 'trap.beats-session']),
  library('python-httpx', openSsl, ['trap.unhashed-folder']),
  library('python-openai', openSsl),
  library('python-aiohttp', openSsl, ['trap.missing-file-silent']),
  library('python-huggingface_hub', openSsl),
  library('python-gradio_client', openSsl),
  library(
    'python-grpc',
    [{ name: 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', effect: 'replace' }],
    ['trap.ignores-ssl-cert', 'trap.own-roots'],
  ),
  {
    id: 'python-boto3',
    runtime: 'python',
    variables: [{ name: 'AWS_CA_BUNDLE', effect: 'replace' }],
    traps: ['trap.ignores-ssl-cert'],
    standing: 'documented',
  },
  {
    id: 'pip',
    runtime: undefined,
    variables: [
      { name: 'PIP_CERT', effect: 'replace' },
      { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
    ],
    traps: [],
    standing: 'tested',
    probe: (interpreter, url) => ({
      program: interpreter,
      args: ['-m', 'pip', 'download', '--no-cache-dir', '--retries', '0', '--index-url', url, 'everyhop-probe'],
      read: throughIndex(/No matching distribution/, /SSLError|SSLCertVerificationError|certificate verify failed/),
    }),
  },
  { id: 'uv', runtime: undefined, variables: openSsl, traps: [], standing: 'documented' },
];

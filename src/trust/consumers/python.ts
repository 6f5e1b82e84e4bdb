import type { Consumer, Probe, Trap, Variable } from './consumer.ts';

/** Tries one library; the library's own exceptions decide. An answer with any status is an answer. */
const script = String.raw`
import sys, json
library, url = sys.argv[1], sys.argv[2]
def version():
    try:
        from importlib import metadata
        return metadata.version({"grpc": "grpcio"}.get(library, library))
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
    elif library == "httpx2":
        import httpx2
        def attempt():
            httpx2.get(url, timeout=10)
    elif library == "boto3":
        import boto3, botocore.config, botocore.exceptions
        def attempt():
            client = boto3.client(
                "s3", endpoint_url=url, region_name="none", aws_access_key_id="none", aws_secret_access_key="none",
                config=botocore.config.Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=10),
            )
            try:
                client.list_buckets()
            except botocore.exceptions.ClientError:
                pass
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
  return { id, runtime: 'python', variables, traps, tested: 'debian-12', probe: probe(name) };
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
  library('python-httpx2', openSsl),
  library('python-openai', openSsl),
  library('python-aiohttp', openSsl, ['trap.missing-file-silent']),
  library('python-huggingface_hub', openSsl),
  library('python-gradio_client', openSsl),
  library(
    'python-grpc',
    [{ name: 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', effect: 'replace' }],
    ['trap.ignores-ssl-cert', 'trap.own-roots'],
  ),
  library('python-boto3', [{ name: 'AWS_CA_BUNDLE', effect: 'replace' }], ['trap.ignores-ssl-cert']),
];

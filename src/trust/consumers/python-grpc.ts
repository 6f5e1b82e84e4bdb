import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('grpc', {
  variables: [{ name: 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', effect: 'replace' }],
  traps: ['trap.ignores-ssl-cert', 'trap.own-roots', 'trap.address-constraints'],
  distribution: 'grpcio',
  code: String.raw`
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
            end("absent", "this hop does not support HTTP/2, which gRPC needs")
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
            end("failed", said)
`,
});

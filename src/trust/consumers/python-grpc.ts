import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('grpc', {
  variables: [{ name: 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', effect: 'replace' }],
  traps: ['trap.ignores-ssl-cert', 'trap.own-roots', 'trap.address-constraints'],
  distribution: 'grpcio',
  modules: ['grpc'],
  code: String.raw`
import grpc
def attempt():
    channel = grpc.secure_channel("%s:%d" % (host, port), grpc.ssl_channel_credentials())
    try:
        channel.unary_unary("/everyhop/Probe")(b"", timeout=10)
    except grpc.RpcError as error:
        said = error.details() or ""
        if "CERTIFICATE_VERIFY_FAILED" in said or "certificate verify failed" in said:
            end("refused", said)
        if "NO_APPLICATION_PROTOCOL" in said:
            end("absent", "this hop does not support HTTP/2, which gRPC needs")
        if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
            try:
                # A connection that is ready has passed the handshake.
                grpc.channel_ready_future(channel).result(timeout=3)
            except grpc.FutureTimeoutError:
                end("failed", said)
`,
});

/** Clients built on BoringSSL, which supports no name constraints on addresses, against a default `up`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { mends } from '../support/outside.ts';
import { javascriptModules, pythonOf, without } from '../support/tools.ts';
import { atEnd, runEveryhop, startUp } from '../support/up.ts';

/** Each sends one request to the path of its name, or to that of its gRPC method. Their answers do not matter here. */
const pythonClients = String.raw`
import sys, warnings
warnings.simplefilter("ignore")
port = int(sys.argv[1])
def grpcio():
    import grpc
    channel = grpc.secure_channel("localhost:%d" % port, grpc.ssl_channel_credentials())
    channel.unary_unary("/grpcio/Call")(b"", timeout=20)
def qdrant():
    from qdrant_client import QdrantClient
    QdrantClient("localhost", grpc_port=port, prefer_grpc=True, https=True, check_compatibility=False, timeout=20).get_collections()
def otlp():
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter("https://localhost:%d" % port, timeout=1)))
    provider.get_tracer("t").start_span("s").end()
def curl_cffi():
    from curl_cffi import requests
    requests.get("https://localhost:%d/curl_cffi" % port, timeout=20)
for client in (grpcio, qdrant, otlp, curl_cffi):
    try: client()
    except Exception as error: print(client.__name__, str(error).replace("\n", " ")[:300])
`;

test(
  'gRPC, qdrant-client, an OTLP exporter, curl_cffi and Bun verify a default up by name',
  { skip: without('boringssl', 'javascript'), timeout: 180_000 },
  async (t) => {
    mends(t, 'trust/boringssl-ip-constraints');
    const paths = new Set<string>();
    const app = createServer((request, response) => {
      paths.add(request.url!);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(app, 'listening');
    atEnd(t, () => app.close());
    const up = await startUp(t, [`http://127.0.0.1:${(app.address() as { port: number }).port}`]);
    paths.clear(); // `up` has asked the app what it is
    const run = ['run', '--state', up.state, '--'];
    const python = await runEveryhop(
      [...run, pythonOf('boringssl'), '-c', pythonClients, String(up.httpsPort)],
      up.state,
    );
    const bun = path.join(javascriptModules, '.bin/bun');
    const script = `fetch('https://localhost:${up.httpsPort}/bun').catch((error) => console.log('bun', error.code))`;
    const javascript = await runEveryhop([...run, bun, '--eval', script], up.state);
    assert.deepEqual(
      [...paths].sort(),
      [
        '/bun',
        '/curl_cffi',
        '/grpcio/Call',
        '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        '/qdrant.Collections/List',
      ],
      python.stdout + python.stderr + javascript.stdout,
    );
  },
);

test(
  'trust check names the constraint when such a client connects to an address',
  { skip: without('boringssl', 'javascript'), timeout: 240_000 },
  async (t) => {
    mends(t, 'trust/boringssl-ip-constraints');
    const app = createServer((_, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(app, 'listening');
    atEnd(t, () => app.close());
    const up = await startUp(t, [`http://127.0.0.1:${(app.address() as { port: number }).port}`]);
    const check = async (program: string): Promise<object[]> => {
      const urls = ['localhost', '127.0.0.1'].map((host) => `https://${host}:${up.httpsPort}/`);
      const args = ['trust', 'check', '--state', up.state, '--json', ...urls, '--', program];
      const { stdout } = await runEveryhop(args, up.state);
      const { findings } = JSON.parse(stdout) as {
        findings: {
          severity: string;
          code: string;
          hint: string;
          hop: { from: { name: string }; to: { host: string } };
        }[];
      };
      const errors = findings.filter(({ severity }) => severity === 'error');
      for (const { hint } of errors) assert.match(hint, /^Connect by a DNS name/);
      return errors.map(({ code, hop }) => ({ code, by: hop.from.name, to: hop.to.host }));
    };
    const refused = (by: string): object => ({ code: 'trust.address-constraint', by, to: '127.0.0.1' });
    // Of the same Python's libraries, requests verifies the address.
    assert.deepEqual(await check(pythonOf('boringssl')), [refused('python-curl_cffi'), refused('python-grpc')]);
    assert.deepEqual(await check(path.join(javascriptModules, '.bin/bun')), [refused('bun')]);
  },
);

import type { OutsideCase } from './outside-case.ts';

export const edgeCases: readonly OutsideCase[] = [
  {
    id: 'edge/E01-reload-while-worker-starts',
    symptom: 'A worker dies, the configuration is read again meanwhile, and no worker can be replaced any more',
    sources: [],
  },
  {
    id: 'edge/E02-websocket-tail-lost',
    symptom: 'The last messages and the close frame of a WebSocket are lost when the app sends and closes at once',
    sources: ['traefik/traefik#2629', 'haproxy/haproxy#3205', 'microsoft/service-fabric-issues#183'],
  },
  {
    id: 'edge/E03-upstream-host-header',
    symptom: 'Apps that guard against DNS rebinding refuse the public name (Ollama 403, MCP servers 421)',
    sources: ['ollama/ollama#3269', 'modelcontextprotocol/python-sdk#1798', 'PrefectHQ/fastmcp#4468'],
  },
  {
    id: 'edge/E04-grpc',
    symptom: 'gRPC clients of a model server get UNAVAILABLE',
    sources: ['triton-inference-server/server#5116', 'traefik/traefik#3518', 'traefik/traefik#3406'],
    refused: 'Not yet: upstreams over HTTP/2 with trailers come with our own HTTP/2.',
  },
  {
    id: 'edge/E05-http-port-behind-tunnel',
    symptom: 'Endless redirects behind a tunnel or balancer that ends TLS and speaks HTTP to the edge',
    sources: ['homeassistant-apps/app-cloudflared#574', 'Dokploy/Dokploy#80'],
  },
  {
    id: 'edge/E06-real-ip-with-trusted-proxy',
    symptom: 'The app and the log see the address of the trusted proxy instead of the visitor',
    sources: ['NginxProxyManager/nginx-proxy-manager#1358', 'cloudflare/cloudflared#920'],
  },
  {
    id: 'edge/E07-keepalive-race-post',
    symptom: 'An occasional 502 for a POST when the app closes an idle connection at that moment',
    sources: ['caddyserver/caddy#6452', 'h2o/h2o#281', 'mitmproxy/mitmproxy#3038', 'sozu-proxy/sozu#1442'],
  },
  {
    id: 'edge/E08-answers-refused',
    symptom:
      '502 for answers with a repeated equal Content-Length, a length beside chunked, a folded field or status 999',
    sources: [
      'duckdb/duckdb-ui#52',
      'Clinical-Genomics/scout#3584',
      'Portkey-AI/gateway#1305',
      'kubernetes/ingress-nginx#11162',
    ],
  },
  {
    id: 'edge/E09-answer-with-bare-lf-hangs',
    symptom: 'A request hangs for ever when the app ends its header lines with LF alone',
    sources: ['RFC 9112 §2.2'],
  },
  {
    id: 'edge/E10-raw-utf8-query',
    symptom: 'curl with a Chinese word in the query gets 400',
    sources: ['mitmproxy/mitmproxy#724', 'microsoft/service-fabric-issues#124'],
  },
  {
    id: 'edge/E11-204-with-length-on-h2',
    symptom: 'ERR_HTTP2_PROTOCOL_ERROR for a 204 with Content-Length',
    sources: ['RFC 9110 §8.6'],
  },
  {
    id: 'edge/E13-upload-refused-early',
    symptom: 'The app refuses a large upload at once, and the visitor reads 502 instead of its reason',
    sources: ['gradio-app/gradio#6665'],
  },
  {
    id: 'edge/E14-strip-path-without-prefix',
    symptom: 'An app under a sub-path builds links, redirects and cookies without the prefix',
    sources: ['open-webui/open-webui#8650', 'deepbeepmeep/Wan2GP#1415', 'traefik/traefik#1081'],
  },
  {
    id: 'edge/E16-not-offered',
    symptom: 'Passwords, forward authentication, address lists, several upstreams and the like cannot be configured',
    sources: ['wandb/openui#140', 'ollama/ollama#7417', 'authelia/authelia#2331'],
  },
  {
    id: 'edge/E17-h2spec',
    symptom: 'Nine of 146 strict h2spec cases fail',
    sources: ['summerwind/h2spec'],
    refused: 'The nine are behaviours of the HTTP/2 library of Node.js on closed streams and harm no client.',
  },
  {
    id: 'edge/E18-slow-name-stalls-other-sites',
    symptom: 'One upstream name that does not resolve stalls every other site',
    sources: ['langgenius/dify#40448', 'langgenius/dify#39155', 'NginxProxyManager/nginx-proxy-manager#1021'],
  },
  {
    id: 'edge/upstream-is-the-edge',
    symptom: 'An upstream that leads back to the proxy multiplies one request until all connections are used up',
    sources: ['vercel-labs/portless#48', 'tinyproxy/tinyproxy#203', 'google/oss-rebuild#105'],
  },
  {
    id: 'edge/lines-that-are-no-fields',
    symptom: 'A page fails because the app has printed something among its header fields',
    sources: ['nghttp2/nghttp2#698', 'tinyproxy/tinyproxy#220', 'tatsuhiro-t/spdylay#106'],
  },
  {
    id: 'edge/space-before-the-colon',
    symptom: 'A field with a space before its colon makes the whole answer fail',
    sources: ['apache/trafficserver#7176', 'cypress-io/cypress#28865'],
  },
  {
    id: 'edge/body-after-304',
    symptom: 'A body or an empty line after a 304 becomes the start of the next answer on that connection',
    sources: ['bitly/oauth2_proxy#127', 'chimurai/http-proxy-middleware#381'],
  },
  {
    id: 'edge/chunked-without-a-body',
    symptom: '204 and 304 with Transfer-Encoding: chunked hang the visitor, who waits for chunks',
    sources: ['eclipse-vertx/vertx-http-proxy#116', 'sxhxliang/mcp-access-point#16', 'elazarl/goproxy#732'],
  },
  {
    id: 'edge/chunked-without-chunks',
    symptom: 'An app says chunked and sends the body as it is: the visitor sees a broken download instead of a reason',
    sources: ['spring-cloud/spring-cloud-gateway#1600', 'cesanta/mongoose#1093'],
  },
  {
    id: 'edge/forwarded-proto-wss',
    symptom: 'A proxy in front calls the scheme of a WebSocket wss, and the app takes it for http',
    sources: ['traefik/traefik#6388', 'deis/router#244'],
  },
  {
    id: 'edge/forwarded-for-with-a-port',
    symptom:
      'Addresses with ports in X-Forwarded-For put every visitor under the address of the proxy, or evade limits',
    sources: [
      'express-rate-limit/express-rate-limit#234',
      'rack/rack#1227',
      'envoyproxy/envoy#25517',
      'traefik/traefik#11508',
    ],
  },
  {
    id: 'edge/cookie-path-under-a-prefix',
    symptom: 'Logins fail under a stripped prefix: the browser does not return a cookie with the path of the app',
    sources: ['traefik/traefik#6880', 'http-party/node-http-proxy#1236', 'FreshRSS/FreshRSS#2201'],
  },
  {
    id: 'edge/forwarded-host-in-quotes',
    symptom: 'code-server refuses every WebSocket: it takes the quotes around the host in Forwarded for a part of it',
    sources: ['coder/code-server (src/node/http.ts, getHost)'],
  },
];
